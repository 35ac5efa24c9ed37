"""Give what an expression made the type of the target attribute (RFC 7643 §2.3)."""

import re
from datetime import UTC, datetime
from typing import TypeAlias

from reconciler.errors import EvaluationError
from reconciler.model.canonical import moment, ordered
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.values import Kind, Ref, Wish
from reconciler.values import Complex, Scalar, Value

Plain: TypeAlias = "Value | datetime"
_Single: TypeAlias = Scalar | datetime

_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")


def typed_value(value: Plain, definition: AttributeDefinition) -> Wish:
    """Return *value* as *definition* has it, None for "" and (); a date is sent as ISO 8601.

    Raise `EvaluationError` where it cannot have the type, or is many where one belongs.
    """
    if definition.holds_many:
        items = value if isinstance(value, tuple) else (value,)
        found = {_typed(item, definition) for item in items}
        return ordered(item for item in found if item is not None) or None
    if isinstance(value, tuple):
        if not value:
            return None
        msg = f"{definition.path} takes one value, and this is a list of {len(value)}"
        raise EvaluationError(msg, hint="Pick one, for example with Item or Join.")
    return _typed(value, definition)


def iso(found: datetime) -> str:
    """Return a moment as RFC 7643 §2.3.5 has it, in UTC: 2026-01-31T08:00:00Z."""
    return found.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _typed(value: Plain, definition: AttributeDefinition) -> Scalar | Complex | Ref | None:
    if value is None or value == "":
        return None
    if isinstance(value, tuple):
        raise EvaluationError(f"{definition.path} takes no list within a list")
    if isinstance(value, Complex):
        return _complex(value, definition)
    if definition.type == "reference":
        return Ref(Kind.USER, str(value))
    if definition.type == "complex" and definition.path.sub is None:
        return _element(value, definition)
    return _scalar(value, definition)


def _complex(value: Complex, definition: AttributeDefinition) -> Complex:
    if definition.takes_complex:
        return value
    msg = f"{definition.path} takes a plain value, and this is a complex one"
    raise EvaluationError(msg, hint="Map the whole attribute, for example roles.")


def _element(value: _Single, definition: AttributeDefinition) -> Complex:
    """Return a plain value for an attribute of objects: their `value` (RFC 7643 §2.4)."""
    path = definition.path
    if path.element is None and not definition.multi_valued:
        msg = f"{path} is complex, and this is a plain value"
        raise EvaluationError(msg, hint=f"Map its sub-attributes, like {path}.value.")
    text = iso(value) if isinstance(value, datetime) else value
    return Complex((("value", text),))


def _scalar(value: _Single, definition: AttributeDefinition) -> Scalar:
    match definition.type:
        case "boolean":
            return _boolean(value, definition)
        case "integer":
            return _integer(value, definition)
        case "dateTime":
            return _date_time(value, definition)
        case _:
            return iso(value) if isinstance(value, datetime) else str(value)


def _boolean(value: _Single, definition: AttributeDefinition) -> bool:
    """Read "True" and "False", the booleans of Entra's expressions."""
    words = {"true": True, "false": False}
    try:
        return words[str(value).casefold()]
    except KeyError:
        msg = f"{definition.path} is true or false, and this is '{value}'"
        hint = 'Make it "True" or "False", for example with Switch.'
        raise EvaluationError(msg, hint=hint) from None


def _integer(value: _Single, definition: AttributeDefinition) -> int:
    text = str(value).strip()
    if _WHOLE.fullmatch(text):
        return int(text)
    msg = f"{definition.path} is a whole number, and this is '{value}'"
    raise EvaluationError(msg, hint="Give digits only.")


def _date_time(value: _Single, definition: AttributeDefinition) -> str:
    found = value if isinstance(value, datetime) else moment(str(value))
    if found is None:
        msg = f"{definition.path} is a date and time, and this is '{value}'"
        raise EvaluationError(msg, hint="Write it like 2026-01-31T08:00:00Z, or use CDate.")
    return iso(found)
