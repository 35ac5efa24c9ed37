"""The page names exactly what there is, and its examples are true."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.expr import OPERATORS, compile_expression
from reconciler.expr.functions.table import FUNCTIONS
from reconciler.values import Context

PAGE = (Path(__file__).parents[2] / "docs" / "expressions.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+)\((.*?)\)` \| (.*?) \| `(.*?)` \| `(.*?)` \|$", PAGE, re.MULTILINE)
NOON = Context(datetime(2026, 7, 1, 12, tzinfo=UTC))
ADA = {"givenName": "Ada", "surname": "King", "country": "US"}


def test_the_page_lists_exactly_the_functions_and_operators():
    assert [row[0] for row in ROWS] == sorted(FUNCTIONS)
    assert [f"{name}({rest})" for name, rest, *_ in ROWS] == [
        FUNCTIONS[name].signature for name in sorted(FUNCTIONS)
    ]
    section = PAGE[PAGE.index("## Scoping operators") :]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(OPERATORS)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_an_example_gives_what_the_page_says(row):
    assert str(compile_expression(row[3]).evaluate(ADA, NOON)) == row[4]
