"""Functions on attributes with many values (reference §2.3)."""

from collections.abc import Mapping

from reconciler.errors import EvaluationError
from reconciler.expr.signature import Arguments, Function, literal_number
from reconciler.expr.tree import Call
from reconciler.expr.values import as_texts
from reconciler.values import Flow, Result, Value


def count(arguments: Arguments) -> Result:
    return len(_values(arguments.value(0)))


def item(arguments: Arguments) -> Result:
    """Return one value by its place; Entra counts from 1."""
    values, place = _values(arguments.value(0)), arguments.number(1, "index")
    if not values:
        return None
    if place < 1:
        raise EvaluationError(f"index counts from 1, and it is {place}")
    if place > len(values):
        raise EvaluationError(
            f"there is no value {place}: there are {len(values)}",
            hint='Ask Count first, for example IIF(Count([x]) >= 2, Item([x], 2), "").',
        )
    return values[place - 1]


def remove_duplicates(arguments: Arguments) -> Result:
    """Keep the first of equal values; case counts ([open] in the reference)."""
    values = arguments.value(0)
    return tuple(dict.fromkeys(values)) or None if isinstance(values, tuple) else values


def split(arguments: Arguments) -> Result:
    """Cut at every delimiter, a comma where none is given; parts are trimmed, empty ones go."""
    source = arguments.text(0)
    if source is None:
        return None
    delimiter = arguments.text(1) if arguments.is_given(1) else ","
    if not delimiter:
        raise EvaluationError("Split needs a delimiter of one character or more")
    parts = (part.strip() for part in source.split(delimiter))
    return tuple(part for part in parts if part) or None


def contains(arguments: Arguments) -> Result:
    """Return the place, from 1, of the first value that contains the text; 0 for none."""
    sought = arguments.text(1)
    texts = as_texts(arguments.value(0)) if sought else ()
    return next((place for place, text in enumerate(texts, 1) if sought and sought in text), 0)


def _values(value: Result) -> tuple[Value, ...]:
    match value:
        case tuple():
            return value
        case None | Flow() | "":
            return ()
        case str() | bool() | int():
            return (value,)
        case _:
            return as_texts(value)


def _check_index(call: Call) -> str | None:
    index = literal_number(call, 1)
    return f"index counts from 1, and it is {index}" if index is not None and index < 1 else None


FUNCTIONS: Mapping[str, Function] = {
    "Contains": Function(
        contains,
        "Contains(source, text)",
        "The place, from 1, of the first value that contains the text; 0 where none does.",
        2,
        2,
        2,
        gives="integer",
        examples=(
            (
                'Mid(Item([proxyAddresses], Contains([proxyAddresses], "SMTP:")), 6, 100)',
                "ada@contoso.example",
            ),
        ),
    ),
    "Count": Function(
        count,
        "Count(source)",
        "How many values there are; 0 for null.",
        1,
        1,
        gives="integer",
        examples=(("Count([proxyAddresses])", "2"),),
    ),
    "Item": Function(
        item,
        "Item(source, index)",
        "One of many values, counted from 1; null has none, and beyond the last is an error.",
        2,
        2,
        2,
        takes={1: "integer"},
        check=_check_index,
        examples=(("Item([proxyAddresses], 1)", "SMTP:ada@contoso.example"),),
    ),
    "RemoveDuplicates": Function(
        remove_duplicates,
        "RemoveDuplicates(source)",
        "Every value once, in the order of the first; case counts.",
        1,
        1,
        gives="list",
        examples=(('Join(",", RemoveDuplicates(Split("a,b,a")))', "a,b"),),
    ),
    "Split": Function(
        split,
        "Split(source, delimiter)",
        "The parts between delimiters, by default commas, trimmed and without empty ones.",
        1,
        2,
        gives="list",
        examples=(('Count(Split("PermissionSetOne, PermissionSetTwo", ","))', "2"),),
    ),
}
