"""Compile an expression: checked once, then one closure that any number of users run through."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from reconciler.errors import EvaluationError, ExpressionError
from reconciler.expr.check import Remark, check_tree, function_of, remarks_of, varies
from reconciler.expr.functions.table import FUNCTIONS
from reconciler.expr.parse import parse_expression
from reconciler.expr.signature import Arguments, Varies
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
    walk,
)
from reconciler.expr.values import Attributes, as_text, as_texts, bounded, is_empty
from reconciler.values import Context, Result, Value

_Run: TypeAlias = Callable[[Attributes, Context], Result]


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """An expression that is ready to be evaluated; see `reconciler.model.mapping.Expression`.

    *columns* tells where each source attribute is first read; *remarks* what is probably not
    meant.
    """

    text: str
    tree: Node
    columns: Mapping[str, int]
    varies: Varies
    remarks: tuple[Remark, ...]
    redacts: bool
    only_adds: bool
    selects: bool
    _run: _Run

    @property
    def reads(self) -> frozenset[str]:
        """The names of the source attributes it reads."""
        return frozenset(self.columns)

    def evaluate(self, attributes: Attributes, context: Context) -> Result:
        """Return the value for *attributes* (absent is null); raise `EvaluationError` only."""
        return bounded(self._run(attributes, context))


def compile_expression(text: str) -> Compiled:
    """Parse and check *text*; raise `ExpressionError` with the column of the first mistake."""
    tree = parse_expression(text)
    check_tree(tree)
    nodes = tuple(walk(tree))
    columns: dict[str, int] = {}
    for node in nodes:
        if isinstance(node, Attribute):
            columns.setdefault(node.name, node.column)
    called = [FUNCTIONS[node.name] for node in nodes if isinstance(node, Call)]
    return Compiled(
        text,
        tree,
        columns,
        varies(tree),
        tuple(remarks_of(text, tree)),
        redacts=any(function.redacts for function in called),
        only_adds=any(function.only_adds for function in called),
        selects=any(function.outermost for function in called),
        _run=_compile(tree),
    )


def constant(value: Value) -> Compiled:
    """Return an expression that reads nothing and always gives *value*."""
    tree = Text(", ".join(as_texts(value)))
    return Compiled(
        print_expression(tree),
        tree,
        {},
        "",
        (),
        redacts=False,
        only_adds=False,
        selects=False,
        _run=lambda _, __: value,
    )


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
    function = function_of(node)
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
