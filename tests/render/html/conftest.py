"""One browser for all tests of pages; no test may end with an error or a request."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.chromium import browsing, program


@dataclass
class Shown:
    """A page that is open, and what it was heard to do: *asked* are addresses, *said* errors."""

    page: Page
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def rows(self) -> list[str]:
        """Return the key of every row that is to be seen, from top to bottom."""
        return self.page.locator(".row:visible .who b").all_text_contents()


Open = Callable[..., Shown]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium, or skip where there is none."""
    if program() is None:
        message = "Chromium: run python -m tests.servers.install"
        if os.environ.get("RECONCILER_REQUIRE_SERVERS") == "1":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    expect.set_options(timeout=30_000)  # of patience: a machine may be busy
    with browsing() as browser:
        yield browser


@pytest.fixture
def open_anything(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Return a function that opens HTML in a new context, and whatever it does is only noted."""
    contexts: list[BrowserContext] = []

    def open_one(html: str, **options: object) -> Shown:
        file = tmp_path / f"page-{len(contexts)}.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(**options)
        contexts.append(context)
        shown = Shown(context.new_page())

        def route(found: Route) -> None:
            shown.asked.append(found.request.url)
            found.continue_() if found.request.url == file.as_uri() else found.abort()

        context.route("**/*", route)
        shown.page.on("console", lambda word: shown.said.append(f"{word.type}: {word.text}"))
        shown.page.on("pageerror", lambda error: shown.said.append(str(error)))
        shown.page.goto(file.as_uri())
        return shown

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(open_anything: Open) -> Iterator[Open]:
    """Return a function that opens HTML; it may ask for nothing but itself, and say nothing."""
    opened: list[Shown] = []

    def open_one(html: str, **options: object) -> Shown:
        opened.append(open_anything(html, **options))
        return opened[-1]

    yield open_one
    for shown in opened:
        assert len(shown.asked) == 1
        assert shown.asked[0].startswith("file:///")
        assert shown.said == []
