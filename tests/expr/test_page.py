"""The page's tables are those of the code; its examples run in test_functions_more."""

import re
from pathlib import Path

from reconciler.expr.page import fill_page
from reconciler.expr.parse import LONGEST as LONGEST_EXPRESSION
from reconciler.expr.values import LONGEST as LONGEST_VALUE

PAGE = Path(__file__).parents[2] / "docs" / "expressions.md"


def test_the_tables_of_the_page_are_those_of_the_code(pytestconfig):
    page = PAGE.read_text(encoding="utf-8")
    if pytestconfig.getoption("--update-golden"):
        PAGE.write_text(fill_page(page), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == fill_page(page), "just docs"
    assert re.findall(r"<!-- (\w+) -->", page) == [
        "functions",
        "person",
        "unsupported",
        "operators",
    ]


def test_the_limits_on_the_page_are_those_of_the_code():
    page = PAGE.read_text(encoding="utf-8")
    assert f"at most {LONGEST_EXPRESSION:,} characters; a value at most {LONGEST_VALUE:,}" in page
