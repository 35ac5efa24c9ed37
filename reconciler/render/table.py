"""Tables for spreadsheets, as CSV that none of them runs."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from reconciler.render.safe import escape

_FORMULA: Final = ("=", "+", "-", "@")
"""What a spreadsheet takes for a formula at the beginning of a cell (OWASP, CSV injection)."""


def table(names: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    """Return *rows* as CSV with the columns *names*."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(row[name]) for name in names] for row in rows)
    return page.getvalue()


def _cell(value: Any) -> str:
    """Return *value* so that no spreadsheet runs it: an apostrophe keeps a formula a text."""
    if value is None or isinstance(value, int | float):
        return "" if value is None else str(value)
    shown = escape(str(value))
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
