"""The README's two command lines, as they stand: `python -m tests.readme_commands main|test`.

Each stands in a fenced block of its own that begins with `python3 -m venv`; the one with `pytest`
in it runs the tests, the other the main job. CI runs both in fresh clones.
"""

import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"^```[^\n]*\n(python3 -m venv .*?)^```", re.MULTILINE | re.DOTALL)


def command(name: str, readme: str) -> str:
    """Return the command line called *name*, `main` or `test`, from the text of the README.

    Raises SystemExit where the README does not hold exactly these two.
    """
    blocks: list[str] = BLOCK.findall(readme)
    found = {"test" if "pytest" in block else "main": block for block in blocks}
    if len(blocks) != 2 or found.keys() != {"main", "test"}:
        raise SystemExit(
            "README.md: exactly two fenced blocks must begin with `python3 -m venv`, one of them "
            f"with `pytest` in it; there are {len(blocks)}, for {sorted(found) or 'nothing'}"
        )
    if name not in found:
        raise SystemExit(f"usage: python -m tests.readme_commands main|test, not {name!r}")
    return found[name]


if __name__ == "__main__":
    sys.stdout.write(command(" ".join(sys.argv[1:]), README.read_text(encoding="utf-8")))
