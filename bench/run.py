"""Time ours beside raw loops, in one run: `python bench/run.py 1000 10000`.

Each part is a process of its own, so that seconds and peak memory (of the whole process, start-up
included) are told by the operating system and not by a tracer that slows one side more.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

# This process stays small on purpose: Linux counts what a child had before it became its program.
from make import make_tree

ROOT = Path(__file__).parents[1]
SIZES = (1000, 10000)
COLUMNS = "{:>7}  {:<26}{:>8}{:>6}   {:<28}{:>8}{:>6}{:>8}"
HEAD = ("users", "part", "seconds", "MiB", "raw loop", "seconds", "MiB", "ratio")


class Cost(NamedTuple):
    """What one process took: wall-clock *seconds*, peak *mebibytes*."""

    seconds: float
    mebibytes: float


def main(sizes: tuple[int, ...]) -> None:
    """Print a line for each part of each size."""
    print(COLUMNS.format(*HEAD))
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            _measure(size, Path(folder))


def _measure(size: int, folder: Path) -> None:
    tree, state, raw = folder / "tree", folder / "state", folder / "raw.db"
    make_tree(size, tree)

    def loop(name: str) -> Cost:
        return _run("bench/loops.py", name, str(tree), str(raw))

    def command(name: str, *options: str) -> Cost:
        places = ("--desired-state", str(tree), "--state-dir", str(state))
        return _run("-m", "reconciler", name, "--sandbox", *places, *options)

    ours, parse = _run("bench/load.py", str(tree)), _run("bench/parse.py", str(tree))
    _print(size, "load", ours, "ruamel.yaml safe C loader", parse)
    ours = command("apply", "--yes")
    _print(size, "apply all", ours, "parse, POST each by httpx", loop("write"))
    ours = command("plan", "--detailed-exitcode")
    _print(size, "plan, nothing to do", ours, "GET all pages by httpx", loop("read"))


def _run(*arguments: str) -> Cost:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            words = output.read()[-3000:].decode(errors="replace")
            raise SystemExit(f"{' '.join(arguments)}: exit {process.returncode}\n{words}")
    # Linux counts ru_maxrss in KiB, macOS in bytes.
    return Cost(seconds, usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024))


def _print(size: int, part: str, ours: Cost, loop: str, raw: Cost) -> None:
    costs = [f"{ours.seconds:.2f}", f"{ours.mebibytes:.0f}"]
    costs += [loop, f"{raw.seconds:.2f}", f"{raw.mebibytes:.0f}"]
    ratio = f"{ours.seconds / raw.seconds:.1f}x"
    print(COLUMNS.format(size, part, *costs, ratio), flush=True)


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or SIZES)
