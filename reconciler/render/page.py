"""Lines for a terminal: colour, columns and wrapping; the only file that knows about cells."""

import re
import textwrap
from dataclasses import dataclass, field
from functools import lru_cache

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style

from reconciler.render.words import Sign

_NARROWEST = 20
_GAP = 2
_PAINT = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(slots=True)
class Page:
    """Text that grows line by line. What is added must have been escaped before.

    A list of lines and not a rich console: a plan of 100,000 lines is written in no time, and
    the same input gives the same bytes whatever the environment says.
    """

    width: int = 80
    color: bool = False
    lines: list[str] = field(default_factory=list)

    def paint(self, text: str, style: str) -> str:
        """Return *text* in *style* where colours are wanted."""
        if not self.color or not text or not style:
            return text
        return _style(style).render(text, color_system=ColorSystem.STANDARD)

    def glyph(self, sign: Sign) -> str:
        """Return the painted glyph of *sign*."""
        return self.paint(sign.glyph, sign.style)

    def blank(self) -> None:
        """Add an empty line, but never two."""
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def heading(self, text: str) -> None:
        """Add a bold line after an empty one."""
        self.blank()
        self.lines.append(self.paint(text, "bold"))

    def line(self, left: str, *rights: str, plain: str | None = None) -> None:
        """Add *left*, and at the right margin (dim) the first of *rights* that fits.

        Where none fits, the first stands below. *plain* is *left* without colours, if it has any.
        """
        if not rights or not rights[0]:
            self.lines.append(left)
            return
        used = cell_len(left if plain is None else plain) + _GAP
        fitting = next((text for text in rights if used + cell_len(text) <= self.width), None)
        if fitting is None:
            self.lines.append(left)
            left, used, fitting = "", _GAP, rights[0]
        filler = " " * (self.width - used - cell_len(fitting) + _GAP)
        self.lines.append(f"{left}{filler}{self.paint(fitting, 'dim')}")

    def wrapped(self, text: str, *, indent: int, style: str = "", first: str | None = None) -> None:
        """Add *text* as a paragraph whose lines stand at *indent*; *first* opens the first line."""
        room = max(self.width - indent, _NARROWEST)
        lead = " " * indent if first is None else first
        taken = max(cell_len(_unpainted(lead)) - indent, 0)
        rows = textwrap.wrap(
            text, room, initial_indent=" " * taken, break_long_words=False, break_on_hyphens=False
        )
        for row in rows or [""]:
            self.lines.append(f"{lead}{self.paint(row[taken:], style)}")
            lead, taken = " " * indent, 0

    def entry(self, text: str, place: str, *, indent: int, first: str) -> None:
        """Add *text* as a paragraph, and *place* at the right margin of its last line or below."""
        self.wrapped(text, indent=indent, first=first)
        last = self.lines.pop()
        self.line(last, place, plain=_unpainted(last))

    def text(self) -> str:
        """Return the page, ending with one newline."""
        return "\n".join(self.lines).rstrip("\n") + "\n"


def padded(text: str, width: int) -> str:
    """Return *text* filled with spaces to *width* cells."""
    return text + " " * max(width - cell_len(text), 0)


def _unpainted(text: str) -> str:
    return _PAINT.sub("", text) if "\x1b" in text else text


@lru_cache(maxsize=64)
def _style(name: str) -> Style:
    return Style.parse(name)
