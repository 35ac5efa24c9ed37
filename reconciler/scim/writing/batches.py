"""Part what is to be sent into requests that a server takes; pure."""

from collections.abc import Callable, Iterator, Sequence


def in_batches(
    values: Sequence[str], *, most: int, most_bytes: int, weigh: Callable[[str], int]
) -> Iterator[Sequence[str]]:
    """Yield *values* in order, at most *most* at a time, and at most *most_bytes* by *weigh*.

    One that is too heavy by itself goes alone: it is the server's to refuse.
    """
    start = weight = 0
    for place, value in enumerate(values):
        heavier = weight + weigh(value)
        if place > start and (place - start == most or heavier > most_bytes):
            yield values[start:place]
            start, heavier = place, weigh(value)
        weight = heavier
    if start < len(values):
        yield values[start:]
