"""How wide text is where it goes to a pipe."""

import pytest

from reconciler.cli.console import look
from reconciler.cli.options.settings import Output


@pytest.mark.parametrize(
    ("columns", "width"),
    [
        ("132", 132),
        ("72", 72),
        ("7", 40),
        ("1000000000", 300),
        ("0", 100),
        ("", 100),
        ("-5", 100),
        ("wide", 100),
        ("²", 100),
    ],
)
def test_a_pipe_is_as_wide_as_columns_says(monkeypatch, columns, width):
    monkeypatch.setenv("COLUMNS", columns)
    assert look(Output("text", None)) == {"width": width, "color": False}


def test_without_columns_a_pipe_has_a_hundred_and_a_file_always(monkeypatch, tmp_path):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert look()["width"] == look(Output("text", None))["width"] == 100
    monkeypatch.setenv("COLUMNS", "60")
    assert look(Output("text", tmp_path / "plan.txt"))["width"] == 100
