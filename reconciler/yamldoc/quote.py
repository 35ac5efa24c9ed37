"""Scalars as they are written: plain where that reads back as the same text, quoted elsewhere."""

import re

from reconciler.yamldoc.scalars import plain_scalar

_PLAIN_KEY = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=](?:(?!: | #).)*(?<![\s:])")
_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=](?:(?!: | #)[^,\[\]{}\"'])*(?<![\s:])")
_PLAIN_IN_FLOW = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=][^?:,\[\]{}#\"']*(?<!\s)")
_NAMED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_TWO_DIGITS, _FOUR_DIGITS = 0xFF, 0xFFFF


def write_key(text: str) -> str:
    """Return *text* as it stands before a colon: attribute paths need no quotes there."""
    return _write(text, _PLAIN_KEY)


def write_scalar(value: str | float | bool | None) -> str:
    """Return *value* as it stands behind a key, on one line."""
    return _write(value, _PLAIN)


def write_flow_scalar(value: str | float | bool | None) -> str:
    """Return *value* as it stands within `{…}` or `[…]`."""
    return _write(value, _PLAIN_IN_FLOW)


def literal_lines(text: str) -> list[str] | None:
    """Return the indicator and the lines of a literal block, None where *text* is no fit for one.

    Only text whose every space can be seen: nothing at the end of a line, nothing unprintable.
    """
    lines = text.removesuffix("\n").split("\n")
    if len(lines) == 1 or lines[0][:1] in ("", " ") or not lines[-1]:
        return None
    if any(line != line.rstrip() or not line.isprintable() for line in lines):
        return None
    return ["|" if text.endswith("\n") else "|-", *lines]


def _write(value: str | float | bool | None, plain: re.Pattern[str]) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if value.isprintable():
        if plain.fullmatch(value) and plain_scalar(value) == value and value[:3] != "...":
            return value
        if '"' in value or "\\" in value:
            return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, value)) + '"'


def _escaped(char: str) -> str:
    if char in _NAMED:
        return _NAMED[char]
    if char.isprintable():
        return char
    code = ord(char)
    if code <= _TWO_DIGITS:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _FOUR_DIGITS else f"\\U{code:08x}"
