"""Make the pictures in docs/pictures again: `python -m tests.pictures [FOLDER]`.

The example is applied to the embedded server, edited as a pull request might do it, and planned.
It takes Chromium; the fonts Inter and JetBrains Mono are used where they are installed (Debian:
fonts-inter, fonts-jetbrains-mono), and whatever the system has elsewhere.
"""

import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from reconciler.cli.boundary import run
from tests.chromium import browsing

ROOT = Path(__file__).parents[1]
NOW = "2026-11-27T09:00:00Z"
SIZE = {"width": 1280, "height": 1000}

EDITS = (
    ("users/engineering.yaml", "jobTitle: Principal Engineer", "jobTitle: Distinguished Engineer"),
    ("groups/teams.yaml", "[rosa, theo, amara, lee]", "[rosa, theo, amara, olivia]"),
    ("groups/teams.yaml", "rashid, lucy, emil,", "rashid, emil,"),
    ("groups/teams.yaml", "[carla, jonas, olivia, derek, hannah, victor]", "[carla, olivia]"),
)
"""File, what stands there, and what stands there then."""
GONE = (
    ("users/sales.yaml", "derek"),
    ("users/sales.yaml", "hannah"),
    ("users/sales.yaml", "jonas"),
    ("users/finance.yaml", "lucy"),
)
"""Users whose entries are removed: one more than may go at once."""


def main() -> None:
    """Write every picture into the folder that is named, else where the documentation has them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as name:
        desk = Path(name)
        plan = desk / "plan.html"
        _make_plan(desk, plan)
        with browsing() as browser:
            for scheme, picture in (("light", "plan-html"), ("dark", "plan-html-dark")):
                page = browser.new_page(viewport=SIZE, color_scheme=scheme)
                page.goto(plan.as_uri())
                if scheme == "dark":
                    page.get_by_role("radio", name="By person").check()
                    page.evaluate("document.getElementById('list').scrollIntoView()")
                page.screenshot(path=folder / f"{picture}.png")
                page.close()


def _make_plan(desk: Path, page: Path) -> None:
    shutil.copytree(ROOT / "desired-state", desk / "desired-state")
    _type(desk, "apply", "--sandbox", "--yes")
    for file, before, after in EDITS:
        _edit(desk / "desired-state" / file, before, after)
    for file, key in GONE:
        _remove(desk / "desired-state" / file, key)
    _type(desk, "plan", "--sandbox", "--format", "html", "--output", str(page))


def _edit(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{file.name} has changed: {before}"
    file.write_text(text.replace(before, after), encoding="utf-8")


def _remove(file: Path, key: str) -> None:
    text = file.read_text(encoding="utf-8")
    rest, times = re.subn(rf"^  {key}:.*?\n\n", "", text, flags=re.DOTALL | re.MULTILINE)
    assert times == 1, f"{file.name} has changed: {key}"
    file.write_text(rest, encoding="utf-8")


def _type(desk: Path, *arguments: str) -> None:
    places = ["--desired-state", str(desk / "desired-state"), "--state-dir", str(desk / "state")]
    code = run([*arguments, *places, "--now", NOW])
    if code not in {0, 3}:
        raise SystemExit(f"reconciler {' '.join(arguments)} ended with {code}")


if __name__ == "__main__":
    main()
