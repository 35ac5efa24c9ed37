"""How long a notice may take: a server that answers a letter at a time keeps nobody."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import Final, TypeVar

from reconciler.errors import UnsentError

T = TypeVar("T")

ONE_ANSWER: Final = 10.0
"""Seconds for each answer."""
ALL: Final = 30.0
"""Seconds for everything together, which a server that trickles could draw out for ever."""


def within(call: Callable[[], T], *, what: str, seconds: float = ALL) -> T:
    """Return what *call* returns, but wait no longer than *seconds*; raise its `UnsentError`.

    What takes longer goes on alone and ends with the process.
    """
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(call())
        except UnsentError as error:
            done.set_exception(error)
        finally:
            done.cancel()  # After a bug, whose traceback is shown, nobody waits; else it is done.

    Thread(target=run, daemon=True).start()
    try:
        return done.result(timeout=seconds)
    except TimeoutError:
        said = f"{what} did not come to an end in {seconds:g} seconds"
        raise UnsentError(said, is_dead=True) from None
