"""Read `--set name=value` and `--set name:=JSON`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from reconciler.errors import InputError
from reconciler.values import Complex, Value


def read_assignments(written: Iterable[str], known: frozenset[str]) -> Mapping[str, Value]:
    """Return the attributes that are set; *known* are those that the expression names.

    `=` gives text and `:=` any JSON value. A name may hold both signs where it is known, or
    within brackets; the longest known one counts. Raise `InputError` for anything else.
    """
    return dict(_read(text, known) for text in written)


def unread(given: Iterable[str], known: frozenset[str]) -> Iterator[str]:
    """Yield a sentence for every name that is set and that the expression does not read."""
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            yield f"The expression does not read '{name}'.{hint}"


def _read(text: str, known: frozenset[str]) -> tuple[str, Value]:
    for name in sorted(known, key=len, reverse=True):
        rest = text.removeprefix(name)
        if rest != text and rest.startswith(("=", ":=")):
            return name, _value(rest, text)
    end = _end_of_name(text)
    if end is None:
        raise InputError(
            f"--set {text}: there is no '=' or ':='",
            hint="Write --set name=text, or --set name:=JSON for anything else.",
        )
    return text[:end], _value(text[end:], text)


def _end_of_name(text: str) -> int | None:
    """Return where the first `=` or `:=` outside brackets begins."""
    depth = 0
    for at, letter in enumerate(text):
        depth += {"[": 1, "]": -1}.get(letter, 0)
        if depth == 0 and (letter == "=" or text.startswith(":=", at)):
            return at
    return None


def _value(rest: str, text: str) -> Value:
    if rest.startswith("="):
        return rest[1:]
    try:
        found = json.loads(rest[2:])
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"--set {text}: this is no JSON ({error})",
            hint="Text needs double quotes in JSON; write name=text for plain text.",
        ) from None
    return _from_json(found, text)


def _from_json(found: Any, text: str) -> Value:
    match found:
        case None | str() | bool() | int():
            return found
        case float():
            return str(found)
        case list():
            return tuple(_from_json(item, text) for item in found)
        case dict() if all(isinstance(part, str | bool | int) for part in found.values()):
            return Complex(tuple(found.items()))
        case _:
            raise InputError(f"--set {text}: an object may hold only text, numbers and booleans")
