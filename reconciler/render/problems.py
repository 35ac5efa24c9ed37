"""Problems of the desired state as text and as JSON."""

from collections.abc import Sequence

from reconciler.model.problem import Excerpt, Problem
from reconciler.render.jsontext import json_text
from reconciler.render.page import Page
from reconciler.render.safe import escape
from reconciler.render.words import count

_STYLES = {"error": "bold red", "warning": "bold yellow"}


def render_problems(problems: Sequence[Problem], *, width: int = 80, color: bool = False) -> str:
    """Return all problems in the order of the files, with the count at the end."""
    page = Page(width, color)
    for problem in in_order(problems):
        _add_problem(page, problem)
    page.blank()
    page.line(page.paint(_sum(problems), "bold"))
    return page.text()


def dump_problems(problems: Sequence[Problem]) -> str:
    """Return all problems as JSON text."""
    rows = [
        {
            "rule": item.rule,
            "severity": item.severity,
            "message": item.message,
            "file": item.at.file,
            "line": item.at.line,
            "column": item.at.column,
            "hint": item.hint,
        }
        for item in in_order(problems)
    ]
    return json_text({"format": "reconciler.problems/1", "problems": rows})


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Sort by place; the same problems give the same bytes."""
    return sorted(
        problems,
        key=lambda item: (item.at.file, item.at.line, item.at.column or 0, item.rule, item.message),
    )


def add_excerpt(page: Page, excerpt: Excerpt) -> None:
    """Show the line with a caret; a long line is cut to a window around the column."""
    room = max(page.width - 8, 40)
    start = max(0, min(excerpt.column - room // 2, len(excerpt.text) - room))
    before = escape(excerpt.text[start : excerpt.column])
    after = escape(excerpt.text[excerpt.column : start + room])
    page.line(f"    {page.paint('|', 'dim')} {before}{after}")
    caret = page.paint("^", _STYLES["error"])
    page.line(f"    {page.paint('|', 'dim')} {' ' * len(before)}{caret}")


def _add_problem(page: Page, problem: Problem) -> None:
    page.blank()
    column = f":{problem.at.column}" if problem.at.column else ""
    place = page.paint(f"{escape(str(problem.at))}{column}", "bold")
    severity = page.paint(problem.severity, _STYLES[problem.severity])
    page.line(f"{place}: {severity}[{escape(problem.rule)}]")
    page.wrapped(escape(problem.message), indent=2)
    if problem.excerpt is not None:
        add_excerpt(page, problem.excerpt)
    if problem.hint:
        page.wrapped(f"→ {escape(problem.hint)}", indent=2, style="cyan")


def _sum(problems: Sequence[Problem]) -> str:
    if not problems:
        return "No problems."
    errors = sum(item.severity == "error" for item in problems)
    warnings = len(problems) - errors
    parts = [count(number, word) for number, word in ((errors, "error"), (warnings, "warning"))]
    return " and ".join(part for part in parts if not part.startswith("0 ")) + "."
