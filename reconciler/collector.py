"""The cyclic garbage collector, which looks again and again at what a plan is made of."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Switch the cyclic collector off: among many live values it costs more than the work.

    Whatever nobody refers to goes all the same, but for circles, and a plan has hardly any. For
    work that comes to an end, never around a loop that goes on.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
