"""Compare an object with what a change expects of it, and with what it wants; pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from reconciler.model.canonical import canonical_value, is_equal
from reconciler.model.composing import Ids
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import lookup, read_path
from reconciler.model.plan import AttributeChange, Change
from reconciler.model.values import Kind, resolved

_MARKS: Final = {Kind.USER: ("externalId", "userName"), Kind.GROUP: ("externalId", "displayName")}
"""By what it shows that an object is still the one that the plan is about."""
_SHOWN: Final = 60
"""Characters of a value that a message repeats."""


def shows(item: AttributeChange, resource: Mapping[str, Any], ids: Ids) -> bool:
    """Tell whether *resource* shows the value that *item* wants."""
    after = resolved(item.after, ids)
    definition = AttributeDefinition(
        item.path,
        type="boolean" if isinstance(after, bool) else "string",
        multi_valued=isinstance(after, tuple),
    )
    seen = canonical_value(read_path(item.path, resource), definition, after)
    return is_equal(seen, after, definition)


def shows_all(change: Change, resource: Mapping[str, Any], ids: Ids) -> bool:
    """Tell whether there are attributes to change and *resource* shows them all as wanted."""
    items = change.attributes
    return bool(items) and all(shows(item, resource, ids) for item in items)


def is_as_read(item: AttributeChange, read: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Tell whether *now* shows at the path of *item* what *read* does; order means nothing."""
    was, is_now = read_path(item.path, read), read_path(item.path, now)
    if isinstance(was, str | None) and isinstance(is_now, str | None):
        return was == is_now
    return _sorted(was) == _sorted(is_now)


def moved(
    change: Change, resource: Mapping[str, Any], ids: Ids, *, with_marks: bool
) -> Iterator[str]:
    """Yield in words what *resource* shows otherwise than the plan of *change* was made on.

    What it does not show does not count, for a list may show more than the object itself; nor does
    what is as *change* wants it. *with_marks*: externalId and name count too.
    """
    read = change.live.resource if change.live is not None else {}
    for item in change.attributes:
        now = read_path(item.path, resource)
        if now in (None, "", []) or is_as_read(item, read, resource) or shows(item, resource, ids):
            continue
        was = read_path(item.path, read)
        yield str(item.path) if item.sensitive else _said(str(item.path), was, now)
    paths = {item.path.identity for item in change.attributes}
    for name in _MARKS[change.kind] if with_marks else ():
        was, now = lookup(read, name), lookup(resource, name)
        if name.casefold() not in paths and now not in (None, "", was):
            yield _said(name, was, now)


def version_of(resource: Mapping[str, Any] | None) -> str | None:
    """Return `meta.version` (RFC 7643 §3.1), the one kind of version that is believed.

    Headers are not: some servers send a hash of the bytes and ignore If-Match.
    """
    meta = lookup(resource or {}, "meta")
    found = lookup(meta, "version") if isinstance(meta, Mapping) else None
    if not isinstance(found, str) or not found.isascii() or not found.isprintable():
        return None  # It could not stand in a header.
    return found or None


def _said(name: str, was: Any, now: Any) -> str:
    return f"{name} was {_short(was)} and is {_short(now)}"


def _short(value: Any) -> str:
    text = "nothing" if value in (None, "", []) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _sorted(value: Any) -> str:
    """Return *value* as JSON that is the same whatever the order of its lists and keys.

    Not as JSON within JSON: that doubles with each level of nesting.
    """
    if isinstance(value, list):
        return f"[{','.join(sorted(map(_sorted, value)))}]"
    if isinstance(value, Mapping):
        parts = sorted(f"{json.dumps(key)}:{_sorted(item)}" for key, item in value.items())
        return f"{{{','.join(parts)}}}"
    return json.dumps(value)
