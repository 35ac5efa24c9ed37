"""Bring hostile text into Markdown: it may not link, mention, load, or end what it stands in."""

import re
from collections.abc import Iterable
from typing import Final

from reconciler.render.safe import escape, shorten

_FENCE: Final = 3
_BREAK: Final = "\N{ZERO WIDTH SPACE}"
"""Stands where GitHub would see a mention, an address, or a reference to an issue."""
_MARKUP: Final = re.compile(r"[\\`*_{}\[\]<>!|~&$^]")
_OPENING: Final = re.compile(r"^(\s*\d*)([-+=.)])(?=[\s=-]|$)")
"""What would begin a list or a line across the page."""
_REFERENCES: Final = re.compile(r"([@#]|\bGH(?=-)|:(?=//)|www(?=\.))", re.IGNORECASE)


def code(text: str, limit: int = 96) -> str:
    """Return *text* as a code span, where GitHub reads neither markup nor names nor addresses.

    Not for table cells: a pipe would end one even here.
    """
    shown = shorten(text, limit) or " "
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") or shown.strip(" ") == "" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def fenced(lines: Iterable[str]) -> str:
    """Return *lines* as a block of code, for whoever copies it; none of them can end it."""
    body = "\n".join(map(escape, lines))
    longest = max((len(run) for run in re.findall("`+", body)), default=0)
    fence = "`" * max(longest + 1, _FENCE)
    return f"{fence}\n{body}\n{fence}"


def prose(text: str) -> str:
    """Return a sentence in which names from the data may stand, wherever in a line.

    A blank one is shown as such: below it a list's own mark would make a heading of what is above.
    """
    if text and not text.strip():
        return code(text)
    marked = _MARKUP.sub(r"\\\g<0>", escape(text))
    marked = _OPENING.sub(r"\1\\\2", marked)
    return _REFERENCES.sub(rf"\1{_BREAK}", marked)


def bullet(glyph: str) -> str:
    """Return *glyph* as the first word of a list item, where a plus would begin another list."""
    return "\\+" if glyph == "+" else glyph
