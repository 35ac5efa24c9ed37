"""Probe a target: by reading alone, through a client that holds nothing but GET."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from reconciler.cli.connect import open_client
from reconciler.cli.options import Settings
from reconciler.errors import InputError
from reconciler.model.probe import Fact, Probe, Subject
from reconciler.model.target import Target
from reconciler.scim.client import ScimClient
from reconciler.scim.probe.asking import Reader
from reconciler.scim.probe.run import read_facts


def probe_target(target: Target, settings: Settings) -> Probe:
    """Learn what reading tells of *target*."""
    try:
        with open_client(target, settings) as client, stranger_for(target, settings) as stranger:
            reader = Reader(client.transport)
            facts = tuple(read_facts(reader, stranger, target.service))
            return probed(target, facts, client)
    except InputError as error:
        told = f"{error.message} {error.hint or ''}".strip()
        return probed(target, (Fact(Subject.DISCOVERY, "connection", told, failed=True),))


@contextmanager
def stranger_for(target: Target, settings: Settings) -> Iterator[Reader | None]:
    """Open a second client that bears no token; None where there is no token to go without."""
    if target.auth is None:
        yield None
        return
    with open_client(replace(target, auth=None), settings) as client:
        yield Reader(client.transport)


def probed(
    target: Target, facts: tuple[Fact, ...], client: ScimClient | None = None, **more: Any
) -> Probe:
    """Return *facts* as what was learned of *target*, through *client* where there was one."""
    requests = client.requests if client else 0
    return Probe(target.key, target.url, target.profile.key, facts, requests, **more)
