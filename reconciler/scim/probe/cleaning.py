"""Take away what a probe made, and nothing else: what does not bear its mark is left alone."""

from collections.abc import Iterator
from typing import Final

from reconciler.errors import TargetError
from reconciler.model.path import lookup
from reconciler.model.probe import Leftover, Thing
from reconciler.model.values import Kind
from reconciler.scim.probe.asking import Reply
from reconciler.scim.probe.editing import Editor
from reconciler.scim.probe.ending import GONE, switch
from reconciler.scim.probe.making import UNSUPPORTED, Own

_STAYS: Final = "the app keeps whom it deletes: the account stays, inactive"


def clean(editor: Editor) -> tuple[Leftover, ...]:
    """Delete all footprints, groups before the users in them; return what is still there."""
    things = sorted(editor.footprints.things, key=lambda thing: thing.kind is Kind.USER)
    return tuple(left for thing in things for left in _clean(editor, thing))


def _clean(editor: Editor, thing: Thing) -> Iterator[Leftover]:
    if thing.live_id is None:
        yield from _clean_nameless(editor, thing)
        return
    left, is_settled = _remove(editor, thing, thing.live_id)
    if is_settled:
        editor.footprints.forget(thing)
    if left is not None:
        yield left


def _clean_nameless(editor: Editor, thing: Thing) -> Iterator[Leftover]:
    """Look for what was made without an answer; what cannot be looked for is left, and said."""
    try:
        _, ours = editor.locate(thing.kind, thing.name)
    except TargetError as error:
        why = f"its creation had no clear answer, and it cannot be looked for: {error.message}"
        yield Leftover(thing, why)
        return
    for row in ours:
        editor.name(thing.kind, thing.name, str(row["id"]), "probe-found")
        yield from _clean(editor, Thing(thing.kind, thing.name, str(row["id"])))
    editor.footprints.forget(thing)


def _remove(editor: Editor, thing: Thing, live_id: str) -> tuple[Leftover | None, bool]:
    """Delete one object; return what is left of it, and whether nothing more can be done."""
    before = editor.read(thing.kind, live_id)
    if before.status in GONE:
        return None, True
    if live_id not in editor.footprints.seen and not editor.bears_mark(before.body):
        why = f"it does not show the mark {editor.mark}, so it is not taken for the probe's"
        return Leftover(thing, why), False
    deleted = editor.delete(thing.kind, live_id)
    after = editor.read(thing.kind, live_id)
    if after.status in GONE:
        return None, True
    if not after.ok:
        return Leftover(thing, f"whether it is gone cannot be told: {after.refusal}"), False
    if deleted.ok and lookup(after.body, "active") is False:
        return Leftover(thing, _STAYS, inactive=True), True
    return _disabled(editor, thing, live_id, deleted)


def _disabled(
    editor: Editor, thing: Thing, live_id: str, deleted: Reply
) -> tuple[Leftover | None, bool]:
    """Disable a user that cannot be deleted."""
    why = "it is still there" if deleted.ok else f"to delete it was {deleted.refusal}"
    if thing.kind is not Kind.USER:
        return Leftover(thing, why), False
    _, after = switch(editor, Own(Kind.USER, live_id), active=False)
    if after.status in GONE:
        return None, True
    inactive = after.ok and lookup(after.body, "active") is False
    why += "; it is disabled now" if inactive else "; it is still active"
    return Leftover(thing, why, inactive=inactive), deleted.status in UNSUPPORTED and inactive
