"""Real SCIM servers as fixtures: one process for each test, so that no test sees another's data."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.servers.process import Server, running
from tests.servers.recipes import RECIPES

RUNNING = pytest.StashKey[list[Server]]()


@pytest.fixture
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Server]]:
    """Return a function that starts a server by name; all are ended with the test."""
    servers: list[Server] = request.node.stash.setdefault(RUNNING, [])
    with ExitStack() as stack:

        def start_one(name: str) -> Server:
            _require(name)
            folder = tmp_path / f"server-{len(servers)}"
            folder.mkdir()
            servers.append(stack.enter_context(running(RECIPES[name], folder)))
            return servers[-1]

        yield start_one


@pytest.fixture(params=RECIPES)
def server(request: pytest.FixtureRequest, start: Callable[[str], Server]) -> Server:
    """Return each server in turn; give `params` by indirect parametrisation to choose."""
    name: str = request.param
    return start(name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the servers printed when a test fails."""
    report = yield
    if report.failed:
        for server in item.stash.get(RUNNING, []):
            words = server.log.read_text(errors="replace")[-8000:]
            report.sections.append((f"log of {server.name}", words))
    return report


def _require(name: str) -> None:
    if RECIPES[name].installed:
        return
    message = f"{name}: run python -m tests.servers.install"
    if os.environ.get("RECONCILER_REQUIRE_SERVERS") == "1":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
