"""Change a throw-away user in every shape that a client could send: PATCH and PUT."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from reconciler.model.composing import write_path
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import AttributePath, lookup, read_path
from reconciler.model.probe import Fact, Subject, action, quirk
from reconciler.model.service import Quirk
from reconciler.model.values import Kind
from reconciler.scim.probe.asking import Reply, Resource
from reconciler.scim.probe.editing import Editor
from reconciler.scim.probe.making import UNSUPPORTED, Own, is_kept
from reconciler.scim.probe.shapes import holds, patched, probe_shapes

_PREFERRED: Final = ("displayname", "title", "nickname", "name.givenname", "name.familyname")
_STALE: Final = 'W/"reconciler-stale"'
_PRECONDITION: Final = 412


def probe_changes(
    editor: Editor, own: Own, definitions: Sequence[AttributeDefinition]
) -> Iterator[Fact]:
    """Ask for PATCH and PUT in turn; each with a value of its own, looked for afterwards."""
    plain = _changeable(own, definitions, is_plain)
    if not plain:
        yield Fact(Subject.PATCH, "PATCH", "not told: no text came back as it was sent")
        return
    path = plain[0]
    first, taken = patched(editor, own, [_replace(str(path), "Probe 1")], holds(path, "Probe 1"))
    second, replaced = _put(editor, own, path)
    missing = _missing(first, taken=taken, works_otherwise=replaced)
    says = _said(first, taken=taken)
    knob = quirk(Quirk.NO_PATCH)
    yield Fact(Subject.PATCH, "replace with a path", says, (str(first),), knob, missing)
    yield _put_fact(second, works=replaced, patch_works=taken)
    yield _update(first, second, works=taken or replaced)
    if not missing:
        yield from probe_shapes(editor, own, plain, taken=taken)
    if taken:
        yield from _shapes(editor, own, path)
        yield from _by_value_filter(editor, own, definitions)
        yield from _removals(editor, own, definitions, path)
        yield _stale(editor, own, path)


def put(editor: Editor, own: Own, change: Callable[[dict[str, Any]], object], shown: str) -> Reply:
    """Replace *own* by itself as it was just read, with *change* made to it."""
    current = editor.read(own.kind, own.live_id)
    if not current.ok:
        return current
    body = {key: value for key, value in current.body.items() if key not in ("meta", "groups")}
    change(body)
    return editor.put(own.kind, own.live_id, body, shown)


def is_plain(path: AttributePath) -> bool:
    """Tell whether *path* needs neither a value filter nor an extension."""
    return path.element is None and path.urn is None


def _changeable(
    own: Own, definitions: Sequence[AttributeDefinition], fits: Callable[[AttributePath], bool]
) -> list[AttributePath]:
    """Return the paths of texts that are kept and may be changed, the usual ones first."""
    fixed = {item.path.identity for item in definitions if item.immutable or item.max_length}
    fixed |= {"username", "externalid", "locale", "preferredlanguage", "timezone", "profileurl"}
    found = [
        path
        for path, value in own.sent
        if fits(path)
        and path.identity not in fixed
        and isinstance(value, str)
        and is_kept(value, read_path(path, own.shown))
    ]
    order = {name: place for place, name in enumerate(_PREFERRED)}
    return sorted(found, key=lambda path: order.get(path.identity, len(order)))


def _put(editor: Editor, own: Own, path: AttributePath) -> tuple[Reply, bool]:
    value = "Probe 2"
    reply = put(
        editor, own, lambda body: write_path(body, path, value), f"{{as read, {path}: {value!r}}}"
    )
    if not reply.ok and reply.status:
        return reply, False
    check = holds(path, value)
    shown = editor.until(own.kind, own.live_id, check)
    return reply, shown.ok and check(shown.body)


def _put_fact(reply: Reply, *, works: bool, patch_works: bool) -> Fact:
    missing = _missing(reply, taken=works, works_otherwise=patch_works)
    says = _said(reply, taken=works)
    return Fact(Subject.PUT, "PUT", says, (str(reply),), quirk(Quirk.NO_PUT), missing)


def _missing(reply: Reply, *, taken: bool, works_otherwise: bool) -> bool | None:
    """Tell whether a method is missing; a server that changes nobody says the same to any."""
    if taken:
        return False
    return True if reply.status in UNSUPPORTED and works_otherwise else None


def _update(patch: Reply, put_reply: Reply, *, works: bool) -> Fact:
    never = {patch.status, put_reply.status} <= UNSUPPORTED
    value = True if works else False if never else None
    says = "yes" if works else "neither by PATCH nor by PUT"
    shown = (str(patch), str(put_reply))
    return Fact(Subject.PUT, "change a user", says, shown, action("update", Kind.USER), value)


def _shapes(editor: Editor, own: Own, path: AttributePath) -> Iterator[Fact]:
    """Try what clients send beside the form of RFC 7644 §3.5.2, Entra's among them."""
    text = str(path)
    shapes: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("path in another case", _replace(text.upper(), "Probe 5"), "Probe 5"),
        (
            "legacy Entra: value in a list",
            {"op": "Add", "path": text, "value": [{"$ref": None, "value": "Probe 6"}]},
            "Probe 6",
        ),
    )
    for name, operation, value in shapes:
        reply, taken = patched(editor, own, [operation], holds(path, value))
        yield Fact(Subject.PATCH, name, _said(reply, taken=taken), (str(reply),))
    legacy = {"op": "Replace", "path": "active", "value": "True"}
    reply, taken = patched(editor, own, [legacy], _is_active)
    yield Fact(
        Subject.PATCH, "legacy Entra: active as text", _said(reply, taken=taken), (str(reply),)
    )


