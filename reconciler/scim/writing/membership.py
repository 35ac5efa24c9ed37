"""Add members to a group and remove them: in batches, without those whom the server refuses.

One unknown member lets many servers refuse a whole request, and some refuse one that is too large
with the same words. Both are found out by halves: whoever is refused alone is the reason, and where
nobody is, the batch was too large.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from reconciler.errors import ScimError, TransportError
from reconciler.model.composing import Ids
from reconciler.model.plan import Action, Change
from reconciler.model.service import Quirk
from reconciler.model.values import Kind
from reconciler.scim.client import ScimClient
from reconciler.scim.reading.members import members_now
from reconciler.scim.writing.batches import in_batches
from reconciler.scim.writing.body import member_id
from reconciler.scim.writing.consistency import read_until
from reconciler.scim.writing.patch import member_operations
from reconciler.scim.writing.precondition import note_written, send_onto
from reconciler.scim.writing.replacing import fall_back, goes_whole, replace_whole
from reconciler.scim.writing.verifying import is_looked_at

_ABOUT_MEMBERS: Final = frozenset({400, 404, 409, 413, 422, 500})
"""How servers refuse one member of many, or too many: django-scim2 says 500 of an unknown one."""
_ABOUT_SIZE: Final = frozenset({400, 413, 422})
_NOT_FOUND: Final = 404
_FAULT: Final = 500
_MOST_REFUSALS: Final = 128
"""After so many refusals, those who are still together are refused together."""
_NAMED: Final = 5
_ANY: Final = sys.maxsize
_ENVELOPE: Final = 200
"""Bytes of a PATCH around its members."""


def change_members(
    client: ScimClient, change: Change, live_id: str, ids: Ids
) -> tuple[Mapping[str, Any] | None, str | None]:
    """Send the members of *change*; return the group as read back, and what is to be noted.

    Raise `ScimError` where some did not get through, naming them; the others did.
    """
    names = {member_id(member, ids): member.name for member in (*change.add, *change.remove)}
    batches = _Batches(client, change, live_id, ids)
    if not goes_whole(client, change):
        batches.send_all(list(names))
    if goes_whole(client, change):
        replace_whole(client, change, live_id, ids)
    sent = set(names) - set(batches.refused)
    resource = None
    if is_looked_at(client, change, live_id):
        resource = _verified(client, change, live_id, sent)
    if batches.refused:
        raise _refusal(batches.refused, names)
    return resource, batches.note


@dataclass(slots=True)
class _Batches:
    """The batches of one change: what was refused, by live id, and what was taken."""

    client: ScimClient
    change: Change
    live_id: str
    ids: Ids
    refused: dict[str, ScimError] = field(default_factory=dict)
    taken: int = 0
    refusals: int = 0
    note: str | None = None

    def send_all(self, values: Sequence[str]) -> None:
        """Send *values*; whoever is refused alone is in `refused` afterwards.

        Where the server does not change members by PATCH, they go by PUT from now on. Raise its
        refusal where that has nothing to do with who the members are.
        """
        try:
            self._send_in_batches(values)
        except ScimError as error:
            self.note = fall_back(self.client, self.change, error)

    def _send_in_batches(self, values: Sequence[str]) -> None:
        service = self.client.service
        known = self.client.findings.members_per_request or service.members_per_request
        batches = in_batches(
            values,
            most=min(known, service.members_per_request, self._operations_at_once()),
            most_bytes=service.members_bytes_per_request - _ENVELOPE,
            weigh=lambda value: self._bytes([value, value]) - self._bytes([value]),
        )
        for batch in batches:
            self._send(batch)

    def _send(self, batch: Sequence[str]) -> None:
        try:
            self._patch(self._operations(batch))
        except ScimError as error:
            if error.status not in _ABOUT_MEMBERS:
                raise
            left = self._left(batch) if error.status == _FAULT else batch
            self.taken += len(batch) - len(left)
            if left:
                self._refused(left, error)
            return
        except TransportError as error:
            if not error.sent:
                raise
            # Adding who is there and removing who is not changes nothing: the check after tells.
        self.taken += len(batch)

    def _left(self, batch: Sequence[str]) -> Sequence[str]:
        """Return of whom nothing was done: a 500 may come after it, and some add members twice."""
        group = self.client.reader.read(Kind.GROUP, self.live_id)
        if group is None:
            raise _gone(self.live_id)
        there = members_now(self.client.reader, group, set(batch))
        if there is None:
            return batch
        joins = self.change.action is Action.ADD_MEMBERS
        return [value for value in batch if (value in there) is not joins]

    def _patch(self, operations: list[dict[str, Any]]) -> None:
        def send(version: str | None) -> dict[str, Any] | None:
            return self.client.patch(Kind.GROUP, self.live_id, operations, version)

        shown = send_onto(self.client, self.change, self.live_id, self.ids, send)
        note_written(self.client, self.live_id, shown)

    def _operations(self, batch: Sequence[str]) -> list[dict[str, Any]]:
        joins = self.change.action is Action.ADD_MEMBERS
        return member_operations(batch, joins=joins, quirks=self.client.service.quirks)

    def _operations_at_once(self) -> int:
        """Return how many members fit into the operations of one PATCH."""
        quirks = self.client.service.quirks
        several = len(self._operations(["a", "b"])) > 1
        return 1 if several and Quirk.ONE_OPERATION_EACH in quirks else _ANY

    def _bytes(self, batch: Sequence[str]) -> int:
        return len(json.dumps(self._operations(batch), ensure_ascii=False).encode())

    def _refused(self, batch: Sequence[str], error: ScimError) -> None:
        is_first = error.status == _NOT_FOUND and not self.refusals
        if is_first and self.client.reader.read(Kind.GROUP, self.live_id) is None:
            raise _gone(self.live_id)
        self.refusals += 1
        if len(batch) == 1 or self.refusals >= _MOST_REFUSALS:
            self.refused |= dict.fromkeys(batch, error)
            return
        known = len(self.refused)
        half = (len(batch) + 1) // 2
        self._send_in_batches(batch[:half])
        self._stop_where_nothing_is_taken(error)
        self._send_in_batches(batch[half:])
        if len(self.refused) == known and error.status in _ABOUT_SIZE:
            self._learn(len(batch), half, error)

    def _stop_where_nothing_is_taken(self, error: ScimError) -> None:
        """Go no further where not even a few single members are taken: it is not about them."""
        most = 2 * (len(self.change.add) + len(self.change.remove)).bit_length()
        if not self.taken and self.refusals > most:
            error.hint = (
                "Nobody is taken, so it may be the form: the quirks remove_members_by_value and "
                "no_patch are other ways to change members."
            )
            raise error

    def _learn(self, size: int, half: int, error: ScimError) -> None:
        findings = self.client.findings
        findings.members_per_request = min(half, findings.members_per_request or half)
        self.note = (
            f"{size:,} members at once were refused ({error.status}) and taken in parts: "
            f"set service.members_per_request to {findings.members_per_request:,}"
        )


def _gone(live_id: str) -> ScimError:
    return ScimError(_NOT_FOUND, f"the group {live_id} is gone", hint="Plan again.")


def _verified(client: ScimClient, change: Change, live_id: str, sent: set[str]) -> dict[str, Any]:
    """Return the group, looking who is in it now; raise where that is not as it was *sent*."""
    wrong = set[str]()

    def is_settled(found: Mapping[str, Any] | None) -> bool:
        wrong.clear()
        wrong.update(_wrong(client, change, found, sent) if found else ())
        return found is not None and not wrong

    resource = read_until(client, Kind.GROUP, live_id, is_settled)
    if resource is None:
        raise _gone(live_id)
    if wrong:
        verb = "added" if change.action is Action.ADD_MEMBERS else "removed"
        raise ScimError(
            200,
            f"the server said yes, but the members of {change.display} differ: "
            f"{len(wrong)} not {verb}",
            hint="`reconciler check` shows which quirk the profile may lack.",
        )
    return resource


def _wrong(
    client: ScimClient, change: Change, resource: Mapping[str, Any], sent: set[str]
) -> set[str]:
    """Return who of *sent* is not in the group and should be, or is and should not."""
    if Quirk.MEMBERS_BY_USERS in client.service.quirks:
        sent = set(sorted(sent)[:_NAMED])  # Each costs a request.
    members = members_now(client.reader, resource, sent)
    if members is None:
        return set()
    return sent - members if change.action is Action.ADD_MEMBERS else sent & members


def _refusal(refused: Mapping[str, ScimError], names: Mapping[str, str]) -> ScimError:
    """Name whom the server refused, those with the same words together."""
    by_words: dict[str, list[str]] = defaultdict(list)
    for live_id, error in refused.items():
        by_words[error.detail].append(f"{names[live_id]} (live id {live_id})")
    said = "; ".join(f"{_some(who)}: {words}" for words, who in by_words.items())
    first = next(iter(refused.values()))
    noun = "member" if len(names) == 1 else "members"
    return ScimError(
        first.status,
        f"{len(refused):,} of {len(names):,} {noun} refused: {said}",
        scim_type=first.scim_type,
        hint="The others are written. Look for these accounts in the app, then plan again.",
    )


def _some(who: Sequence[str]) -> str:
    more = f" and {len(who) - _NAMED:,} more" if len(who) > _NAMED else ""
    return ", ".join(who[:_NAMED]) + more
