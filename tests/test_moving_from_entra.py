"""The page about moving is a story that is run: its files are written, its commands typed."""

import json
import re
import shlex
from pathlib import Path
from threading import Thread
from urllib.request import Request, urlopen
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from reconciler.cli.boundary import run
from reconciler.desired.documents.file import SECTIONS
from reconciler.desired.documents.targets import GroupKindDocument, TargetDocument
from reconciler.sandbox import open_sandbox

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "moving-from-entra.md").read_text(encoding="utf-8")
SAMPLE = ROOT / "tests" / "entra" / "cases" / "reference-sample" / "schema.json"
STEPS = re.split(r"(?m)^## (?=\d)", PAGE)[1:]
BLOCK = re.compile(r"^```(sh|yaml)\n(.*?)^```", re.MULTILINE | re.DOTALL)
GROUP_ID = "6e7b768e-07e2-4810-8459-485f84f8f204"


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def app():
    """A live app on loopback that Entra has provisioned; its base URL."""
    sandbox = open_sandbox(None, target="live")
    with make_server("127.0.0.1", 0, sandbox.app, handler_class=Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/live/scim/v2"
        ids = [
            post(f"{url}/Users", {"userName": f"{name}@contoso.example", "active": True})
            for name in ("ada", "grace", "stranger")
        ]
        members = [{"value": found} for found in ids[:2]]
        post(f"{url}/Groups", {"displayName": "Sales", "externalId": GROUP_ID, "members": members})
        yield url
        server.shutdown()


def post(url, resource):
    kind = "Group" if url.endswith("Groups") else "User"
    schemas = {"schemas": [f"urn:ietf:params:scim:schemas:core:2.0:{kind}"]}
    request = Request(
        url,
        json.dumps({**schemas, **resource}).encode(),
        {"Content-Type": "application/scim+json"},
    )
    with urlopen(request) as answer:
        return json.load(answer)["id"]


def write(block):
    """Write a YAML block where its first line says: a file, or a place in one."""
    first, _, text = block.partition("\n")
    name, _, key = first.removeprefix("# ").partition(": ")
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not key:
        path.write_text(block, encoding="utf-8")
        return
    there = path.read_text(encoding="utf-8")
    line = re.search(rf"(?m)^    {key}:.*\n", there)
    place = line.span() if line else (len(there), len(there))
    path.write_text(there[: place[0]] + text + there[place[1] :], encoding="utf-8")


def test_the_steps_of_the_page_lead_to_an_app_that_is_as_the_yaml_says(
    app, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("APP_SCIM_TOKEN", "t0ken")
    Path("schema.json").write_bytes(SAMPLE.read_bytes())
    Path("job.json").write_text('{"id": "customappsso.1", "schedule": {"state": "Active"}}')
    secrets = [{"key": "BaseAddress", "value": "https://app.contoso.example/scim/v2"}]
    Path("secrets.json").write_text(json.dumps({"value": secrets}))

    printed = {}
    for number, step in enumerate(STEPS, 1):
        if number == 6:  # from here on the app is live
            target = Path("desired-state/targets/app.yaml")
            text = target.read_text(encoding="utf-8")
            target.write_text(text.replace("https://app.contoso.example/scim/v2", app))
        said = []
        for language, block in BLOCK.findall(step):
            if language == "yaml":
                write(block)
                continue
            for line in block.splitlines():
                name, *arguments = shlex.split(line)
                ended = run(arguments)
                out, err = capsys.readouterr()
                assert (name, ended) == ("reconciler", 0), f"{line}\n{out}{err}"
                said.append(out)
        printed[number] = said

    assert "Cannot be expressed" not in printed[2][0]
    assert "create user ada" in printed[5][0]
    assert GROUP_ID in printed[6][1]
    assert "adopt user ada" in printed[6][1]
    assert "disable" not in printed[6][1] + printed[7][0]
    assert "adopt group sales" in printed[7][0]
    assert "No changes" in printed[7][2]
    assert "stranger" in printed[7][2]


def test_every_key_of_the_table_exists():
    table = PAGE[PAGE.index("## Where Entra's screens went") : PAGE.index("## What is different")]
    named = set(re.findall(r"`(?:targets\.NAME\.|users\.|groups\.)?([a-z_]+)(?=[`:.])", table))
    known = {
        *SECTIONS,
        *TargetDocument.model_fields,
        *GroupKindDocument.model_fields,
        *("constant", "default", "match", "apply", "removals", "revocations", "role", "until"),
        *("path", "from", "all", "limits"),
    }

    assert named - known == set()
    assert {"provision", "filter", "scopes", "assignments", "out_of_scope"} <= named
