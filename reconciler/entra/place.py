"""JSON pointers (RFC 6901): where something stands in an export."""


def at(place: str, *steps: str | int) -> str:
    """Return the pointer to what *steps* lead to from *place*."""
    escaped = (str(step).replace("~", "~0").replace("/", "~1") for step in steps)
    return "".join((place, *(f"/{step}" for step in escaped)))
