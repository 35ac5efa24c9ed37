"""Canonical values: two that compare equal mean the same to the target.

Booleans may come as text, attribute values may differ in case, order and Unicode form without
meaning anything (RFC 7643 §2.2, §2.4, §2.5). Normalise first; then the diff has no special cases.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import lookup
from reconciler.model.values import Ref, Wish
from reconciler.values import Value


def canonical_value(found: Any, definition: AttributeDefinition) -> Value:
    """Return a JSON value as the plan shows it: scalars, or a sorted tuple of scalars.

    Complex values are represented by their `value` (RFC 7643 §2.4); "" and [] count as null.
    """
    if definition.multi_valued and definition.path.element is None:
        items = [found] if isinstance(found, Mapping | str) else found or ()
        values = {_scalar(item, definition) for item in items}
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
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value)
    return text if definition.case_exact else text.casefold()


def is_equal(one: Wish, other: Wish, definition: AttributeDefinition) -> bool:
    """Tell whether two canonical values mean the same."""
    return bool(comparable(one, definition) == comparable(other, definition))


def as_text(value: Wish, ids: Mapping[Ref, str]) -> str:
    """Return *value* as the ledger keeps it: JSON, a reference by its id at the target."""
    return json.dumps(ids.get(value, str(value)) if isinstance(value, Ref) else value)


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
