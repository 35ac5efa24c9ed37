"""Write only onto what the plan was made on: by its version, else by looking once more.

A version is free: it travels with the write, and a server that knows versions refuses with 412
what would overwrite somebody (RFC 7644 §3.14). Some show versions and ignore If-Match, so a look
before what cannot be made good stays; it costs a request, and `recheck` says when.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from reconciler.errors import ScimError
from reconciler.model.composing import Ids
from reconciler.model.plan import Action, Change
from reconciler.model.values import Kind
from reconciler.model.writing import Etag, Recheck
from reconciler.scim.client import ScimClient
from reconciler.scim.writing.agreement import moved, shows_all, version_of
from reconciler.scim.writing.consistency import read_until, when_there

Resource = Mapping[str, Any]
Send = Callable[[str | None], Resource | None]
"""Send the write with this version, or without one; return the object if the server shows it."""

_GONE: Final = 404
_MOVED: Final = 412
_TAKES_AWAY: Final = frozenset({Action.DISABLE, Action.DELETE})


def send_onto(
    client: ScimClient, change: Change, live_id: str, ids: Ids, send: Send
) -> Resource | None:
    """Send *change*, with the version that it was planned on, and return what *send* does.

    What is there as wanted already is not sent, and returned. Raise `ScimError` 412, and send
    nothing, where somebody has changed meanwhile what *change* is about.
    """
    version = known_version(client, change, live_id)
    if _must_look(client, change, live_id, version):
        current = look(client, change, live_id, ids)
        if shows_all(change, current, ids):
            return current
        version = usable_version(client, current)
    try:
        return when_there(client, live_id, lambda: send(version))
    except ScimError as error:
        if error.status != _MOVED or version is None:
            raise
    current = look(client, change, live_id, ids)
    if shows_all(change, current, ids):
        return current
    return _send_again(client, change, live_id, ids, (send, current, version))


def _send_again(
    client: ScimClient,
    change: Change,
    live_id: str,
    ids: Ids,
    refused: tuple[Send, Resource, str],
) -> Resource | None:
    """Send what was refused once more, onto what was seen after that; some versions hold nothing.

    One that moves while nothing else does is none: it is not named from then on.
    """
    send, seen, version = refused
    try:
        return send(_next_version(client, seen, version))
    except ScimError as error:
        if error.status != _MOVED or client.service.etag is not Etag.AUTO:
            raise
        if not _is_same(seen, look(client, change, live_id, ids)):
            raise
    client.findings.versions_hold = False
    return send(None)


def look(client: ScimClient, change: Change, live_id: str, ids: Ids) -> dict[str, Any]:
    """Read the object of *change*; raise `ScimError` where it is gone, or not as it was read."""
    is_new = live_id in client.findings.created

    def is_there(found: Resource | None) -> bool:
        return found is not None or not is_new

    current = read_until(client, change.kind, live_id, is_there)
    if current is None:
        raise ScimError(_GONE, f"{change.kind} {live_id} is gone", hint="Plan again.")
    if client.service.recheck is not Recheck.NEVER:
        check_before(client, change, current, ids)
    return current


def check_before(client: ScimClient, change: Change, current: Resource, ids: Ids) -> None:
    """Raise `ScimError` where *current* is not what *change* was planned on.

    What this run itself has written may bear another name than when it was read.
    """
    if change.live is None:
        return
    is_ours = change.live.id in client.findings.versions
    said = list(moved(change, current, ids, with_marks=not is_ours))
    if said:
        raise ScimError(
            _MOVED,
            f"{change.display} was changed since it was read: {'; '.join(said)}",
            hint="It is left as it is: plan again.",
        )


def known_version(client: ScimClient, change: Change, live_id: str) -> str | None:
    """Return the version that the object of *change* had when last seen in this run."""
    versions = client.findings.versions
    if live_id in versions:
        return versions[live_id]
    return usable_version(client, change.live.resource if change.live is not None else None)


def usable_version(client: ScimClient, resource: Resource | None) -> str | None:
    """Return the version of *resource*, None where versions are not believed."""
    believed = client.service.etag is not Etag.NONE and client.findings.versions_hold
    return version_of(resource) if believed else None


def version_after(
    client: ScimClient, kind: Kind, live_id: str, shown: Resource | None
) -> str | None:
    """Return the version for the next request on an object; read it where it is required."""
    if shown is None and client.service.etag is Etag.REQUIRED:
        shown = client.reader.read(kind, live_id)
    return usable_version(client, shown)


def note_written(client: ScimClient, live_id: str, resource: Resource | None) -> None:
    """Note the version after a write; where *resource* does not show it, nobody knows it."""
    client.findings.versions[live_id] = usable_version(client, resource)


def _must_look(client: ScimClient, change: Change, live_id: str, version: str | None) -> bool:
    service, findings = client.service, client.findings
    if service.etag is Etag.REQUIRED:
        return version is None
    if service.recheck is Recheck.NEVER or change.live is None or live_id in findings.versions:
        return False
    return (
        service.recheck is Recheck.ALWAYS
        or change.action in _TAKES_AWAY
        or client.age() > service.recheck_after_seconds
    )


def _is_same(one: Resource, other: Resource) -> bool:
    """Tell whether two looks show the same but for `meta`, whose version then means nothing."""
    return _without_meta(one) == _without_meta(other)


def _without_meta(resource: Resource) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name.casefold() != "meta"}


def _next_version(client: ScimClient, current: Resource, refused: str) -> str | None:
    """Return the version to try next; a server that refuses the one that it shows has none."""
    version = usable_version(client, current)
    if version == refused and client.service.etag is Etag.AUTO:
        client.findings.versions_hold = False
        return None
    return version
