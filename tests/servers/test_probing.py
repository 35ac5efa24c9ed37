"""`check --probe [--write]` on real servers: what it learns, and that nothing stays behind."""

import json
import os
import subprocess
import sys

import pytest

STRANGER = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "stranger@contoso.example",
    "name": {"givenName": "Silas", "familyName": "Stranger"},
    "emails": [{"value": "stranger@contoso.example", "type": "work", "primary": True}],
    "active": True,
}


@pytest.fixture
def probe(server, tmp_path):
    """Return a function that runs the command with its data in a folder of its own."""
    target = {
        "profile": "generic-scim",
        "url": server.base_url,
        "auth": {"bearer": {"env": "PROBED_TOKEN"}},
    }
    (tmp_path / "desired-state").mkdir()
    file = tmp_path / "desired-state" / "all.yaml"
    file.write_text(json.dumps({"targets": {"app": target}}), encoding="utf-8")

    def run(*more):
        done = subprocess.run(
            [sys.executable, "-m", "reconciler", "check", "--probe", *more],
            cwd=tmp_path,
            env=os.environ | {"PROBED_TOKEN": server.token, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert server.token not in done.stdout + done.stderr
        return " ".join(done.stdout.split())

    return run


def everything(server):
    return server.resources("Users"), server.resources("Groups")


@pytest.mark.parametrize("server", ["scimmy"], indirect=True)
def test_reading_alone_changes_nothing(server, probe):
    server.seed([STRANGER])
    before = everything(server)
    said = probe()
    assert "Nothing contradicts what is known of it" in said
    assert "startIndex not told: too few are there" in said
    assert everything(server) == before


LEARNED = {
    "scimmy": ("Nothing contradicts what is known of it", "If-Match ignored"),
    "django-scim2": (
        "members_ignored_on_create no → yes",
        "remove_members_by_value no → yes",
        "one_value_each no → yes",
    ),
}


@pytest.mark.parametrize("server", LEARNED, indirect=True)
def test_what_is_tried_out_is_learned_and_taken_away_again(server, probe):
    server.seed([STRANGER])
    before = everything(server)
    said = probe("--write", "--yes")
    for words in LEARNED[server.name]:
        assert words in said
    assert "Left behind" not in said
    assert everything(server) == before


@pytest.mark.parametrize("server", ["django-scim2-server"], indirect=True)
def test_whom_a_server_keeps_all_the_same_is_named_and_inactive(server, probe):
    server.seed([STRANGER])
    said = probe("--write", "--yes")
    assert "delete_deactivates no → yes" in said
    users, groups = everything(server)
    stay = [user for user in users if user["userName"] != STRANGER["userName"]]
    assert groups == []
    assert len(stay) == 3
    for user in stay:
        assert user["active"] is False
        assert f"Users/{user['id']}: the app keeps whom it deletes" in said
