"""Make the pictures in docs/pictures again: `python -m tests.pictures [FOLDER]`.

The example is applied to the embedded server, edited as pull requests might do it, and planned;
then somebody meddles with the app for a month of nights. It takes Chromium; the fonts Inter and
JetBrains Mono are used where they are installed (Debian: fonts-inter, fonts-jetbrains-mono).
"""

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from playwright.sync_api import Browser, Page

from reconciler.cli.boundary import run
from reconciler.cli.drift import find_drifts
from reconciler.cli.options.settings import Settings
from reconciler.cli.sandboxes import sandbox_for
from reconciler.cli.workspace.workspace import require_workspace
from reconciler.render.html.drift import render_drift_html
from reconciler.sandbox import Sandbox
from tests.chromium import browsing
from tests.repository import Clone

ROOT = Path(__file__).parents[1]
NOW = "2026-11-27T09:00:00Z"
NIGHTS = 30
"""The last of them is now: the embedded server has no other clock."""
CORE = "urn:ietf:params:scim:schemas:core:2.0"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
SIZE = {"width": 1280, "height": 1000}

MERGED = (("users/engineering.yaml", "jobTitle: Engineering Manager", "jobTitle: Director"),)
"""What stands on the main branch and no apply has done yet: file, before, after."""
EDITS = (
    ("users/engineering.yaml", "jobTitle: Principal Engineer", "jobTitle: Distinguished Engineer"),
    ("groups/teams.yaml", "[rosa, theo, amara, lee]", "[rosa, theo, amara, olivia]"),
    ("groups/teams.yaml", "rashid, lucy, emil,", "rashid, emil,"),
    ("groups/teams.yaml", "[carla, jonas, olivia, derek, hannah, victor]", "[carla, olivia]"),
)
GONE = (
    ("users/sales.yaml", "derek"),
    ("users/sales.yaml", "hannah"),
    ("users/sales.yaml", "jonas"),
    ("users/finance.yaml", "lucy"),
)
"""Users whose entries the pull request removes: one more than may go at once."""
MEDDLING = (
    (2, "set", "linus", "title", "Boss"),
    (4, "make", "scanner"),
    (5, "leave", "All employees", "noor"),
    (7, "join", "Workplace", "scanner"),
    (8, "set", "theo", "title", "Reception"),
    (10, "leave", "Workplace", "scanner"),
    (11, "set", "linus", "title", "Engineer"),
    (13, "set", "bea", "title", "Controller"),
    (14, "join", "All employees", "noor"),
    (16, "delete", "rashid"),
    (18, "leave", "Europe offices", "jonas"),
    (19, "set", "theo", "title", "Front Desk"),
    (21, "make", "temp-desk"),
    (22, "join", "Workplace", "temp-desk"),
    (24, "join", "Europe offices", "carla"),
    (26, "join", "Workplace", "olivia"),
    (28, "set", "grace", "title", "VP"),
)
"""What somebody does by hand in the app: the night, what, and to whom."""


