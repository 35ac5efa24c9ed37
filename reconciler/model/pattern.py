"""Names with `*` in them: what `untouchable` and `ignores` are written in."""


def fits(name: str, pattern: str) -> bool:
    """Tell whether *name* is as *pattern* says: a `*` is any characters, case does not count."""
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
