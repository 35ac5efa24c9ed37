"""Split an expression into tokens (Entra's syntax, reference §2.0)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.errors import ExpressionError

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<hex>&[Hh][0-9A-Fa-f]+)
    |(?P<number>-?[0-9]+)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<operator><>|>=|<=|[=<>&])
    |(?P<mark>[(),])""",
    re.VERBOSE,
)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """One token; *kind* is attribute, string, hex, number, name, operator, mark or end."""

    kind: str
    text: str
    column: int


def tokenize(text: str) -> Iterator[Token]:
    """Yield the tokens of *text* and an end token; raise `ExpressionError` at what is none."""
    column = 0
    while column < len(text):
        token, end = _next(text, column)
        if token.kind != "space":
            yield token
        column = end
    yield Token("end", "", len(text))


def unknown_escapes(text: str) -> Iterator[tuple[str, int]]:
    """Yield every escaped character that needs none, with the column of its backslash."""
    for token in tokenize(text):
        if token.kind == "string" and (found := _STRING.match(text, token.column)):
            for escape in _ESCAPE.finditer(found[0][1:-1]):
                if escape[1] not in '\\"':
                    yield escape[1], token.column + 1 + escape.start()


def _next(text: str, column: int) -> tuple[Token, int]:
    if text[column] == "[":
        end = _closing_bracket(text, column)
        return Token("attribute", text[column + 1 : end - 1].strip(), column), end
    if text[column] == '"':
        found = _STRING.match(text, column)
        if found is None:
            raise ExpressionError(
                "this string is not closed", column=column, hint='Close it with ".'
            )
        return Token("string", _unescape(found[0][1:-1]), column), found.end()
    found = _TOKEN.match(text, column)
    if found is None or found.lastgroup is None:
        raise ExpressionError(
            f"'{text[column]}' means nothing here",
            column=column,
            hint='Attributes stand in [brackets], text in "double quotes".',
        )
    return Token(found.lastgroup, found[0], column), found.end()


def _closing_bracket(text: str, start: int) -> int:
    """Return the column after the bracket that closes the one at *start*; they may nest."""
    depth, column = 0, start
    while column < len(text):
        if text[column] == '"' and (found := _STRING.match(text, column)):
            column = found.end()
            continue
        depth += {"[": 1, "]": -1}.get(text[column], 0)
        column += 1
        if depth == 0:
            return column
    raise ExpressionError("this bracket is not closed", column=start, hint="Close it with ].")


def _unescape(text: str) -> str:
    r"""Resolve `\\` and `\"`; any other escape keeps both characters."""
    return _ESCAPE.sub(lambda found: found[1] if found[1] in '\\"' else found[0], text)
