"""What planning takes, stage by stage: `python bench/plan.py 10000 [CASE…]`.

The network is left out: what is live comes from a file. Each case is a process of its own, and a
raw loop over the same files is another. Seconds are those of the processor, which others who use
the machine lengthen less than those of the clock; read the ratios.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

# This process stays small on purpose: Linux counts what a child had before it became its program.
from make import MANY, make_tree

ROOT = Path(__file__).parents[1]
CHANGED = 100
CASES = {
    "same": "nothing changed",
    "changed": "1 % changed",
    "first": "first run, all is new",
    "base": "--base, 1 % changed, live",
    "offline": "--base, 1 % changed, --offline",
}
TOGETHER = ("text", "markdown", "html", "json")
"""Readings: one command writes one or a few of them, so they are no part of the sum."""


class Cost(NamedTuple):
    """What one process took: the seconds of its *stages*, its *peak* in MiB."""

    changes: int
    peak: float
    stages: dict[str, float]

    @property
    def planned(self) -> float:
        """The seconds until the plan is there, access view included."""
        return sum(took for name, took in self.stages.items() if name not in TOGETHER)


def main(users: int, cases: tuple[str, ...]) -> None:
    """Print a table for each case."""
    with tempfile.TemporaryDirectory() as folder:
        make_tree(users, Path(folder, "base"), MANY)
        make_tree(users, Path(folder, "head"), MANY._replace(changed=CHANGED))
        _run("stages.py", "live", folder)
        memberships = users * MANY.each
        groups = memberships // MANY.members
        print(f"{users:,} users, {groups:,} groups, {memberships:,} memberships; CPU seconds")
        for case in cases:
            ours, raw = (
                Cost(**json.loads(_run(name, case, folder))) for name in ("stages.py", "compare.py")
            )
            _print(case, ours, raw)


def _run(*arguments: str) -> str:
    found = subprocess.run(
        [sys.executable, ROOT / "bench" / arguments[0], *arguments[1:]],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return found.stdout


def _print(case: str, ours: Cost, raw: Cost) -> None:
    print(f"\n{CASES[case]}: {ours.changes:,} changes")
    for name, took in ours.stages.items():
        loop = f"{raw.stages[name]:8.2f}" if name in raw.stages else ""
        print(f"  {name:<24}{took:8.2f}{loop}")
    for name in raw.stages.keys() - ours.stages.keys():
        print(f"  {name:<24}{'':8}{raw.stages[name]:8.2f}")
    ratio = ours.planned / raw.planned
    print(f"  {'until the plan is there':<24}{ours.planned:8.2f}{raw.planned:8.2f}{ratio:8.1f}x")
    print(f"  {'MiB':<24}{ours.peak:8.0f}{raw.peak:8.0f}{ours.peak / raw.peak:8.1f}x", flush=True)


if __name__ == "__main__":
    size, *names = sys.argv[1:] or ["10000"]
    main(int(size), tuple(names) or tuple(CASES))