def main() -> None:
    """Write every picture into the folder that is named, else where the documentation has them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as first, TemporaryDirectory() as second, browsing() as browser:
        plan, drift = _make_plan(Path(first)), _make_drift(Path(second))
        with _opened(browser, plan, "light") as page:
            page.screenshot(path=folder / "plan-html.png")
        with _opened(browser, plan, "dark") as page:
            page.get_by_role("radio", name="By person").check()
            page.evaluate("document.getElementById('list').scrollIntoView()")
            page.screenshot(path=folder / "plan-html-dark.png")
        with _opened(browser, drift, "light") as page:
            page.screenshot(path=folder / "drift-html.png")
            page.set_viewport_size({**SIZE, "height": 4000})
            box = page.locator("section").last.bounding_box()
            area = {"x": 0, "y": box["y"] - 24, "width": 1280, "height": box["height"] + 48}
            page.screenshot(path=folder / "drift-html-target.png", clip=area)


@contextmanager
def _opened(browser: Browser, file: Path, scheme: str) -> Iterator[Page]:
    page = browser.new_page(viewport=SIZE, color_scheme=scheme)
    page.goto(file.as_uri())
    yield page
    page.close()


def _make_plan(desk: Path) -> Path:
    clone = _begin(desk)
    for file, before, after in MERGED:
        _edit(clone.root / file, before, after)
    clone.commit()
    for file, before, after in EDITS:
        _edit(clone.root / file, before, after)
    for file, key in GONE:
        _remove(clone.root / file, key)
    _by_hand(desk, "set", "amara", "title", "Office Manager")
    page = desk / "plan.html"
    base = ["--base", "main", "--now", NOW]
    _type(desk, "plan", "--sandbox", "--format", "html", "--output", str(page), *base)
    return page


def _make_drift(desk: Path) -> Path:
    _begin(desk)
    page = desk / "drift.html"
    for night in range(NIGHTS):
        for at, *what in MEDDLING:
            if at == night:
                _by_hand(desk, *what)
        drift = find_drifts(require_workspace(settings := _settings(desk, night)), settings)
    page.write_text(render_drift_html(drift), encoding="utf-8")
    return page


def _settings(desk: Path, night: int) -> Settings:
    moment = datetime.now(UTC) - timedelta(days=NIGHTS - 1 - night)
    places = {"desired_state": desk / "desired-state", "state_dir": desk / "state"}
    return Settings(**places, sandbox=True, now=moment, clock=lambda: moment)


def _by_hand(desk: Path, what: str, *more: str | bool) -> None:
    settings = _settings(desk, 0)
    (target,) = require_workspace(settings).targets
    with sandbox_for(target, settings.state_dir) as sandbox:
        getattr(Hand(sandbox), what)(*more)


class Hand:
    """Somebody who changes things in the app itself."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.ids = {
            item.get("userName", item.get("displayName", "")).partition("@")[0]: item["id"]
            for item in sandbox.show()
        }
        transport = httpx.WSGITransport(app=sandbox.app)
        self.client = httpx.Client(transport=transport, base_url="http://sandbox.localhost/scim/v2")

    def make(self, name: str) -> None:
        """Create an account."""
        body = {"schemas": [f"{CORE}:User"], "userName": f"{name}@contoso.example"}
        self.client.post("/Users", json=body).raise_for_status()

    def set(self, name: str, path: str, value: str | bool) -> None:
        """Change an attribute of an account."""
        self._patch("Users", name, {"op": "replace", "path": path, "value": value})

    def join(self, group: str, name: str) -> None:
        """Add somebody to a group."""
        value = [{"value": self.ids[name]}]
        self._patch("Groups", group, {"op": "add", "path": "members", "value": value})

    def leave(self, group: str, name: str) -> None:
        """Take somebody out of a group."""
        path = f'members[value eq "{self.ids[name]}"]'
        self._patch("Groups", group, {"op": "remove", "path": path})

    def delete(self, name: str) -> None:
        """Delete an account."""
        self.client.delete(f"/Users/{self.ids[name]}").raise_for_status()

    def _patch(self, endpoint: str, name: str, operation: dict[str, Any]) -> None:
        body = {"schemas": [PATCH], "Operations": [operation]}
        self.client.patch(f"/{endpoint}/{self.ids[name]}", json=body).raise_for_status()


def _begin(desk: Path) -> Clone:
    """Return a repository with the example, applied to the embedded server."""
    clone = Clone(desk)
    shutil.copytree(ROOT / "desired-state", clone.root, dirs_exist_ok=True)
    clone.commit()
    _type(desk, "apply", "--sandbox", "--yes", "--now", NOW)
    return clone


def _edit(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    if text.count(before) != 1:
        raise SystemExit(f"{file.name} has changed: {before}")
    file.write_text(text.replace(before, after), encoding="utf-8")


def _remove(file: Path, key: str) -> None:
    text = file.read_text(encoding="utf-8")
    rest, times = re.subn(rf"^  {key}:.*?\n\n", "", text, flags=re.DOTALL | re.MULTILINE)
    if times != 1:
        raise SystemExit(f"{file.name} has changed: {key}")
    file.write_text(rest, encoding="utf-8")


def _type(desk: Path, *arguments: str) -> None:
    places = ["--desired-state", str(desk / "desired-state"), "--state-dir", str(desk / "state")]
    code = run([*arguments, *places])
    if code not in {0, 3}:
        raise SystemExit(f"reconciler {' '.join(arguments)} ended with {code}")


if __name__ == "__main__":
    main()
