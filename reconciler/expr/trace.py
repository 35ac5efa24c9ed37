"""Evaluate an expression and see what every part of it gave."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from reconciler.errors import EvaluationError
from reconciler.expr.compile import Compiled, Run, build
from reconciler.expr.functions.table import FUNCTIONS
from reconciler.expr.tree import Attribute, Call, Node, children, walk
from reconciler.expr.values import Attributes
from reconciler.values import Context, Result


@dataclass(frozen=True, slots=True)
class Step:
    """One node of the tree, *depth* from the root, and what it gave.

    *state* is "skipped" where the value was not needed. *masked* values must not be shown.
    """

    node: Node
    depth: int
    state: Literal["value", "failed", "skipped"]
    value: Result = None
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """An evaluation: every step in the order of the text, and the value or the *error*."""

    steps: tuple[Step, ...]
    error: EvaluationError | None = None

    @property
    def value(self) -> Result:
        """The value of the whole expression."""
        return self.steps[0].value

    @property
    def masked(self) -> bool:
        """Tell whether the value must not be shown."""
        return self.steps[0].masked


def trace(
    compiled: Compiled, attributes: Attributes, context: Context, *, hidden: frozenset[str]
) -> Trace:
    """Evaluate once, with the closures that every run uses; *hidden* attributes are masked."""
    seen: dict[int, tuple[bool, Result]] = {}

    def watch(node: Node, run: Run) -> Run:
        def watched(attributes: Attributes, context: Context) -> Result:
            seen[id(node)] = (False, None)
            value = run(attributes, context)
            seen[id(node)] = (True, value)
            return value

        return watched

    error = None
    try:
        build(compiled.tree, watch)(attributes, context)
    except EvaluationError as raised:
        error = raised
    return Trace(tuple(_steps(compiled.tree, seen, hidden)), error)


def _steps(
    tree: Node, seen: dict[int, tuple[bool, Result]], hidden: frozenset[str]
) -> Iterator[Step]:
    waiting = [(tree, 0, False)]
    while waiting:
        node, depth, inside = waiting.pop()
        redacts = isinstance(node, Call) and FUNCTIONS[node.name].redacts
        masked = inside or _hides(node, hidden)
        if id(node) not in seen:
            yield Step(node, depth, "skipped")
        else:
            has_value, value = seen[id(node)]
            yield Step(node, depth, "value" if has_value else "failed", value, masked)
        below = [(child, depth + 1, inside or redacts) for child in children(node)]
        waiting.extend(reversed(below))


def _hides(node: Node, hidden: frozenset[str]) -> bool:
    """Tell whether something that must be masked flows into *node*."""
    return any(
        (isinstance(part, Call) and FUNCTIONS[part.name].redacts)
        or (isinstance(part, Attribute) and part.name in hidden)
        for part in walk(node)
    )
