"""Which shapes of PATCH a server needs: where the usual one fails, others are tried in turn."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from reconciler.model.path import AttributePath, read_path
from reconciler.model.probe import Fact, Subject, quirk
from reconciler.model.service import Quirk
from reconciler.scim.probe.asking import Reply, Resource
from reconciler.scim.probe.editing import Editor, Operations
from reconciler.scim.probe.making import Own, is_kept

_Try = tuple[Reply, bool]


def probe_shapes(
    editor: Editor, own: Own, paths: Sequence[AttributePath], *, taken: bool
) -> Iterator[Fact]:
    """Try op names in capitals, no path, parts of a value and two operations at once.

    *paths* lead to texts that may be changed; *taken* tells whether the usual shape works for the
    first of them.
    """
    path = paths[0]
    upper = patched(
        editor,
        own,
        [{"op": "Replace", "path": str(path), "value": "Probe 3"}],
        holds(path, "Probe 3"),
    )
    yield _needed("op in upper case", Quirk.PASCAL_CASE_OPS, upper, unless=taken)
    bare = patched(
        editor, own, [{"op": "replace", "value": _nested(path, "Probe 4")}], holds(path, "Probe 4")
    )
    yield _needed("without a path", Quirk.PATHLESS_PATCH, bare, unless=taken or upper[1])
    part = next((item for item in paths if item.sub), None)
    if part is not None and (taken or path.sub):
        yield _by_part(editor, own, part)
    whole = [item for item in paths if not item.sub][:2]
    if taken and len(whole) > 1:
        yield _two_at_once(editor, own, whole)


def patched(
    editor: Editor, own: Own, operations: Operations, check: Callable[[Resource], bool]
) -> tuple[Reply, bool]:
    """Send *operations*; tell whether *check* then holds. A refusal is looked behind once."""
    reply = editor.patch(own.kind, own.live_id, operations)
    if not reply.ok and reply.status:
        return reply, False
    shown = editor.until(own.kind, own.live_id, check)
    return reply, shown.ok and check(shown.body)


def holds(path: AttributePath, value: Any) -> Callable[[Resource], bool]:
    """Return the check that *value* is shown at *path*; None: that nothing is."""

    def check(resource: Resource) -> bool:
        found = read_path(path, resource)
        return found in (None, "", []) if value is None else is_kept(value, found)

    return check


def _by_part(editor: Editor, own: Own, path: AttributePath) -> Fact:
    """Aim at one part of a value; where that fails, send the whole value."""
    tried = [patched(editor, own, [_replace(str(path), "Probe 8")], holds(path, "Probe 8"))]
    if not tried[0][1]:
        shown = editor.read(own.kind, own.live_id)
        value = {**_parts(path, shown.body), str(path.sub): "Probe 8"}
        tried.append(patched(editor, own, [_replace(path.name, value)], holds(path, "Probe 8")))
    knob = quirk(Quirk.NO_SUB_ATTRIBUTE_PATHS)
    value_ = False if tried[0][1] else True if tried[-1][1] else None
    says = _said(*tried[0]) + ("; the whole value is taken" if value_ else "")
    evidence = tuple(str(reply) for reply, _ in tried)
    return Fact(Subject.PATCH, "path of a part", says, evidence, knob, value_)


def _two_at_once(editor: Editor, own: Own, paths: Sequence[AttributePath]) -> Fact:
    """Send two operations in one PATCH, then each by itself."""
    both = [_replace(str(path), "Probe 9") for path in paths]

    def all_hold(found: Resource) -> bool:
        return all(holds(path, "Probe 9")(found) for path in paths)

    tried = [patched(editor, own, both, all_hold)]
    if not tried[0][1]:
        tried += [
            patched(editor, own, [item], holds(path, "Probe 9"))
            for item, path in zip(both, paths, strict=True)
        ]
    value = False if tried[0][1] else True if all(works for _, works in tried[1:]) else None
    says = _said(*tried[0]) + ("; each by itself is taken" if value else "")
    evidence = tuple(str(reply) for reply, _ in tried)
    knob = quirk(Quirk.ONE_OPERATION_EACH)
    return Fact(Subject.PATCH, "two operations in one", says, evidence, knob, value)


def _needed(name: str, word: Quirk, tried: _Try, *, unless: bool) -> Fact:
    """Return whether a shape is needed: it works, and what comes before it does not."""
    reply, works = tried
    value = False if unless else True if works else None
    return Fact(Subject.PATCH, name, _said(reply, works), (str(reply),), quirk(word), value)


def _said(reply: Reply, taken: bool, /) -> str:
    if taken:
        return "taken"
    return "accepted, without effect" if reply.ok else reply.refusal


def _parts(path: AttributePath, found: Resource) -> dict[str, Any]:
    value = read_path(AttributePath(path.name), found)
    return dict(value) if isinstance(value, dict) else {}


def _replace(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def _nested(path: AttributePath, value: str) -> dict[str, Any]:
    return {path.name: {path.sub: value}} if path.sub else {path.name: value}
