"""Problems as GitHub workflow commands: annotations on the lines of a pull request."""

from collections.abc import Sequence

from reconciler.model.problem import Problem
from reconciler.render.problems import in_order

_SHOWN = 10
"""GitHub shows 10 errors and 10 warnings of a step and drops the rest in silence."""


def annotate_problems(problems: Sequence[Problem], *, prefix: str = "") -> str:
    """Return one `::error …::` line for each problem, errors first.

    *prefix* is the path of the desired state in the repository. The last one that GitHub shows
    says how many it will not show.
    """
    ordered = sorted(in_order(problems), key=lambda item: item.severity != "error")
    errors = [item for item in ordered if item.severity == "error"]
    lines = []
    for index, problem in enumerate(ordered):
        rest = len(errors) - _SHOWN
        more = f" (+{rest} more errors in the log)" if index == _SHOWN - 1 and rest > 0 else ""
        lines.append(_command(problem, prefix, more))
    return "".join(f"{line}\n" for line in lines)


def _command(problem: Problem, prefix: str, more: str) -> str:
    """Build a workflow command (GitHub Docs, «Workflow commands for GitHub Actions»)."""
    properties = {
        "file": f"{prefix}{problem.at.file}",
        "line": str(problem.at.line),
        "col": str(problem.at.column) if problem.at.column else "",
        "title": problem.rule,
    }
    listed = ",".join(f"{name}={_property(text)}" for name, text in properties.items() if text)
    hint = f"\n{problem.hint}" if problem.hint else ""
    return f"::{problem.severity} {listed}::{_data(f'{problem.message}{more}{hint}')}"


def _data(text: str) -> str:
    """Escape as the runner decodes it: `%`, CR and LF, so that no data can start a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
