"""`check --probe`: what reaches the terminal, the file and the exit code."""

import json
import textwrap
from contextlib import contextmanager

import pytest

from reconciler.sandbox import open_sandbox
from reconciler.sandbox.serve import serving
from reconciler.yamldoc import read_yaml
from tests.scim.probe.asked import person

TOKEN = "probing-t0ken"
SETTINGS = """\
3 differences from what is known of it (31 requests):
  quirks: no_patch  no → yes
  page_size  100 → 7
  quirks: cursor_paging  no → yes

To go by what was learned, say under the target:

    targets:
      app:
        service:
          quirks:
            - cursor_paging
            - no_patch
          page_size: 7
"""


def probe(desk, *options, code=0):
    return desk.type("check", "--sandbox", "--probe", *options, code=code).out


def test_a_server_as_its_profile_says_contradicts_nothing(desk):
    desk.type("apply", "--sandbox", "--yes")

    text = probe(desk, "--detailed-exitcode")

    assert "✓ userName of users" in text
    assert 'GET Users?filter=userName eq "…" → 200, 1 of 1' in text
    assert "Nothing contradicts what is known of it" in text


@pytest.fixture
def elsewhere(desk, monkeypatch):
    """Serve a sandbox over HTTP in the target's place; it is not as the profile says."""

    @contextmanager
    def serve(**manners):
        monkeypatch.setenv("RECONCILER_TEST_TOKEN", TOKEN)
        with (
            open_sandbox(None, target="app", **manners) as sandbox,
            serving({"app": sandbox.app}, host="127.0.0.1", token=TOKEN) as port,
        ):
            desk.document["targets"]["app"]["url"] = f"http://127.0.0.1:{port}/app/scim/v2"
            yield sandbox

    return serve


def test_where_it_is_not_so_the_settings_to_write_are_shown_and_are_right(desk, elsewhere):
    with elsewhere(quirks=frozenset({"no_patch", "cursor_paging"}), page_size=7) as sandbox:
        sandbox.load([person(number) for number in range(9)])
        text = desk.type("check", "--probe", "--detailed-exitcode", code=2).out
        assert text.endswith(SETTINGS)
        assert "there; also without a token" not in text
        assert TOKEN not in text
        desk.document["targets"]["app"] |= yaml_of(text)["targets"]["app"]
        again = desk.type("check", "--probe", "--detailed-exitcode").out
        assert "Nothing contradicts what is known of it" in again


def yaml_of(text):
    block = textwrap.dedent(text[text.index("    targets:") :])
    document, problems = read_yaml(block.encode(), file="probe")
    assert not problems
    return document.data


def test_as_json_every_fact_has_its_evidence_and_its_outcome(desk):
    desk.type("apply", "--sandbox", "--yes")

    (target,) = json.loads(probe(desk, "--format", "json"))["targets"]

    facts = {fact["name"]: fact for fact in target["facts"]}
    assert facts["userName of users"] == {
        "subject": "filters",
        "name": "userName of users",
        "says": "finds who is there, and nobody else",
        "outcome": "agrees",
        "knob": "filterable: userName",
        "learned": True,
        "known": True,
        "evidence": [
            'GET Users?filter=userName eq "…" → 200, 1 of 1',
            'GET Users?filter=userName eq "nobody-e42d1cd9336f" → 200, 0 of 0',
        ],
    }
    assert (target["differences"], target["settings"], target["failed"]) == ([], {}, False)


def test_a_probe_without_a_token_says_how_to_set_it(desk, monkeypatch):
    monkeypatch.delenv("RECONCILER_TEST_TOKEN", raising=False)

    text = desk.type("check", "--probe", code=4).out

    assert "export RECONCILER_TEST_TOKEN=" in text
    assert "Not everything could be asked." in text
