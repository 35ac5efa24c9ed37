"""Canonical values: two that compare equal mean the same to the target.

Booleans may come as text, moments in any zone, attribute values may differ in case, order and
Unicode form without meaning anything (RFC 7643 §2.2, §2.3.5, §2.4, §2.5). Normalise first; then
the diff has no special cases.
"""

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import lookup
from reconciler.model.values import Ref, Wish, resolved
from reconciler.values import Complex, Scalar, Value

_LONGEST = 40
"""Digits of a number; Python refuses to read one of thousands."""


def canonical_value(found: Any, definition: AttributeDefinition, like: Wish = None) -> Value:
    """Return a JSON value as the plan shows it: scalars, or a sorted tuple of them.

    "" and [] count as null. Complex values are represented by their `value` (RFC 7643 §2.4); where
    *like*, the wanted value, has sub-attributes, by those: what nobody maps is not compared.
    """
    shapes = () if like is None or isinstance(like, str) else _shapes(like)
    if definition.holds_many:
        elements = [found] if isinstance(found, Mapping | str) else found or ()
        values = {_element(item, definition, shapes) for item in elements}
        return ordered(item for item in values if item is not None) or None
    if not isinstance(found, str) and isinstance(found, Sequence):
        found = found[0] if found else None
    return _element(found, definition, shapes)


def comparable(value: Wish, definition: AttributeDefinition) -> Any:
    """Return what stands for *value* in a comparison: folded unless the attribute is caseExact.

    A multi-valued attribute becomes a dict keyed by its values, so that order does not count and
    a diff names each value. A complex value becomes a tuple of names and values; false counts as
    absent, for servers leave `primary: false` out (RFC 7643 §2.4).
    """
    if isinstance(value, str):
        return _comparable_text(value, definition)
    if isinstance(value, tuple):
        return {comparable(item, definition): True for item in value}
    if isinstance(value, Complex):
        said = (part for part in value.parts if part[1] is not False and part[1] != "")
        return tuple(sorted((name.casefold(), comparable(item, definition)) for name, item in said))
    return value


def _comparable_text(value: str, definition: AttributeDefinition) -> str:
    if definition.type == "dateTime" and (found := moment(value)) is not None:
        return found.isoformat()
    text = value if value.isascii() else unicodedata.normalize("NFC", value)
    return text if definition.case_exact else text.casefold()


def is_equal(one: Wish, other: Wish, definition: AttributeDefinition) -> bool:
    """Tell whether two canonical values mean the same."""
    return bool(comparable(one, definition) == comparable(other, definition))


def is_spelt_alike(one: str, other: str) -> bool:
    """Tell whether two texts that are equal in any case are so letter by letter.

    A long s folds to "s", the Kelvin sign to "k", "ß" to "ss": who bears that is somebody else.
    """
    pair = [unicodedata.normalize("NFC", text) for text in (one, other)]
    alike = all(first.isascii() == second.isascii() for first, second in zip(*pair, strict=False))
    return one.isascii() == other.isascii() and len(pair[0]) == len(pair[1]) and alike


def moment(text: str) -> datetime | None:
    """Return the moment, in UTC, that *text* names by ISO 8601; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def ordered(values: Any) -> tuple[Any, ...]:
    """Return *values* in the one order in which plans show them."""
    return tuple(sorted(values, key=_rank))


def as_it_stands(
    before: tuple[Any, ...], after: Wish, definition: AttributeDefinition, *, only_adds: bool
) -> Wish:
    """Return *after*, each value in the form in which it is live: only what differs is sent.

    With *only_adds*, live values stay, wanted or not.
    """
    stands = {comparable(one, definition): one for one in before}
    wanted = after if isinstance(after, tuple) else ()
    values = [stands.get(comparable(one, definition), one) for one in wanted]
    kept = [one for one in before if only_adds and one not in values]
    return ordered((*values, *kept)) or None


def as_text(value: Wish, ids: Mapping[Ref, str]) -> str:
    """Return *value* as the ledger keeps it: JSON, a reference by its id at the target."""
    known = {ref: ids.get(ref, str(ref)) for ref in _items(value) if isinstance(ref, Ref)}
    return json.dumps(resolved(value, known), default=lambda item: dict(item.parts))


def _rank(value: Any) -> str:
    return str(value.parts) if isinstance(value, Complex) else str(value)


def _items(value: Wish) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _shapes(like: Wish) -> tuple[Complex, ...]:
    return tuple(item for item in _items(like) if isinstance(item, Complex))


def _element(
    found: Any, definition: AttributeDefinition, shapes: tuple[Complex, ...]
) -> Scalar | Complex | None:
    if not shapes:
        return _scalar(found, definition)
    element = found if isinstance(found, Mapping) else {"value": found}
    return _shaped(element, definition, shapes)


def _shaped(
    element: Mapping[str, Any], definition: AttributeDefinition, shapes: tuple[Complex, ...]
) -> Complex | None:
    """Return *element* with the sub-attributes of the wanted value that it is, or of them all."""
    value = lookup(element, "value")
    same = [item for item in shapes if _is_same(_part(item, "value"), value, definition)]
    found = [Complex(tuple(_parts(element, item))) for item in same]
    for item, wanted in zip(found, same, strict=True):
        if is_equal(item, wanted, definition):
            return item
    if found:
        return found[0]
    every = Complex(tuple({name: part for item in shapes for name, part in item.parts}.items()))
    parts = tuple(_parts(element, every))
    return Complex(parts) if parts else None


def _part(item: Complex, name: str) -> Scalar | None:
    found: Scalar | None = lookup(dict(item.parts), name)
    return found


def _is_same(one: Scalar | None, other: Any, definition: AttributeDefinition) -> bool:
    if one is None or other is None:
        return one is other
    return is_equal(str(one), str(other), definition)


def _parts(element: Mapping[str, Any], like: Complex) -> Iterator[tuple[str, Scalar]]:
    """Yield what *element* says of every sub-attribute of *like*, in its types."""
    for name, wanted in like.parts:
        found = lookup(element, name)
        if found in (None, "") or isinstance(found, Mapping | list):
            continue
        if isinstance(wanted, bool):
            yield name, _boolean(found)
        else:
            yield name, found if isinstance(found, type(wanted)) else _text(found)


def _scalar(found: Any, definition: AttributeDefinition) -> str | bool | int | None:
    if not isinstance(found, str) and isinstance(found, Mapping):
        found = lookup(found, "value")
    if found is None or found == "":
        return None
    if not isinstance(found, str) and isinstance(found, Mapping | list):
        return None
    if definition.type == "boolean":
        return _boolean(found)
    if definition.type == "integer" and not isinstance(found, bool):
        text = str(found)
        is_number = len(text) <= _LONGEST and text.removeprefix("-").isdecimal()
        return int(text) if is_number else text
    return found if isinstance(found, str) else _text(found)


def _boolean(found: Any) -> str | bool:
    """Read "True" as true: some servers store the text that Entra sent them."""
    words = {"true": True, "false": False}
    return words.get(str(found).casefold(), str(found))


def _text(found: Any) -> str:
    return str(found.key) if isinstance(found, Ref) else str(found)
