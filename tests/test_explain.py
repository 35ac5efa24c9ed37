"""An explanation is a directory: `desired.yaml` and, for --live, `live.json` in, text out.

The first line of `desired.yaml` says what is typed. `pytest tests/test_explain.py --update-golden`
rewrites the texts; the review is `git diff`, read as a tired administrator would.
"""

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.cli.boundary import run
from reconciler.sandbox import open_sandbox

HERE = Path(__file__).parent
CASES = HERE / "explanations"
NAMES = sorted(item.name for item in CASES.iterdir() if item.is_dir())
URN = "urn:ietf:params:scim:schemas:core:2.0"


@pytest.mark.parametrize("name", NAMES)
def test_the_explanation_is_as_written(name, tmp_path, capsys, request):
    actual = explained(CASES / name, tmp_path, capsys)
    expected = CASES / name / "explanation.txt"
    if request.config.getoption("--update-golden"):
        expected.write_text(actual, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == actual


def explained(case, folder, capsys, *options):
    """Type what the case says; return what is printed."""
    desired = folder / "desired-state"
    desired.mkdir()
    shutil.copy(HERE / "cases" / "base.yaml", desired)
    shutil.copy(case / "desired.yaml", desired)
    typed = (case / "desired.yaml").read_text(encoding="utf-8").splitlines()[0]
    load(case / "live.json", folder)
    arguments = [*typed.removeprefix("# reconciler ").split(), *options, "--sandbox"]
    places = ["--desired-state", str(desired), "--state-dir", str(folder)]
    code = run([*arguments, "--now", "2026-07-01", *places])
    printed = capsys.readouterr()
    assert (code, printed.err) == (0, "")
    return printed.out


def load(file, folder):
    """Put what is live into the embedded server."""
    if not file.exists():
        return
    state = json.loads(file.read_text(encoding="utf-8"))
    kinds = (("users", "User"), ("groups", "Group"))
    (folder / "sandbox").mkdir()
    with closing(open_sandbox(folder / "sandbox" / "data.db", target="app")) as sandbox:
        sandbox.load(
            [
                {"schemas": [f"{URN}:{kind}"], **item}
                for key, kind in kinds
                for item in state.get(key, ())
            ]
        )


@pytest.mark.parametrize("reading", ["text", "json"])
def test_what_is_sensitive_is_masked_everywhere(reading, tmp_path, capsys):
    shown = explained(CASES / "a-sensitive-attribute", tmp_path, capsys, "--format", reading)
    assert "Engineer" in shown
    assert "hidden" not in shown
