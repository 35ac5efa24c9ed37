"""What holds for every test: no network but loopback, and how hard hypothesis looks."""

import ipaddress
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.servers.postgres import empty_database, programs, running_postgres

settings.register_profile("dev", max_examples=30, deadline=None)
settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True)
settings.register_profile("nightly", max_examples=5000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell in the background hands this down (POSIX, «Signals and Error Handling»), and what
    # the tests start and interrupt would never hear it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


# What commands print is as wide as it says: the workers of pytest-xdist are told 80.
os.environ.pop("COLUMNS", None)


@pytest.fixture(scope="session", autouse=True)
def _only_loopback() -> Iterator[None]:
    """Refuse every connection and every look-up that leaves the machine."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(sock, address):
        if sock.family != socket.AF_UNIX:
            _require_loopback(address[0])
        return connect(sock, address)

    def guarded_look_up(host, *arguments, **options):
        _require_loopback(host)
        return look_up(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


def _require_loopback(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return
    try:
        if ipaddress.ip_address(name).is_loopback:
            return
    except ValueError:
        pass
    pytest.fail(f"a test reached for {name}: only loopback is allowed", pytrace=False)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of a PostgreSQL that this test run started; skip where there is none."""
    if programs() is None:
        message = "PostgreSQL: run python -m tests.servers.install"
        if os.environ.get("RECONCILER_REQUIRE_SERVERS") == "1":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture
def postgres(postgres_server: str) -> str:
    """Give the URL of a database that is empty."""
    return empty_database(postgres_server)


TESTS = Path(__file__).parent
UNCOUNTED = {
    TESTS / name
    for name in ("faults", "properties", "servers", "test_illegible.py", "test_requests.py")
}
"""Tests that meet with whole servers, draw what they do, or take one road a thousand times."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Count as covered what a test looks at, and not what one comes by at random or on the way.

    Python 3.11 counts at twice the time, so these tests also take half of it.
    """
    if not config.pluginmanager.hasplugin("_cov"):
        return
    for item in items:
        is_drawn = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if is_drawn or not UNCOUNTED.isdisjoint({item.path, *item.path.parents}):
            item.add_marker(pytest.mark.no_cover)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `--update-golden` rewrite expected files; the review is `git diff`."""
    parser.addoption("--update-golden", action="store_true", help="rewrite expected files")
