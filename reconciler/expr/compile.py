"""Compile an expression: checked once, then one closure that any number of users run through."""

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from reconciler.errors import EvaluationError, ExpressionError
from reconciler.expr.functions.table import FUNCTIONS
from reconciler.expr.parse import parse_expression
from reconciler.expr.signature import Arguments, Function
from reconciler.expr.tree import (
    Attribute,
    Call,
    Comparison,
    Concatenation,
    Node,
    Number,
    Text,
    Word,
    print_expression,
)
from reconciler.expr.values import Attributes, as_text, as_texts, bounded, is_empty
from reconciler.values import Context, Result, Value

_Run: TypeAlias = Callable[[Attributes, Context], Result]


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """An expression that is ready to be evaluated; see `reconciler.model.mapping.Expression`."""

    text: str
    reads: frozenset[str]
    calls: frozenset[str]
    _run: _Run

    def evaluate(self, attributes: Attributes, context: Context) -> Result:
        """Return the value for *attributes* (absent is null); raise `EvaluationError` only."""
        return bounded(self._run(attributes, context))

    @property
    def varies(self) -> bool:
        """Tell whether the value is another one at every run."""
        return any(FUNCTIONS[name].varies for name in self.calls)

    @property
    def redacts(self) -> bool:
        """Tell whether the value must be masked wherever it is shown."""
        return any(FUNCTIONS[name].redacts for name in self.calls)

    @property
    def only_adds(self) -> bool:
        """Tell whether values are added to those that are live, and never taken away."""
        return any(FUNCTIONS[name].only_adds for name in self.calls)


def compile_expression(text: str) -> Compiled:
    """Parse and check *text*; raise `ExpressionError` with the column of the first mistake."""
    tree = parse_expression(text)
    nodes = tuple(_walk(tree))
    reads = frozenset(node.name for node in nodes if isinstance(node, Attribute))
    calls = frozenset(node.name for node in nodes if isinstance(node, Call))
    return Compiled(text, reads, calls, _compile(tree))


def constant(value: Value) -> Compiled:
    """Return an expression that reads nothing and always gives *value*."""
    text = ", ".join(print_expression(Text(item)) for item in as_texts(value))
    return Compiled(text, frozenset(), frozenset(), lambda _, __: value)


def _walk(node: Node) -> Iterator[Node]:
    yield node
    match node:
        case Call():
            children = [item for item in node.arguments if item is not None]
        case Concatenation():
            children = list(node.parts)
        case Comparison():
            children = [node.left, node.right]
        case _:
            children = []
    for child in children:
        yield from _walk(child)


def _compile(node: Node, words: frozenset[str] = frozenset()) -> _Run:
    match node:
        case Attribute():
            name = node.name
            return lambda attributes, _: attributes.get(name)
        case Text() | Number():
            value = node.value
            return lambda _, __: value
        case Word() if node.name in words:
            name = node.name
            return lambda _, __: name
        case Word():
            raise ExpressionError(
                f"{node.name} is a bare word, and no function here takes one",
                column=node.column,
                hint=f'Write [{node.name}] for an attribute, "{node.name}" for text.',
            )
        case Concatenation():
            return _concatenation(node)
        case Comparison():
            return _comparison(node)
        case Call():
            return _call(node)


def _concatenation(node: Concatenation) -> _Run:
    parts = [_compile(part) for part in node.parts]

    def run(attributes: Attributes, context: Context) -> Result:
        return bounded("".join(as_text(part(attributes, context)) or "" for part in parts))

    return run


def _comparison(node: Comparison) -> _Run:
    """Compare; a null or empty operand fails every comparison (reference §2.2, IIF)."""
    left, right, holds = _compile(node.left), _compile(node.right), _HOLDS[node.operator]

    def run(attributes: Attributes, context: Context) -> Result:
        one, other = left(attributes, context), right(attributes, context)
        if is_empty(one) or is_empty(other):
            return False
        return holds(_ordering(as_text(one) or "", as_text(other) or ""))

    return run


def _ordering(one: str, other: str) -> int:
    """Return -1, 0 or 1: as numbers where both are, else as text, where case counts."""
    if _is_number(one) and _is_number(other):
        return (int(one) > int(other)) - (int(one) < int(other))
    return (one > other) - (one < other)


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= 20  # noqa: PLR2004 -- 64 bits


_HOLDS: dict[str, Callable[[int], bool]] = {
    "=": lambda order: order == 0,
    "<>": lambda order: order != 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
}


def _call(node: Call) -> _Run:
    function = _function(node)
    _check(node, function)
    arguments = [
        None if item is None else _compile(item, function.words.get(index, frozenset()))
        for index, item in enumerate(node.arguments)
    ]

    def run(attributes: Attributes, context: Context) -> Result:
        lazy = tuple(
            None if item is None else partial(item, attributes, context) for item in arguments
        )
        try:
            return bounded(function.run(Arguments(lazy, context, node.column)))
        except EvaluationError as error:
            if not error.column:
                error.column = node.column
            raise

    return run


def _function(node: Call) -> Function:
    function = FUNCTIONS.get(node.name)
    if function is not None:
        return function
    folded = {name.casefold(): name for name in FUNCTIONS}
    near = difflib.get_close_matches(node.name.casefold(), folded, n=1)
    hint = f"Did you mean {folded[near[0]]}? Names are case-sensitive." if near else None
    raise ExpressionError(
        f"there is no function {node.name}",
        column=node.column,
        hint=hint or "docs/expressions.md lists all functions.",
    )


def _check(node: Call, function: Function) -> None:
    """Refuse a call that can never work, at its column."""
    given = len(node.arguments)
    sentence = None
    if given < function.least or (function.most is not None and given > function.most):
        sentence = f"{node.name} takes {_range(function)}, and there are {given}"
    elif any(item is None for item in node.arguments[: function.required]):
        sentence = f"an argument of {node.name} is missing that it needs"
    elif function.check is not None:
        sentence = function.check(node)
    if sentence is not None:
        hint = f"It is written {function.signature}."
        raise ExpressionError(sentence, column=node.column, hint=hint)


def _range(function: Function) -> str:
    if function.most is None:
        return f"at least {function.least} arguments"
    if function.least == function.most:
        return f"{function.least} argument{'s' if function.least > 1 else ''}"
    return f"{function.least} to {function.most} arguments"
