"""Put throw-away users into a throw-away group and take them out, in every shape."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Final

from reconciler.model.path import AttributePath, lookup
from reconciler.model.probe import Fact, Knob, Part, Subject, action, quirk
from reconciler.model.service import Quirk
from reconciler.model.values import Kind
from reconciler.scim.literal import literal
from reconciler.scim.probe.asking import Reply
from reconciler.scim.probe.changing import put
from reconciler.scim.probe.editing import Editor
from reconciler.scim.probe.making import UNSUPPORTED, Own
from reconciler.scim.probe.shapes import holds, patched
from reconciler.scim.probe.showing import members_of

_SIZES: Final = (1000, 500, 200, 100, 50, 20, 10)
_LATER: Final = (1.0, 4.0)
"""Seconds to wait before members that do not show are taken for missing."""
_NAME: Final = AttributePath("displayName")

Ids = frozenset[str]


def settle_members(editor: Editor, group: Own, users: Sequence[Own]) -> Iterator[Fact]:
    """See whether the group has the members that it was made with, and put them in if not."""
    wanted = frozenset(user.live_id for user in users)
    knob = quirk(Quirk.MEMBERS_IGNORED_ON_CREATE)
    there, reply = _seen(editor, group, wanted, lambda found: found == wanted)
    if there == wanted:
        yield _fact("given on create", "kept", [reply], knob, value=False)
        return
    add = editor.patch(Kind.GROUP, group.live_id, [_list("add", wanted)])
    if add.status in UNSUPPORTED:
        members = [{"value": live_id} for live_id in sorted(wanted)]
        add = put(editor, group, lambda body: body.update(members=members), "{as read, members}")
    later, again = _seen(editor, group, wanted, lambda found: found == wanted)
    dropped = True if later == wanted and not there else None
    says = "dropped; they can be added afterwards" if dropped else f"{len(there)} of 2 show"
    yield _fact("given on create", says, [reply, add, again], knob, value=dropped)


def probe_members(editor: Editor, group: Own, users: Sequence[Own]) -> Iterator[Fact]:
    """Rename the group, then remove and add members, and find out how many at once."""
    yield from _rename(editor, group)
    ids = frozenset(user.live_id for user in users)
    there, reply = _seen(editor, group, ids, lambda found: found == ids)
    if there != ids:
        yield _fact("removed", "not told: no members show", [reply])
        return
    removed = _Outcome(editor, group, ids)
    leaving = users[-1].live_id
    path = f"members[value eq {literal(leaving)}]"
    by_filter = removed.send({"op": "remove", "path": path}, ids - {leaving})
    yield _fact("removed by a value filter", removed.said(by_filter), [by_filter[0]])
    if by_filter[1]:
        yield from _back(removed, leaving, "added by a list")
    by_list = removed.send(_list("remove", [leaving]), ids - {leaving})
    value = False if by_filter[1] else True if by_list[1] else None
    knob = quirk(Quirk.REMOVE_MEMBERS_BY_VALUE)
    said = removed.said(by_list)
    yield _fact("removed by a list of values", said, [by_filter[0], by_list[0]], knob, value=value)
    if by_list[1]:
        yield from _back(removed, leaving, "added again")
    works = by_filter[1] or by_list[1]
    rest = removed.send(_list("replace", ids - {leaving}), ids - {leaving})
    value = False if works else True if rest[1] else None
    knob = quirk(Quirk.REPLACE_MEMBERS)
    yield _fact("replaced by the rest", removed.said(rest), [rest[0]], knob, value=value)
    if rest[1]:
        removed.send(_list("replace", ids), ids)
    yield from _at_once(editor, group, users[0].live_id)


class _Outcome:
    """Sends operations to one group and looks who is in it then."""

    def __init__(self, editor: Editor, group: Own, ids: Ids) -> None:
        self._editor = editor
        self._group = group
        self.ids = ids

    def send(self, operation: dict[str, Any], wanted: Ids) -> tuple[Reply, bool]:
        reply = self._editor.patch(Kind.GROUP, self._group.live_id, [operation])
        if not reply.ok and reply.status:
            return reply, False
        there, _ = _seen(self._editor, self._group, self.ids, lambda found: found == wanted)
        return reply, there == wanted

    @staticmethod
    def said(sent: tuple[Reply, bool]) -> str:
        reply, works = sent
        if works:
            return "works"
        return "accepted, without that effect" if reply.ok else reply.refusal


def _back(outcome: _Outcome, live_id: str, name: str) -> Iterator[Fact]:
    sent = outcome.send(_list("add", [live_id]), outcome.ids)
    yield _fact(name, outcome.said(sent), [sent[0]])


def _rename(editor: Editor, group: Own) -> Iterator[Fact]:
    """Give the group another name, which bears the mark too: by that it is found again."""
    name = f"{lookup(group.shown, 'displayName')}-renamed"
    operation = {"op": "replace", "path": "displayName", "value": name}
    reply, works = patched(editor, group, [operation], holds(_NAME, name))
    replies = [reply]
    if reply.status in UNSUPPORTED:
        replies.append(put(editor, group, lambda body: body.update(displayName=name), "{renamed}"))
        works = replies[-1].ok and holds(_NAME, name)(editor.read(Kind.GROUP, group.live_id).body)
    never = {one.status for one in replies} <= UNSUPPORTED
    value = True if works else False if never else None
    says = "yes" if works else replies[-1].refusal
    says = "accepted, without effect" if replies[-1].ok and not works else says
    yield _fact("a group is renamed", says, replies, action("update", Kind.GROUP), value=value)


def _at_once(editor: Editor, group: Own, live_id: str) -> Iterator[Fact]:
    """Name one member many times: whoever counts the members of a request refuses too many."""
    replies = []
    for size in _SIZES:
        operation = _list("add", [live_id] * size)
        reply = editor.patch(
            Kind.GROUP, group.live_id, [operation], shown=f"{{add {size} members}}"
        )
        replies.append(reply)
        if reply.ok or not reply.status:
            break
    last = replies[-1]
    value = size if last.ok and size < _SIZES[0] else None
    says = f"{size:,} are taken" + (", more are refused" if value else ": the most is not known")
    knob = Knob(Part.MEMBERS_PER_REQUEST)
    yield _fact("at once", says if last.ok else last.refusal, replies, knob, value=value)


def _seen(editor: Editor, group: Own, ours: Ids, check: Callable[[Ids], bool]) -> tuple[Ids, Reply]:
    """Return who of *ours* is in the group, by the group or by its users, once *check* holds."""
    there, reply = _look(editor, group, ours)
    for seconds in _LATER:
        if check(there):
            break
        editor.wait(seconds)
        there, reply = _look(editor, group, ours)
    return there, reply


def _look(editor: Editor, group: Own, ours: Ids) -> tuple[Ids, Reply]:
    reply = editor.read(Kind.GROUP, group.live_id)
    there = members_of(reply.body) & ours
    if not there:
        condition = f"groups.value eq {literal(group.live_id)}"
        found = editor.find(Kind.USER, condition, hidden=group.live_id)
        if found.rows and set(found.ids) <= ours and not _ignores_filters(editor):
            return frozenset(found.ids), found
    return there, reply


def _ignores_filters(editor: Editor) -> bool:
    nobody = editor.find(Kind.USER, 'groups.value eq "2f4e9f5c-0000-4000-8000-000000000000"')
    return bool(nobody.rows)


def _list(op: str, ids: Collection[str]) -> dict[str, Any]:
    return {"op": op, "path": "members", "value": [{"value": live_id} for live_id in ids]}


def _fact(
    name: str,
    says: str,
    replies: Sequence[Reply],
    knob: Knob | None = None,
    *,
    value: bool | int | None = None,
) -> Fact:
    return Fact(Subject.MEMBERS, name, says, tuple(map(str, replies)), knob, value)
