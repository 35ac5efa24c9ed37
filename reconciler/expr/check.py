"""Find in a tree what can never work, and what works otherwise than people expect."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.errors import EvaluationError, ExpressionError
from reconciler.expr.functions.dateparse import read_any_date
from reconciler.expr.functions.table import FUNCTIONS, UNSUPPORTED
from reconciler.expr.signature import Function, Gives, Takes, Varies
from reconciler.expr.tokens import unknown_escapes
from reconciler.expr.tree import Call, Comparison, Node, Number, Text, children, walk
from reconciler.expr.values import LARGEST, SMALLEST, whole_number


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that is allowed and probably not meant; *column* counts from 0."""

    message: str
    column: int
    hint: str


def check_tree(tree: Node) -> None:
    """Raise `ExpressionError`, with the column, for the first thing that can never work."""
    for node in walk(tree):
        match node:
            case Number() if not SMALLEST <= node.value <= LARGEST:
                raise ExpressionError(
                    f"{node.value} has more than 64 bits", column=node.column, hint=None
                )
            case Call():
                _check_call(node, function_of(node), outermost=node is tree)
            case _:
                pass


def remarks_of(text: str, tree: Node) -> Iterator[Remark]:
    """Yield what Entra's documentation calls unsupported, though it is no mistake of grammar."""
    yield from (
        Remark(
            f"\\{escaped} is no escape; it stands for itself", column, "Write \\\\ for a backslash."
        )
        for escaped, column in unknown_escapes(text)
    )
    for node in walk(tree):
        match node:
            case Comparison() if "" in (_literal(node.left), _literal(node.right)):
                yield Remark(
                    f'{node.operator} "" never holds: null and empty fail every comparison',
                    node.column,
                    'Write Switch([x], [x], "", "Other") for a value where x is missing.',
                )
            case Call(name="IIF" | "Switch") if _asks_presence(node.arguments[0]):
                yield Remark(
                    f"Entra does not support this as the first argument of {node.name}",
                    node.column,
                    'It works here; Switch([x], [x], "", "Other") works in both.',
                )
            case _:
                pass


def varies(node: Node) -> Varies:
    """Tell whether the value is another one at every run; a comparison settles the time."""
    kinds = {varies(child) for child in children(node)}
    if isinstance(node, Call):
        kinds.add(FUNCTIONS[node.name].varies)
    if isinstance(node, Comparison):
        kinds.discard("time")
    return "chance" if "chance" in kinds else "time" if "time" in kinds else ""


def function_of(node: Call) -> Function:
    """Return the function that is called; raise `ExpressionError` where there is none."""
    function = FUNCTIONS.get(node.name)
    if function is not None:
        return function
    if node.name in UNSUPPORTED:
        raise ExpressionError(
            f"{node.name} is not supported: {UNSUPPORTED[node.name]}", column=node.column
        )
    folded = {name.casefold(): name for name in FUNCTIONS}
    near = difflib.get_close_matches(node.name.casefold(), folded, n=1)
    hint = f"Did you mean {folded[near[0]]}? Names are case-sensitive." if near else None
    raise ExpressionError(
        f"there is no function {node.name}",
        column=node.column,
        hint=hint or "docs/expressions.md lists all functions.",
    )


def _check_call(node: Call, function: Function, *, outermost: bool) -> None:
    given = len(node.arguments)
    sentence = None
    if given < function.least or (function.most is not None and given > function.most):
        sentence = f"{node.name} takes {_range(function)}, and there are {given}"
    elif any(item is None for item in node.arguments[: function.required]):
        sentence = f"an argument of {node.name} is missing that it needs"
    elif function.outermost and not outermost:
        sentence = f"{node.name} may not stand inside another expression"
    elif function.check is not None:
        sentence = function.check(node)
    if sentence is not None:
        hint = f"It is written {function.signature}."
        raise ExpressionError(sentence, column=node.column, hint=hint)
    for index, takes in function.takes.items():
        argument = node.arguments[index] if index < given else None
        if argument is not None:
            _check_argument(argument, takes, f"argument {index + 1} of {node.name}")


def _check_argument(argument: Node, takes: Takes, what: str) -> None:
    """Refuse a literal of another kind, and a call that never gives what is needed."""
    literal, gives = _literal(argument), _gives(argument)
    if gives not in _FITTING[takes]:
        message = f"{what} must be {_KINDS[takes]}, and this gives {_KINDS[gives]}"
        raise ExpressionError(message, column=argument.column)
    if literal is None:
        return
    try:
        _READERS[takes](literal, what)
    except EvaluationError as error:
        raise ExpressionError(error.message, column=argument.column, hint=error.hint) from None


def _try_date(text: str, what: str) -> None:
    del what
    if text:
        read_any_date(text)


_READERS = {"integer": whole_number, "date": _try_date}
_FITTING: dict[Takes, frozenset[Gives]] = {
    "integer": frozenset({"any", "text", "integer"}),
    "date": frozenset({"any", "text", "date"}),
}
_KINDS = {
    "integer": "a whole number",
    "date": "a date",
    "boolean": "true or false",
    "list": "many values",
}


def _gives(node: Node) -> Gives:
    match node:
        case Comparison():
            return "boolean"
        case Number():
            return "integer"
        case Call():
            return FUNCTIONS[node.name].gives if node.name in FUNCTIONS else "any"
        case _:
            return "any"


def _literal(node: Node) -> str | None:
    match node:
        case Text():
            return node.value
        case Number():
            return str(node.value)
        case _:
            return None


def _asks_presence(node: "Node | None") -> bool:
    return isinstance(node, Call) and node.name in ("IsPresent", "IsNull", "IsNullOrEmpty")


def _range(function: Function) -> str:
    if function.most is None:
        return f"at least {function.least} arguments"
    if function.least == function.most:
        return f"{function.least} argument{'s' if function.least != 1 else ''}"
    return f"{function.least} to {function.most} arguments"
