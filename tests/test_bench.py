"""The bench measures a whole plan: what it finds is counted here, not what it takes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench"
USERS, GROUPS = 200, 20


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    made = "from pathlib import Path; from make import MANY, make_tree; import sys"
    trees = (("base", ""), ("head", "._replace(changed=100)"))
    calls = (f"make_tree({USERS}, Path(sys.argv[1], '{name}'), MANY{how})" for name, how in trees)
    run("-c", "; ".join([made, *calls]), folder)
    run("stages.py", "live", folder)
    return folder


def run(*arguments):
    call = [sys.executable, *map(str, arguments)]
    return subprocess.run(call, cwd=BENCH, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize(
    ("case", "changes"),
    [
        ("same", 0),
        ("first", USERS + 2 * GROUPS),
        ("offline", 2 + 2),  # two titles, and who joins and who leaves one group
    ],
)
def test_every_stage_is_measured(folder, case, changes):
    found = json.loads(run("stages.py", case, folder))

    assert found["changes"] == changes
    assert {"load", "map", "diff", "access view", "json"} <= found["stages"].keys()


def test_the_raw_loop_sees_the_same_objects(folder):
    assert json.loads(run("compare.py", "same", folder))["changes"] == 0
    assert json.loads(run("compare.py", "offline", folder))["changes"] == 3
