import subprocess
import sys

import pytest

from reconciler import __version__
from reconciler.cli.boundary import run


def test_help_lists_every_command_and_imports_nothing_heavy():
    script = (
        "import sys; from reconciler.cli.boundary import run; code = run(['--help']); "
        "heavy = {'pydantic', 'httpx', 'deepdiff', 'rich', 'sqlalchemy', 'ruamel'}; "
        "print(sorted(heavy & set(sys.modules)), code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    for name in ("validate", "plan", "apply", "check", "sandbox", "schema", "gallery"):
        assert f"  {name} " in done.stdout
    assert done.stdout.endswith("[] 0\n")


def test_the_package_runs_as_a_module():
    command = [sys.executable, "-m", "reconciler", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"reconciler, version {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["plam"],
        ["plan", "--formt", "json"],
        ["plan", "--format", "yaml"],
        ["plan", "--now", "soon"],
    ],
)
def test_wrong_usage_exits_with_one_because_two_means_differences(arguments, capsys):
    assert run(arguments) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Error: " in printed.err


def test_a_command_that_is_nearly_right_is_suggested(capsys):
    assert run(["aply"]) == 1
    assert "No such command 'aply'. Did you mean 'apply'?" in capsys.readouterr().err


def test_a_foreseen_failure_is_one_line_and_the_next_step(tmp_path, capsys):
    assert run(["validate", "--desired-state", str(tmp_path / "no\x1bwhere")]) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("Error: ")
    assert r"no\x1bwhere" in first
    assert second.startswith("Next: ")


def test_a_reader_that_goes_away_is_no_traceback():
    command = f"{sys.executable} -m reconciler schema plan | head -c 10"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert len(done.stdout) == 10
    assert done.stderr == ""
