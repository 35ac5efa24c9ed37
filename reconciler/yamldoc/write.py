"""Write plain data as YAML that people keep by hand; what is written reads back as it was.

Block style, one key a line, in the order given; quotes only where YAML needs them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, TypeAlias

from reconciler.yamldoc.quote import (
    literal_lines,
    write_flow_scalar,
    write_key,
    write_scalar,
)

WIDTH = 100
"""Columns that a line of several values may take; one long text may take more."""

_STEP = 2
_LONGEST_SIMPLE_KEY = 1000  # YAML 1.2 §7.4.2 allows 1,024 characters before the colon

Plain: TypeAlias = Any
"""dict (keys are text, neither empty nor `<<`), list, str, int, finite float, bool, None, and the
two below."""


@dataclass(frozen=True, slots=True)
class Inline:
    """A mapping or list that stands on one line, `{env: TOKEN}`, where it fits."""

    value: Plain


@dataclass(frozen=True, slots=True)
class Remarked:
    """A value with a comment above its key or item; each line of *comment* is one paragraph."""

    value: Plain
    comment: str


def write_yaml(data: Mapping[str, Plain], *, header: str = "") -> str:
    """Return *data* as a document; *header* is a comment at its top, never wrapped.

    Raise `ValueError` for a key that no file of ours may have.
    """
    lines = [f"# {_visible(line)}" for line in header.splitlines()]
    for key, value in data.items():
        inner, comment = _uncovered(value)
        lines += _comment(comment, 0)
        if isinstance(inner, dict) and inner and len(written := _key(key)) <= _LONGEST_SIMPLE_KEY:
            lines.append(f"{written}:")
            lines += _section(inner)
        else:
            lines += _entry(key, inner, 0)
    return "\n".join(lines) + "\n"


def _section(entries: Mapping[str, Plain]) -> Iterator[str]:
    """Yield the entries of a section, with an empty line between those of several lines."""
    blocks = [list(_commented(key, value, _STEP)) for key, value in entries.items()]
    for index, block in enumerate(blocks):
        if index and max(len(block), len(blocks[index - 1])) > 1:
            yield ""
        yield from block


def _commented(key: str, value: Plain, indent: int) -> Iterator[str]:
    inner, comment = _uncovered(value)
    yield from _comment(comment, indent)
    yield from _entry(key, inner, indent)


def _entry(key: str, value: Plain, indent: int) -> Iterator[str]:
    written, margin = _key(key), " " * indent
    if len(written) > _LONGEST_SIMPLE_KEY:
        yield f"{margin}? {written}"
        yield from _value(f"{margin}:", value, indent)
    else:
        yield from _value(f"{margin}{written}:", value, indent)


def _value(lead: str, value: Plain, indent: int) -> Iterator[str]:
    """Yield *value* behind *lead*, which is a key and its colon, or the dash of an item."""
    if isinstance(value, Inline):
        flow = _flow(value.value)
        if flow is not None and len(lead) + 1 + len(flow) <= WIDTH:
            yield f"{lead} {flow}"
            return
        value = _opened(value.value)
    if isinstance(value, dict) and value:
        yield lead
        for key, item in value.items():
            yield from _commented(key, item, indent + _STEP)
    elif isinstance(value, list) and value:
        yield lead
        for item in value:
            yield from _item(item, indent + _STEP)
    else:
        yield from _leaf(lead, value, indent)


def _item(value: Plain, indent: int) -> Iterator[str]:
    inner, comment = _uncovered(value)
    yield from _comment(comment, indent)
    lead, *rest = _value(f"{' ' * indent}-", inner, indent)
    if not rest or lead.strip() != "-" or rest[0].lstrip().startswith("#"):
        yield lead
        yield from rest
        return
    # `- key: value` instead of a dash alone on its line.
    yield f"{lead} {rest[0].lstrip()}"
    yield from rest[1:]


def _leaf(lead: str, value: Plain, indent: int) -> Iterator[str]:
    lines = literal_lines(value) if isinstance(value, str) else None
    if lines is None:
        yield f"{lead} {_empty_or_scalar(value)}"
        return
    margin = " " * (indent + _STEP)
    yield f"{lead} {lines[0]}"
    yield from (f"{margin}{line}" if line else "" for line in lines[1:])


def _empty_or_scalar(value: Plain) -> str:
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    return write_scalar(value)


def _opened(value: Plain) -> Plain:
    """Return a container that did not fit on one line; what it holds may still fit."""
    if isinstance(value, dict):
        return {key: _inline(item) for key, item in value.items()}
    return [_inline(item) for item in value] if isinstance(value, list) else value


def _inline(value: Plain) -> Plain:
    return Inline(value) if isinstance(value, dict | list) else value


def _flow(value: Plain) -> str | None:
    """Return *value* on one line; None where a comment within it needs lines of its own."""
    match value:
        case Inline():
            return _flow(value.value)
        case Remarked():
            return None
        case dict():
            return _joined("{}", [_flow_pair(key, item) for key, item in value.items()])
        case list():
            return _joined("[]", [_flow(item) for item in value])
        case _:
            return write_flow_scalar(value)


def _flow_pair(key: str, value: Plain) -> str | None:
    found = _flow(value)
    return None if found is None else f"{write_flow_scalar(_checked(key))}: {found}"


def _joined(brackets: str, parts: Sequence[str | None]) -> str | None:
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    return f"{brackets[0]}{', '.join(found)}{brackets[1]}"


def _uncovered(value: Plain) -> tuple[Plain, str]:
    comments = []
    while isinstance(value, Remarked):
        comments.append(value.comment)
        value = value.value
    return value, "\n".join(comments)


def _comment(text: str, indent: int) -> Iterator[str]:
    margin = " " * indent
    for paragraph in text.splitlines():
        room = max(WIDTH - indent - _STEP, WIDTH // 2)
        for line in wrap(_visible(paragraph), room, break_long_words=False, break_on_hyphens=False):
            yield f"{margin}# {line}"


def _visible(text: str) -> str:
    """Escape what cannot be seen: it could end the comment, or hide what follows."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def _key(key: str) -> str:
    return write_key(_checked(key))


def _checked(key: str) -> str:
    if key in ("", "<<"):
        raise ValueError(f"'{key}' cannot be a key")
    return key