def _by_value_filter(
    editor: Editor, own: Own, definitions: Sequence[AttributeDefinition]
) -> Iterator[Fact]:
    """Aim at one element by a filter; where that fails, send the whole attribute."""
    found = _changeable(own, definitions, lambda path: bool(path.element) and path.urn is None)
    paths = [path for path in found if path.sub == "value"] or found
    if not paths:
        return
    path, name = paths[0], "a value filter in a path"
    value = _other(path, own)
    reply, taken = patched(editor, own, [_replace(path.wire, value)], holds(path, value))
    replies, missing = [reply], False if taken else None
    if not taken:
        body: dict[str, Any] = dict(own.shown)
        write_path(body, path, value)
        whole = _replace(path.name, lookup(body, path.name))
        reply, as_whole = patched(editor, own, [whole], holds(path, value))
        replies.append(reply)
        missing = True if as_whole else None
    said = _said(replies[0], taken=taken) + ("; the whole attribute is taken" if missing else "")
    shown = tuple(map(str, replies))
    yield Fact(Subject.PATCH, name, said, shown, quirk(Quirk.NO_VALUE_FILTER_PATHS), missing)


def _removals(
    editor: Editor, own: Own, definitions: Sequence[AttributeDefinition], used: AttributePath
) -> Iterator[Fact]:
    """Take values away: by `remove`, and by null (RFC 7643 §2.5)."""
    needed = {item.path.identity for item in definitions if item.required} | {used.identity}
    free = [
        path
        for path in _changeable(own, definitions, is_plain)
        if path.identity not in needed and path.name.casefold() not in ("name", "displayname")
    ]
    forms: tuple[tuple[str, Callable[[str], dict[str, Any]]], ...] = (
        ("remove", lambda text: {"op": "remove", "path": text}),
        ("replace by null", lambda text: _replace(text, None)),
        ("replace by an empty text", lambda text: _replace(text, "")),
    )
    for path, (name, form) in zip(free, forms, strict=False):
        reply, taken = patched(editor, own, [form(str(path))], holds(path, None))
        says = "taken: the value is gone" if taken else _said(reply, taken=taken)
        yield Fact(Subject.PATCH, name, says, (str(reply),))


def _stale(editor: Editor, own: Own, path: AttributePath) -> Fact:
    """Send a change for a version that never was (RFC 7644 §3.14)."""
    reply = editor.patch(own.kind, own.live_id, [_replace(str(path), "Probe 7")], _STALE)
    if reply.status == _PRECONDITION:
        says = "heeded: a stale version is refused (412)"
    else:
        says = "ignored: a stale version is written all the same" if reply.ok else reply.refusal
    return Fact(Subject.PATCH, "If-Match", says, (str(reply),))


def _said(reply: Reply, *, taken: bool) -> str:
    if taken:
        return "taken"
    return "accepted, without effect" if reply.ok else reply.refusal


def _replace(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def _other(path: AttributePath, own: Own) -> str:
    found = str(read_path(path, own.shown))
    return found.replace("@", "-2@") if "@" in found else f"{found}2"


def _is_active(resource: Resource) -> bool:
    return str(lookup(resource, "active")).casefold() == "true"
