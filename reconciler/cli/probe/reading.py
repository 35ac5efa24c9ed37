"""Probe a target: by reading alone, through a client that holds nothing but GET."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from reconciler.cli.connect import open_way
from reconciler.cli.options.settings import Settings
from reconciler.errors import InputError
from reconciler.model.probe import Fact, Probe, Subject
from reconciler.model.target import Target
from reconciler.scim.probe.asking import Reader
from reconciler.scim.probe.run import read_facts


def probe_target(target: Target, settings: Settings) -> Probe:
    """Learn what reading tells of *target*."""
    try:
        with open_way(target, settings) as way, stranger_for(target, settings) as stranger:
            facts = tuple(read_facts(Reader(way), stranger, target.service))
            return probed(target, facts, way.requests)
    except InputError as error:
        told = f"{error.message} {error.hint or ''}".strip()
        return probed(target, (Fact(Subject.DISCOVERY, "connection", told, failed=True),))


@contextmanager
def stranger_for(target: Target, settings: Settings) -> Iterator[Reader | None]:
    """Open a second way that bears no token; None where there is no token to go without."""
    if target.auth is None:
        yield None
        return
    with open_way(replace(target, auth=None), settings) as way:
        yield Reader(way)


def probed(target: Target, facts: tuple[Fact, ...], requests: int = 0, **more: Any) -> Probe:
    """Return *facts* as what was learned of *target*."""
    return Probe(target.key, target.url, target.profile.key, facts, requests, **more)
