"""Make hostile text harmless: it may steer no terminal, no runner of jobs, and no reader."""

import re

_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
) | frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
"""Letters and marks that show nothing (Unicode: Default_Ignorable_Code_Point, and blank Braille).
Control, bidi and zero-width characters and odd spaces need no list: they are not printable."""

_TWO_DIGITS, _FOUR_DIGITS = 0xFF, 0xFFFF
"""The widths of the escapes that Python and YAML share."""

_COMMAND = re.compile(r"(?<=:):(?=[0-9a-f]*[g-z-])|(?<=#)#(?=(?:vso)?\[)", re.IGNORECASE)
"""What a runner would obey: `::add-mask::` where a line begins, which may be anywhere after a
wrap, and `##[add-mask]` or `##vso[` wherever it stands. The hexadecimal `::1f` is an address."""

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escape(text: str) -> str:
    """Return *text* on one line, with everything that cannot be seen written as an escape."""
    shown = text if text.isascii() and text.isprintable() else "".join(map(_visible, text))
    if "::" in shown or "##" in shown:
        shown = _COMMAND.sub(lambda found: f"\\x{ord(found[0]):02x}", shown)
    return shown


def shorten(text: str, limit: int = 64) -> str:
    """Return *text* escaped, its middle left out where it is longer than *limit* characters."""
    shown = escape(text)
    if len(shown) <= limit:
        return shown
    tail = limit // 3
    return f"{shown[: limit - tail - 1]}…{shown[-tail:]}"


def _visible(char: str) -> str:
    if char.isprintable() and char not in _INVISIBLE:
        return char
    code = ord(char)
    if char in _NAMED:
        return _NAMED[char]
    if code <= _TWO_DIGITS:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _FOUR_DIGITS else f"\\U{code:08x}"
