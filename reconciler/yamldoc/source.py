"""The text of a file before it is parsed, and the words for a file that cannot be parsed."""

import re

from reconciler.model.problem import Excerpt, Position, Problem
from reconciler.yamldoc.document import Limits

# Not printable in YAML 1.2 §5.1; and U+0085, U+2028 and U+2029, on which parsers disagree.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_FIRST_WORD = re.compile(r"^[ \t]*[^\s#]", re.MULTILINE)


_SECRET_WORDS = re.compile("bearer|token|secret|passw", re.IGNORECASE)
_EXCERPT_WIDTH = 160


def decode(source: bytes, file: str, limits: Limits) -> tuple[str | None, Problem | None]:
    """Return the text of a file, or the problem that keeps it from being read."""
    if len(source) > limits.size:
        return None, oversized(file, limits)
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        message = f"The file is not UTF-8: byte 0x{source[error.start]:02x} at offset {error.start}"
        return None, Problem(
            "yaml-encoding", message, Position(file, line), hint="Save the file as UTF-8."
        )
    return _printable(text, file)


def oversized(file: str, limits: Limits) -> Problem:
    """Return the problem of a file that is too large to be read."""
    return Problem(
        "yaml-size",
        f"The file is larger than {limits.size // 2**20} MiB",
        Position(file, 1),
        hint="Split it: every section may be spread over any number of files.",
    )


def syntax_problem(error: Exception, text: str, file: str) -> Problem:
    """Translate a parser's error; a line that may hold a secret is not quoted."""
    parts = (getattr(error, "context", None), getattr(error, "problem", None))
    message = ", ".join(part for part in parts if part) or "it cannot be read"
    context = getattr(error, "context_mark", None)
    mark = getattr(error, "problem_mark", None) or context
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines() or [""]
    if line >= len(lines):  # at the end of the file, behind its last line
        line, column = len(lines) - 1, len(lines[-1])
    began = f"It began on line {context.line + 1}. " if context and context.line < line else ""
    return Problem(
        "yaml-syntax",
        f"This is not YAML: {message}",
        Position(file, line + 1, column + 1),
        hint=f"{began}Look at the indentation, quotes and brackets here and just above.",
        excerpt=_excerpt(lines[line], column),
    )


def _excerpt(line: str, column: int) -> Excerpt | None:
    if _SECRET_WORDS.search(line):
        return None
    start = max(0, column - _EXCERPT_WIDTH // 2)
    return Excerpt(line[start : start + _EXCERPT_WIDTH], column - start)


def _printable(text: str, file: str) -> tuple[str | None, Problem | None]:
    """Refuse raw control characters: they hide what a reviewer should see."""
    if found := _FORBIDDEN.search(text):
        line, column = _line_and_column(text, found.start())
        return None, Problem(
            "yaml-character",
            f"Character U+{ord(found[0]):04X} may not stand in YAML",
            Position(file, line, column),
            hint=f'Remove it, or write "\\u{ord(found[0]):04x}" (an escape in double quotes).',
        )
    if (found := _FIRST_WORD.search(text)) and found[0] == "%":
        return None, Problem(
            "yaml-directive",
            "Directives (%YAML, %TAG) are not used here",
            Position(file, _line_and_column(text, found.end())[0]),
            hint="Remove the line: every file is YAML 1.2.",
        )
    return text, None


def _line_and_column(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)
