"""YAML by strangers, end to end: nothing that a command prints steers a terminal or a runner."""

import re

import pytest

from reconciler.cli.boundary import run
from tests.render.corpus import CORPUS

NOT_YAML = {"surrogate", "nul"}
COMMANDS = (
    "validate",
    "validate --format sarif",
    "plan --sandbox",
    "plan --sandbox --format json",
    "plan --sandbox --format html",
    "apply --sandbox --yes --github",
    "plan --sandbox --github --now 2026-12-01 --format markdown",
    "drift --sandbox --github",
    "explain u03 --sandbox --live",
    "explain g03 --sandbox --format json",
    "history show 1 --sandbox",
    "history show 1 --sandbox --format csv",
    "check --sandbox",
)
ANNOTATION = re.compile(r"::(error|warning|notice) (file|title)=")
COMMAND = re.compile(r"\s*::[a-z-]+.*::", re.IGNORECASE)


def texts():
    """Return the corpus as YAML may hold it, each a little different: names are matched by."""
    for name, text in sorted(CORPUS.items()):
        if name not in NOT_YAML and text.strip():
            yield "".join(char for char in text[:500] if char not in "\x1b\x07\x7f\x9b\x0b\x0c")


@pytest.fixture
def hostile(desk, monkeypatch, tmp_path):
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "outputs"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    people = {f"u{number:02}": text for number, text in enumerate(texts())}
    names = ("userPrincipalName", "displayName", "givenName", "surname", "jobTitle", "owner")
    desk.document["users"] = {key: dict.fromkeys(names, text) for key, text in people.items()}
    desk.document["groups"] = {
        key.replace("u", "g"): {
            "displayName": f"{key}{text}",
            "owner": text,
            "sensitive": True,
            "members": [key, {"user": "u00", "until": "2026-12-05", "reason": text}],
        }
        for key, text in people.items()
        if key != "u00"
    }
    desk.document["targets"]["app"]["assignments"] = [
        {"user": key, "role": text} for key, text in people.items()
    ]
    return desk


def typed(desk, command):
    """Run a command; the history is read where the ledger is, without any YAML."""
    if command[0] != "history":
        return desk.type(*command)
    assert run([*command, "--state-dir", str(desk.folder / "state")]) == 0
    return desk.capture.readouterr()


def test_no_command_says_what_a_terminal_or_a_runner_obeys(hostile):
    for command in COMMANDS:
        printed = typed(hostile, command.split())
        for text in (printed.out, printed.err):
            hidden = {char for char in text if not char.isprintable()}
            assert hidden <= {"\n", "\u200b"}, command
            assert re.findall(r"##(?:vso)?\[", text, re.IGNORECASE) == [], command
            lines = [line for line in text.splitlines() if COMMAND.match(line)]
            assert [line for line in lines if not ANNOTATION.match(line)] == [], command
    outputs = (hostile.folder / "outputs").read_text(encoding="utf-8")
    assert all(re.fullmatch(r"[a-z_]+=[A-Za-z0-9_.:/-]*", line) for line in outputs.splitlines())
