"""Plain scalars as the core schema of YAML 1.2 (§10.3.2) reads them.

`no`, `on`, dates and `1_000` are text; `012` is the number twelve, with a warning.
"""

import re

Scalar = str | int | bool | float | None

SUSPECT = frozenset(["", *"0123456789+-.~nNtTfF"])
"""First characters of a plain scalar that may be something else than text."""

SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character, which no encoder takes; the pure parser lets its escape through."""

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_BASES = {"0o": 8, "0x": 16}


def plain_scalar(text: str) -> Scalar:
    """Return the value of an unquoted scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text, _BASES.get(text[:2], 10))
    if _FLOAT.fullmatch(text):
        return float(text)
    if special := _SPECIAL.fullmatch(text):
        return float((special[1] or "") + special[0].lstrip("+-.").lower())
    return text


def is_ambiguous(text: str) -> bool:
    """Tell whether reading *text* as a number loses characters that a person may need.

    A postal code 02134 or a telephone number +15550100 is meant as text.
    """
    digits = text.lstrip("-")
    return text[:1] == "+" or (digits[:1] == "0" and digits.isdecimal() and len(digits) > 1)
