"""Problems as SARIF 2.1.0, for code scanning (OASIS Standard, 27 March 2020)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from reconciler.model.problem import Problem
from reconciler.render.jsontext import json_text
from reconciler.render.problems import in_order

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def dump_sarif(problems: Sequence[Problem], *, tool: str, prefix: str = "") -> str:
    """Return all problems as one SARIF run of *tool*; *prefix* leads to the desired state."""
    ordered = in_order(problems)
    rules = sorted({problem.rule for problem in ordered})
    run = {
        "tool": {
            "driver": {
                "name": "reconciler",
                "version": tool,
                "rules": [
                    {"id": rule, "shortDescription": {"text": _words(rule)}} for rule in rules
                ],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, rules.index(problem.rule), prefix) for problem in ordered],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(problem: Problem, index: int, prefix: str) -> dict[str, Any]:
    region = {"startLine": max(problem.at.line, 1)}
    if problem.at.column:
        region["startColumn"] = problem.at.column
    text = f"{problem.message} {problem.hint}" if problem.hint else problem.message
    return {
        "ruleId": problem.rule,
        "ruleIndex": index,
        "level": problem.severity,
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(f"{prefix}{problem.at.file}")},
                    "region": region,
                }
            }
        ],
    }


def _words(rule: str) -> str:
    return rule.replace("-", " ").replace("_", " ").capitalize()


def _uri(path: str) -> str:
    """Return *path* as a relative reference; names of files may be no UTF-8."""
    return quote(path, errors="surrogatepass")
