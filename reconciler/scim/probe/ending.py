"""Disable, enable and delete what a probe made, and see what is left of it."""

from collections.abc import Iterator, Sequence
from typing import Final

from reconciler.model.composing import write_path
from reconciler.model.path import AttributePath, lookup
from reconciler.model.probe import Fact, Knob, Subject, action, quirk
from reconciler.model.service import Quirk
from reconciler.model.values import Kind
from reconciler.scim.probe.asking import Reply
from reconciler.scim.probe.changing import put
from reconciler.scim.probe.editing import Editor
from reconciler.scim.probe.making import UNSUPPORTED, Own
from reconciler.scim.probe.shapes import holds

GONE: Final = frozenset({404, 410})
_ACTIVE: Final = AttributePath("active")


def probe_ending(editor: Editor, users: Sequence[Own], group: Own | None) -> Iterator[Fact]:
    """Delete the group, disable and enable the last user, and delete one that is active."""
    if group is not None:
        yield from _delete(editor, group)
    yield from _disable(editor, users[-1])
    for user in reversed(users):
        shown = editor.read(Kind.USER, user.live_id)
        if shown.ok:
            was_active = lookup(shown.body, "active") is not False
            yield from _delete(editor, user, was_active=was_active)
            return


def switch(editor: Editor, own: Own, *, active: bool) -> tuple[Reply, Reply]:
    """Set `active` by PATCH, or by PUT where that is missing; return both answers, then a look."""
    operation = {"op": "replace", "path": "active", "value": active}
    reply = editor.patch(Kind.USER, own.live_id, [operation])
    if reply.status in UNSUPPORTED:
        shown = f"{{as read, active: {str(active).lower()}}}"
        reply = put(editor, own, lambda body: write_path(body, _ACTIVE, active), shown)
    if not reply.ok and reply.status:
        return reply, editor.read(Kind.USER, own.live_id)
    return reply, editor.until(Kind.USER, own.live_id, holds(_ACTIVE, active))


def _disable(editor: Editor, own: Own) -> Iterator[Fact]:
    reply, after = switch(editor, own, active=False)
    gone = (reply.ok or not reply.status) and after.status in GONE
    inactive = after.ok and lookup(after.body, "active") is False
    never = reply.status in UNSUPPORTED
    deletes = True if gone else False if inactive else None
    says = "accepted, without effect" if reply.ok else reply.refusal
    says = "the account is gone" if gone else "the account is inactive" if inactive else says
    shown = [reply, after]
    disables = True if gone or inactive else False if never or (reply.ok and after.ok) else None
    yield _fact("active: false", says, shown, quirk(Quirk.DEACTIVATION_DELETES), value=deletes)
    yield _fact("disable a user", says, shown, action("disable", Kind.USER), value=disables)
    if inactive:
        reply, after = switch(editor, own, active=True)
        works = after.ok and lookup(after.body, "active") is True
        says = "the account is active again" if works else "it stays inactive"
        yield _fact("active: true", says if reply.ok else reply.refusal, [reply, after])


def _delete(editor: Editor, own: Own, *, was_active: bool = True) -> Iterator[Fact]:
    reply = editor.delete(own.kind, own.live_id)
    after = editor.read(own.kind, own.live_id)
    gone = after.status in GONE
    inactive = reply.ok and after.ok and lookup(after.body, "active") is False
    never = reply.status in UNSUPPORTED
    value = True if gone or inactive else False if never else None
    says = "accepted, and it is still there" if reply.ok else reply.refusal
    says = "it is gone" if gone else "it stays, inactive" if inactive else says
    what = f"delete a {own.kind}"
    yield _fact(what, says, [reply, after], action("delete", own.kind), value=value)
    if own.kind is Kind.USER:
        stays = True if inactive and was_active else False if gone else None
        knob = quirk(Quirk.DELETE_DEACTIVATES)
        yield _fact("after the delete", says, [reply, after], knob, value=stays)
    if gone:
        again = editor.delete(own.kind, own.live_id)
        yield _fact(f"{what} again", f"answered {again.status or 'nothing'}", [again])


def _fact(
    name: str,
    says: str,
    replies: Sequence[Reply],
    knob: Knob | None = None,
    *,
    value: bool | None = None,
) -> Fact:
    return Fact(Subject.LIFE, name, says, tuple(map(str, replies)), knob, value)
