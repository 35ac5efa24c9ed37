"""Compile an expression: checked once, then one closure that any number of users run through."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from reconciler.errors import EvaluationError, ExpressionError
from reconciler.expr.check import Remark, check_tree, remarks_of, varies
from reconciler.expr.compare import HOLDS, ordering
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
from reconciler.expr.values import Attributes, as_text, as_texts, bounded, is_empty, joined
from reconciler.values import Context, Result, Value

Run: TypeAlias = Callable[[Attributes, Context], Result]
Watch: TypeAlias = Callable[[Node, Run], Run]
"""Wraps the closure of a node, to see what it gives."""


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
    _run: Run

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
        _run=build(tree),
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


def build(tree: Node, watch: Watch | None = None) -> Run:
    """Return the closure that evaluates *tree*; *watch* may wrap that of every node."""
    return _Builder(watch).build(tree, frozenset())


@dataclass(frozen=True, slots=True)
class _Builder:
    """Builds the closures of a checked tree, from the leaves up."""

    watch: Watch | None

    def build(self, node: Node, words: frozenset[str]) -> Run:
        run = self._of(node, words)
        return run if self.watch is None else self.watch(node, run)

    def _of(self, node: Node, words: frozenset[str]) -> Run:
        match node:
            case Attribute():
                name = node.name
                return lambda attributes, _: attributes.get(name)
            case Text() | Number():
                value = node.value
                return lambda _, __: value
            case Word():
                return _word(node, words)
            case Concatenation():
                return self._concatenation(node)
            case Comparison():
                return self._comparison(node)
            case Call():
                return self._call(node)

    def _concatenation(self, node: Concatenation) -> Run:
        parts = [self.build(part, frozenset()) for part in node.parts]

        def run(attributes: Attributes, context: Context) -> Result:
            return joined("", (as_text(part(attributes, context)) or "" for part in parts))

        return _located(node, run)

    def _comparison(self, node: Comparison) -> Run:
        """Compare; a null or empty operand fails every comparison (reference §2.2, IIF)."""
        left, right = (self.build(side, frozenset()) for side in (node.left, node.right))
        holds = HOLDS[node.operator]

        def run(attributes: Attributes, context: Context) -> Result:
            one, other = left(attributes, context), right(attributes, context)
            if is_empty(one) or is_empty(other):
                return False
            return holds(ordering(one, other))

        return _located(node, run)

    def _call(self, node: Call) -> Run:
        function = FUNCTIONS[node.name]
        arguments = [
            None if item is None else self.build(item, function.words.get(index, frozenset()))
            for index, item in enumerate(node.arguments)
        ]

        def run(attributes: Attributes, context: Context) -> Result:
            lazy = tuple(
                None if item is None else partial(item, attributes, context) for item in arguments
            )
            return bounded(function.run(Arguments(lazy, context, node.column)))

        return _located(node, run)


def _located(node: Node, run: Run) -> Run:
    """Give an error the column of the innermost node that it comes from."""

    def located(attributes: Attributes, context: Context) -> Result:
        try:
            return run(attributes, context)
        except EvaluationError as error:
            if error.column is None:
                error.column = node.column
            raise

    return located


def _word(node: Word, words: frozenset[str]) -> Run:
    if node.name in words:
        return lambda _, __: node.name
    known = f"Known here are {', '.join(sorted(words))}." if words else None
    raise ExpressionError(
        f"{node.name} is a bare word" + ("" if words else ", and none belongs here"),
        column=node.column,
        hint=known or f'Write [{node.name}] for an attribute, "{node.name}" for text.',
    )
