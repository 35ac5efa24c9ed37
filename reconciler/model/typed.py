"""Give what an expression made of the source the type that the target attribute has."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from reconciler.errors import EvaluationError
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import AttributePath
from reconciler.model.values import Kind, Ref, Wish
from reconciler.values import Complex, Scalar, Value, date_text


def typed(value: "Value | datetime", definition: AttributeDefinition) -> Wish:
    """Return *value* as the attribute holds it; raise `EvaluationError` where it cannot.

    Entra's expressions speak of "True" and "False"; null, "" and no values at all are null.
    """
    if isinstance(value, tuple):
        return _many(value, definition)
    if value is None or value == "":
        return None
    if definition.is_list:
        return (_element(value, definition),)
    if isinstance(value, Complex):
        raise EvaluationError(
            f"{definition.path} takes one plain value, and the expression gave a complex one",
            hint="Map the whole attribute, for example roles, or use SingleAppRoleAssignment.",
        )
    if definition.type == "reference":
        return Ref(Kind.USER, str(value))
    return _scalar(value, definition)


def _many(values: tuple[Value, ...], definition: AttributeDefinition) -> Wish:
    if definition.is_list:
        items = {_element(item, definition) for item in values if _is_single(item)}
        return tuple(sorted(items, key=str)) or None
    if len(values) == 1:
        return typed(values[0], definition)
    if not values:
        return None
    raise EvaluationError(
        f"{definition.path} takes one value, and the expression gave {len(values)}",
        hint="Pick one, for example with Item or Join.",
    )


def _is_single(item: Value) -> bool:
    return item not in (None, "") and not isinstance(item, tuple)


def _element(item: "Value | datetime", definition: AttributeDefinition) -> Scalar | Complex:
    """Return one of many values; a complex attribute holds objects (RFC 7643 §2.4)."""
    if isinstance(item, Complex):
        return item
    scalar = _scalar(item, definition)
    return Complex((("value", scalar),)) if definition.type == "complex" else scalar


def _scalar(value: "Value | datetime", definition: AttributeDefinition) -> Scalar:
    if isinstance(value, datetime):
        value = _iso(value) if definition.type == "dateTime" else date_text(value)
    return _SCALARS.get(definition.type, _string)(str(value), definition.path)


def _iso(moment: datetime) -> str:
    """Return an xsd:dateTime in UTC (RFC 7643 §2.3.5)."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _boolean(text: str, path: AttributePath) -> Scalar:
    words = {"true": True, "false": False}
    try:
        return words[text.casefold()]
    except KeyError:
        raise EvaluationError(
            f"{path} is true or false, and the expression gave '{text}'",
            hint='Make it "True" or "False", for example with Switch.',
        ) from None


def _integer(text: str, path: AttributePath) -> Scalar:
    try:
        return int(text)
    except ValueError:
        raise EvaluationError(
            f"{path} is a whole number, and the expression gave '{text}'", hint="Give digits only."
        ) from None


def _moment(text: str, path: AttributePath) -> Scalar:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise EvaluationError(
            f"{path} is a date and time, and the expression gave '{text}'",
            hint='Make it one with CDate([…]), or FormatDateTime to "yyyy-MM-ddTHH:mm:ssZ".',
        ) from None
    return _iso(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _string(text: str, path: AttributePath) -> Scalar:
    del path
    return text


_SCALARS: Mapping[str, Callable[[str, AttributePath], Scalar]] = {
    "boolean": _boolean,
    "dateTime": _moment,
    "integer": _integer,
}
