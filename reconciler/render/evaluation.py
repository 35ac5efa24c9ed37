"""An evaluated expression: the value, and the tree with what each part gave."""

import json
from datetime import datetime
from types import NoneType
from typing import Any

from reconciler.errors import EvaluationError, ExpressionError
from reconciler.expr import Step, Trace
from reconciler.expr.tree import Attribute, Call, Comparison, Concatenation, print_expression
from reconciler.model.problem import Excerpt
from reconciler.render.page import Page
from reconciler.render.problems import add_excerpt
from reconciler.render.safe import escape, shorten
from reconciler.values import Candidates, Complex, Flow, Result, as_json, date_text

REDACTED = "[Redact]"
"""What Entra writes in its logs for a value that went through Redact."""


def render_evaluation(found: Trace, *, width: int = 80, color: bool = False) -> str:
    """Return the value, and below it every part of the expression with what it gave."""
    page = Page(width, color)
    page.line(page.paint(_shown(found.value, masked=found.masked), "bold"))
    if len(found.steps) > 1:
        page.blank()
        labels = [f"{'  ' * step.depth}{_label(step, width // 2)}" for step in found.steps]
        room = max(map(len, labels))
        for step, label in zip(found.steps, labels, strict=True):
            page.line(f"  {label.ljust(room)}  {page.paint(_outcome(step), 'dim')}".rstrip())
    return page.text()


def render_mistake(
    expression: str,
    error: ExpressionError | EvaluationError,
    *,
    masked: bool = False,
    width: int = 80,
    color: bool = False,
) -> str:
    """Return what is wrong, with a caret below the place."""
    page = Page(width, color)
    message = _UNTOLD if masked else error.message
    page.wrapped(f"Error: {escape(message)}", indent=0, style="bold")
    column = error.column or 0
    start = expression.rfind("\n", 0, column) + 1
    add_excerpt(page, Excerpt(expression[start:].partition("\n")[0], column - start))
    if error.hint and not masked:
        page.wrapped(f"→ {escape(error.hint)}", indent=2, style="cyan")
    return page.text()


_UNTOLD = "it has no value; the reason would show what must be masked"


def dump_evaluation(found: Trace) -> str:
    """Return the value and its type as JSON text."""
    value = found.value
    if isinstance(value, Candidates):
        value = value.values[0] if value.values else None
    kind = next(name for types, name in _KINDS if isinstance(value, types))
    shown = REDACTED if found.masked and value is not None else _plain(value)
    return json.dumps({"value": shown, "type": kind}, ensure_ascii=False) + "\n"


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (NoneType, "null"),
    (Flow, "ignore"),
    (bool, "boolean"),
    (int, "integer"),
    (datetime, "date"),
    ((tuple, Complex), "list"),
    (str, "string"),
)
"""The names of the types; a boolean is a number to Python, so it comes first."""


def _plain(value: Result) -> Any:
    match value:
        case Flow() | None:
            return None
        case datetime():
            return date_text(value)
        case Candidates():
            return list(value.values)
        case _:
            return as_json(value)


def _outcome(step: Step) -> str:
    match step.state:
        case "skipped":
            return "not needed"
        case "failed":
            return "failed"
        case "value":
            return _shown(step.value, masked=step.masked)


def _shown(value: Result, *, masked: bool) -> str:
    if masked and value is not None:
        return REDACTED
    match value:
        case Flow():
            return "ignored: nothing flows"
        case datetime():
            return f"{date_text(value)} UTC"
        case Candidates():
            tried = ", ".join(_shown(item, masked=False) for item in value.values)
            return f"the first of {tried} that nobody has"
        case bool() | int():
            return str(value)
        case _:
            return escape(json.dumps(_plain(value), ensure_ascii=False))


def _label(step: Step, room: int) -> str:
    match step.node:
        case Call(name=name):
            return f"{escape(name)}(…)" if step.node.arguments else f"{escape(name)}()"
        case Comparison(operator=operator):
            return operator
        case Concatenation():
            return "&"
        case Attribute(name=name):
            return shorten(f"[{name}]", room)
        case _:
            return shorten(print_expression(step.node), room)
