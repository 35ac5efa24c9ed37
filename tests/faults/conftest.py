"""Servers behind the proxy, one for all cells of a worker; the seed and the table of the matrix."""

import os
import uuid
from contextlib import ExitStack

import pytest

from tests.faults.matrix import HOW_MANY, as_table, shares
from tests.faults.stand import standing
from tests.servers.recipes import RECIPES

SEED = pytest.StashKey[str]()


def pytest_configure(config):
    """Choose a seed, the same for all workers of a run."""
    run = getattr(config, "workerinput", {}).get("testrunuid") or uuid.uuid4().hex
    config.stash[SEED] = os.environ.get("RECONCILER_MATRIX_SEED") or run[:8]


def pytest_generate_tests(metafunc):
    """Give each server and fault that was drawn a test of its own."""
    if "share" in metafunc.fixturenames:
        found = shares(metafunc.config.stash[SEED])
        metafunc.parametrize("share", found, ids=[f"{it.server}-{it.fault}" for it in found])


@pytest.fixture
def seed(request):
    return request.config.stash[SEED]


@pytest.fixture(scope="session")
def stands(tmp_path_factory):
    """Return a function that gives the stand of a server: the same until it is called spoilt."""
    with ExitStack() as stack:
        known = {}

        def stand(name, *, spoilt=False):
            if spoilt:
                known.pop(name, None)
            elif name not in known:
                _require(name)
                folder = tmp_path_factory.mktemp(name)
                known[name] = stack.enter_context(standing(name, folder))
            return known.get(name)

        yield stand


def _require(name):
    if RECIPES[name].installed:
        return
    message = f"{name}: run python -m tests.servers.install"
    if os.environ.get("RECONCILER_REQUIRE_SERVERS") == "1":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def pytest_terminal_summary(terminalreporter, config):
    """Print the matrix by fault and server, with its total."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    cells = [
        value for report in reports for name, value in report.user_properties if name == "cells"
    ]
    if cells:
        counts = {(server, fault): (count, wrong) for server, fault, count, wrong in cells}
        what = "all cells" if HOW_MANY == "all" else f"seed {config.stash[SEED]}"
        terminalreporter.section(f"fault matrix, {what}")
        terminalreporter.write_line(as_table(counts))
