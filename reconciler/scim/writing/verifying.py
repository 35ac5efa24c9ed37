"""Look what a server made of a write: 200 and 204 do not mean that it was done.

What it shows otherwise than it was sent is learned by whoever asked for the write. What it shows as
it was before is not believed at once: it may only be slow to show the new.
"""

import zlib
from collections.abc import Mapping
from typing import Any, Final

from reconciler.errors import OutOfTimeError, ScimError, TargetError
from reconciler.model.composing import Ids
from reconciler.model.path import read_path
from reconciler.model.plan import Action, AttributeChange, Change
from reconciler.model.resource import Live
from reconciler.model.writing import Verify
from reconciler.scim.client import ScimClient
from reconciler.scim.writing.agreement import is_as_read, shows
from reconciler.scim.writing.consistency import read_until

Resource = Mapping[str, Any]

_TAKES_AWAY: Final = frozenset({Action.DISABLE, Action.DELETE, Action.REMOVE_MEMBERS})
_ONE_IN: Final = 10


def read_back(
    client: ScimClient, change: Change, live_id: str, shown: Resource | None, ids: Ids
) -> tuple[Resource | None, str | None]:
    """Return the object after *change*, None where nobody looked, and what is to be noted.

    *shown* is what the server answered. Raise `ScimError` where an account was to be enabled or
    disabled and is as it was.
    """
    untaken: list[AttributeChange] = []

    def is_settled(found: Resource | None) -> bool:
        if found is None:  # Some servers show a disabled account no more.
            return change.action is Action.DISABLE
        untaken[:] = _untaken(change, found, ids)
        return all(_is_known(client, change, item) for item in untaken)

    found = shown
    if shown is None or client.service.verify is Verify.ALL or not is_settled(shown):
        if shown is None and not is_looked_at(client, change, live_id):
            return None, None
        try:
            found = read_until(client, change.kind, live_id, is_settled)
        except OutOfTimeError as error:  # It was answered; what became of it, the next run sees.
            return (shown if change.action is Action.CREATE else None), error.message
    if found is None and shown is not None:  # What it answered is all there is to judge by.
        found = shown
        is_settled(found)
    if found is None:
        return None, None
    _require_active(change, found, untaken)
    client.findings.untaken.update((change.kind, item.path.identity) for item in untaken)
    names = ", ".join(str(item.path) for item in untaken)
    return found, f"not taken by this server: {names}" if names else None


def require_gone(client: ScimClient, change: Change, live_id: str) -> None:
    """Raise `ScimError` where the server said yes to a delete, and the object is there as before.

    It would be nobody's from then on, and never be taken away. One that is left behind inactive is
    as good as gone; so is one that cannot be read.
    """
    if not is_looked_at(client, change, live_id):
        return

    def is_gone(found: Resource | None) -> bool:
        return found is None or not Live(change.kind, live_id, found).active

    try:
        found = read_until(client, change.kind, live_id, is_gone)
    except TargetError:
        return
    if not is_gone(found):
        raise ScimError(
            200,
            f"the server said yes, but {change.display} is still there",
            hint="Look in the app: may this be deleted there, and by this token?",
        )


def is_looked_at(client: ScimClient, change: Change, live_id: str) -> bool:
    """Tell whether *change* is read back where the server does not show the object by itself.

    An adopted object always is: whether it keeps our externalId decides how it is known. Of a
    sample, who loses something always, the first of each kind and action, and one in ten.
    """
    verify = client.service.verify
    if verify in (Verify.ALL, Verify.ANSWER) or change.action is Action.ADOPT:
        return True
    if verify is Verify.NONE:
        return False
    sampled = client.findings.sampled
    is_first = (change.kind, change.action) not in sampled
    sampled.add((change.kind, change.action))
    is_drawn = zlib.crc32(live_id.encode()) % _ONE_IN == 0
    return change.action in _TAKES_AWAY or is_first or is_drawn


def _untaken(change: Change, found: Resource, ids: Ids) -> list[AttributeChange]:
    """Return what *found* shows as it was before the change, or of a new object not at all."""
    before = change.live.resource if change.live is not None else {}
    return [
        item
        for item in change.attributes
        if is_as_read(item, before, found) and not shows(item, found, ids)
    ]


def _is_known(client: ScimClient, change: Change, item: AttributeChange) -> bool:
    """Tell whether this run has already waited in vain for the server to take this attribute."""
    return (change.kind, item.path.identity) in client.findings.untaken


def _require_active(change: Change, found: Resource, untaken: list[AttributeChange]) -> None:
    """Raise where access was to change and did not: that is no value to get used to."""
    for item in untaken:
        if item.path.identity == "active" and read_path(item.path, found) is not None:
            state = "active" if item.after is False else "inactive"
            raise ScimError(
                200,
                f"the server said yes, but {change.display} is still {state}",
                hint="Look in the app: may this account be changed there, and by this token?",
            )
