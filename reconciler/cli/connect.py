"""Open what a target is reached through; the only place where tokens are read."""

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from reconciler.cli.environment import now, stopwatch, variable
from reconciler.cli.options.settings import Settings
from reconciler.cli.sandboxes import sandbox_for
from reconciler.errors import InputError
from reconciler.model.auth import SecretSource
from reconciler.model.projection import projection_of
from reconciler.model.service import Service
from reconciler.model.target import Target
from reconciler.scim.client import ScimClient
from reconciler.scim.http.auth import Credentials, open_credentials
from reconciler.scim.http.exchange import Exchanged
from reconciler.scim.http.retry import Patience
from reconciler.scim.http.secret import Secret
from reconciler.scim.http.transport import Transport, open_transport
from reconciler.scim.reader import ScimReader


@contextmanager
def open_reader(target: Target, settings: Settings) -> Iterator[ScimReader]:
    """Open what *target*, or its embedded server, can be asked; it can change nothing there.

    Raise `InputError` for no token, here and below.
    """
    with open_way(target, settings) as transport:
        yield ScimReader(transport, target.service, projection_of(target))


@contextmanager
def open_client(target: Target, settings: Settings) -> Iterator[ScimClient]:
    """Open a client for *target*, or for its embedded server."""
    with open_way(target, settings) as transport:
        yield ScimClient(transport, target.service, projection_of(target))


@contextmanager
def open_way(target: Target, settings: Settings) -> Iterator[Transport]:
    """Open the bare way to *target*, for probes."""
    with ExitStack() as stack:
        if settings.sandbox:
            sandbox = stack.enter_context(sandbox_for(target, settings.state_dir))
            transport = open_transport(
                target.url,
                credentials=None,
                service=service_of(target, settings),
                patience=_patience(target, settings),
                app=sandbox.app,
            )
        else:
            transport = open_transport(
                target.url,
                credentials=read_credentials(target),
                service=target.service,
                patience=_patience(target, settings),
            )
        stack.callback(settings.budgets.write)
        stack.callback(transport.close)
        yield transport


def service_of(target: Target, settings: Settings) -> Service:
    """Return the knobs that hold for *target*: its embedded server takes all that comes."""
    return replace(target.service, rate=()) if settings.sandbox else target.service


def host_of(target: Target, settings: Settings) -> str:
    """Return whose budget *target* shares with others."""
    return target.key if settings.sandbox else urlsplit(target.url).netloc.rpartition("@")[2]


def _patience(target: Target, settings: Settings) -> Patience:
    retries, latest = target.service.retries, settings.deadline
    host, rate = host_of(target, settings), service_of(target, settings).rate
    pause, hear = settings.traffic.pausing(host, settings.pause), settings.traffic.heard(target.key)
    note = settings.budgets.heard(host, target.url, rate)
    throttle = settings.throttles.of(host, pause, stopwatch)
    settings.budgets.recall(host, rate, throttle)

    def tell(found: Exchanged) -> None:
        hear(found)
        note(found)

    return Patience(retries, pause, random.random, now, stopwatch, latest, throttle, tell)


def read_credentials(target: Target) -> Credentials | None:
    """Read the secret where the target says; raise `InputError`, naming how to set it, for none."""
    if target.auth is None:
        return None
    source = target.auth.secret
    text = variable(source.name) if source.kind == "env" else _file(source, target)
    if text is None or not text.strip():
        raise InputError(f"{target.key}: {source} holds no token", hint=_how_to_set(source))
    return open_credentials(target.auth, Secret(text.strip()))


def _file(source: SecretSource, target: Target) -> str | None:
    try:
        return Path(source.name).read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise InputError(
            f"{target.key}: the token file '{source.name}' cannot be read: {reason}",
            hint=_how_to_set(source),
        ) from error


def _how_to_set(source: SecretSource) -> str:
    if source.kind == "env":
        return f"Set it: export {source.name}=…  Or try everything without one: --sandbox."
    return f"Write the token into {source.name}. Or try everything without one: --sandbox."
