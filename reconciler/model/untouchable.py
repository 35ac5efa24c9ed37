"""Objects of the app itself, known by their names: nothing here ever changes them."""

from collections.abc import Iterable

from reconciler.model.resource import Live


def pattern_of(live: Live, patterns: Iterable[str]) -> str | None:
    """Return the first of *patterns* that the userName or displayName of *live* fits, or None.

    A `*` stands for any characters; case does not count.
    """
    return next((pattern for pattern in patterns if _fits(live.display, pattern)), None)


def _fits(name: str, pattern: str) -> bool:
    text = name.casefold()
    first, *parts = pattern.casefold().split("*")
    if not parts:
        return text == first
    *middle, last = parts
    if not text.startswith(first) or len(text) < len(first) + len(last):
        return False
    place, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return text.endswith(last)
