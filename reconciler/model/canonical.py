"""Canonical values: two that compare equal mean the same to the target.

Booleans may come as text, attribute values may differ in case, order and Unicode form without
meaning anything (RFC 7643 §2.2, §2.4, §2.5). Normalise first; then the diff has no special cases.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import lookup
from reconciler.model.values import Ref, Wish
from reconciler.values import Complex, Scalar, Value, as_json


def canonical_value(found: Any, definition: AttributeDefinition, *, like: Wish = None) -> Value:
    """Return a JSON value as the plan shows it: one value, or a sorted tuple of many.

    Of complex values only the sub-attributes that *like* has are looked at, `value` where it has
    none (RFC 7643 §2.4): what a server adds is not ours. "" and [] count as null.
    """
    if definition.is_list:
        items = [found] if isinstance(found, Mapping | str) else found or ()
        parts = _parts(definition, like)
        values = {_item(item, parts, definition) for item in items}
        return tuple(sorted((item for item in values if item is not None), key=str)) or None
    if isinstance(found, Sequence) and not isinstance(found, str):
        found = found[0] if found else None
    return _scalar(found, definition)


def comparable(value: Wish, definition: AttributeDefinition) -> Any:
    """Return what stands for *value* in a comparison: folded unless the attribute is caseExact.

    A multi-valued attribute becomes a dict keyed by its values, so that order does not count and
    a diff names each value.
    """
    if isinstance(value, tuple):
        return {comparable(item, definition): True for item in value}
    if isinstance(value, Complex):
        return tuple(
            sorted((name.casefold(), comparable(part, definition)) for name, part in value.parts)
        )
    if not isinstance(value, str):
        return value
    if definition.type == "dateTime":
        return _moment(value)
    text = unicodedata.normalize("NFC", value)
    return text if definition.case_exact else text.casefold()


def is_equal(one: Wish, other: Wish, definition: AttributeDefinition) -> bool:
    """Tell whether two canonical values mean the same."""
    return bool(comparable(one, definition) == comparable(other, definition))


def as_text(value: Wish, ids: Mapping[Ref, str]) -> str:
    """Return *value* as the ledger keeps it: JSON, a reference by its id at the target."""
    return json.dumps(ids.get(value, str(value)) if isinstance(value, Ref) else as_json(value))


def united(one: Wish, other: Wish, definition: AttributeDefinition) -> Wish:
    """Return all values of both, for an attribute to which values are only added."""
    sides = (side if isinstance(side, tuple) else () for side in (other, one))
    values = {comparable(item, definition): item for side in sides for item in side}
    return tuple(sorted(values.values(), key=str)) or None


def _parts(definition: AttributeDefinition, like: Wish) -> tuple[tuple[str, Scalar], ...]:
    """Return the sub-attributes to look at, with an example of each; none for plain values."""
    if isinstance(like, tuple):
        for item in like:
            if isinstance(item, Complex):
                return item.parts
    return (("value", ""),) if definition.type == "complex" else ()


def _item(
    found: Any, parts: tuple[tuple[str, Scalar], ...], definition: AttributeDefinition
) -> Value:
    if not parts:
        return _scalar(found, definition)
    held = found if isinstance(found, Mapping) else {"value": found}
    # A flag that is false may be left out (RFC 7643 §2.4, primary).
    values = ((name, lookup(held, name), example is False) for name, example in parts)
    kept = [
        (name, False if value is None else _part(value, example=is_flag))
        for name, value, is_flag in values
        if value is not None or is_flag
    ]
    return Complex(tuple(kept)) if kept else None


def _part(value: Any, *, example: bool) -> Scalar:
    if example:
        return _boolean(value)
    return value if isinstance(value, str | bool | int) else str(value)


def _moment(text: str) -> str:
    """Return the moment that *text* says, in UTC; text that is no date stays as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat()


def _scalar(found: Any, definition: AttributeDefinition) -> str | bool | int | None:
    if isinstance(found, Mapping):
        found = lookup(found, "value")
    if found is None or found == "" or isinstance(found, Mapping | list):
        return None
    if definition.type == "boolean":
        return _boolean(found)
    if definition.type == "integer" and not isinstance(found, bool):
        return int(found) if str(found).lstrip("-").isdecimal() else str(found)
    return found if isinstance(found, str) else _text(found)


def _boolean(found: Any) -> str | bool:
    """Read "True" as true: some servers store the text that Entra sent them."""
    words = {"true": True, "false": False}
    return words.get(str(found).casefold(), str(found))


def _text(found: Any) -> str:
    return str(found.key) if isinstance(found, Ref) else str(found)
