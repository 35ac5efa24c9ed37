"""The words of problems: the code, the table and the page say the same."""

import ast
import re
from pathlib import Path

from reconciler.desired.rules import RULES

ROOT = Path(__file__).parents[2]


def rules_in(path):
    """Yield the rules of the problems that a file makes: first arguments of the makers."""
    makers = {"Problem", "_note", "_stop", "_unfit"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in makers and isinstance(node.args[0].value, str):
                yield node.args[0].value


def test_the_table_holds_exactly_the_rules_that_the_code_uses():
    files = (ROOT / "reconciler").rglob("*.py")
    assert {rule for path in files for rule in rules_in(path)} == set(RULES)


def test_the_page_lists_exactly_the_table():
    page = (ROOT / "docs/problems.md").read_text()
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (.+?) \|", page, re.MULTILINE)
    assert rows == sorted(RULES.items())
