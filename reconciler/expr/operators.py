"""Scoping operators (reference §3.1): compiled to a test of one value.

Every operator but `is_null` is false for null and the empty string, and case counts.
`regex_match` must match the whole value: the examples of the reference («any number between 10
and 99») only make sense so. Patterns run in linear time; see `patterns`.
"""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from reconciler.errors import ExpressionError
from reconciler.expr.engines import compile_test
from reconciler.expr.values import as_texts, is_empty
from reconciler.values import Value

Anchor: TypeAlias = Literal["whole", "anywhere"]
Test: TypeAlias = Callable[[Value], bool]


@dataclass(frozen=True, slots=True)
class Operator:
    """*make* builds the test from the operand; a unary operator takes none."""

    meaning: str
    make: Callable[[str], Callable[[str], bool]]
    unary: bool = False


def compile_operator(name: str, operand: Value, *, anchor: Anchor | None = None) -> Test:
    """Return the test that *name* makes of *operand*; raise `ExpressionError` for a mistake.

    *anchor* is only for patterns: `whole` (None means it) or, as .NET's IsMatch, `anywhere`.

    A multi-valued attribute passes when every value does (Graph: multivaluedComparisonType All).
    """
    if anchor is not None and name not in _ANYWHERE:
        raise ExpressionError(f"{name} takes no anchor", hint="Remove the key anchor.")
    operator = (_ANYWHERE if anchor == "anywhere" else OPERATORS).get(name)
    if operator is None:
        near = difflib.get_close_matches(name, OPERATORS, n=1)
        known = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(OPERATORS)}."
        raise ExpressionError(f"there is no operator {name}", hint=known)
    if name in ("is_null", "is_not_null"):
        _refuse_operand(name, operand)
        wants_null = name == "is_null"
        return lambda value: is_empty(value) is wants_null
    holds = operator.make(_operand(name, operand, operator))
    return lambda value: (
        not is_empty(value) and all(text and holds(text) for text in as_texts(value))
    )


def _operand(name: str, operand: Value, operator: Operator) -> str:
    if operator.unary:
        _refuse_operand(name, operand)
        return ""
    if operand in (None, "") or isinstance(operand, tuple):
        raise ExpressionError(f"{name} needs one value", hint="Give it as value: ….")
    return str(operand)


def _refuse_operand(name: str, operand: Value) -> None:
    if operand is not None:
        raise ExpressionError(f"{name} takes no value", hint="Remove the key value.")


def _not(make: Callable[[str], Callable[[str], bool]]) -> Callable[[str], Callable[[str], bool]]:
    def negated(operand: str) -> Callable[[str], bool]:
        holds = make(operand)
        return lambda value: not holds(value)

    return negated


def _compared(holds: Callable[[int, int], bool]) -> Callable[[str], Callable[[str], bool]]:
    """Compare whole numbers that are not negative; any other value is false."""

    def make(operand: str) -> Callable[[str], bool]:
        if not _is_whole(operand):
            raise ExpressionError(
                f"a whole number is needed, and the value is '{operand}'", hint="Write digits."
            )
        return lambda value: _is_whole(value) and holds(int(value), int(operand))

    return make


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 20  # noqa: PLR2004 -- 64 bits


_MATCHES: Mapping[Anchor, Callable[[str], Callable[[str], bool]]] = {
    "whole": lambda operand: compile_test(operand, "whole"),
    "anywhere": lambda operand: compile_test(operand, "anywhere"),
}

OPERATORS: Mapping[str, Operator] = {
    "equals": Operator("is exactly the value", lambda operand: operand.__eq__),
    "not_equals": Operator("is something else", lambda operand: operand.__ne__),
    "is_true": Operator("is true", lambda _: lambda value: value.casefold() == "true", unary=True),
    "is_false": Operator(
        "is false", lambda _: lambda value: value.casefold() == "false", unary=True
    ),
    "is_null": Operator("is absent or empty", lambda _: bool, unary=True),
    "is_not_null": Operator("is neither absent nor empty", lambda _: bool, unary=True),
    "regex_match": Operator("matches the pattern as a whole", _MATCHES["whole"]),
    "not_regex_match": Operator("does not match the pattern", _not(_MATCHES["whole"])),
    "greater_than": Operator("is a greater number", _compared(lambda a, b: a > b)),
    "greater_than_or_equals": Operator(
        "is a greater number or the same", _compared(lambda a, b: a >= b)
    ),
    "includes": Operator("contains the value", lambda operand: lambda value: operand in value),
    "ends_with": Operator(
        "ends with the value", lambda operand: lambda value: value.endswith(operand)
    ),
    "contained_in": Operator(
        "stands inside the value (Entra's &)", lambda operand: operand.__contains__
    ),
    "not_contained_in": Operator(
        "does not stand inside the value (Entra's !&)",
        _not(lambda operand: operand.__contains__),
    ),
}

_ANYWHERE: Mapping[str, Operator] = {
    "regex_match": Operator("matches the pattern somewhere", _MATCHES["anywhere"]),
    "not_regex_match": Operator("matches the pattern nowhere", _not(_MATCHES["anywhere"])),
}
"""What `anchor: anywhere` makes of an operator."""
