"""Note what is sent next, a few changes at a time, for each note waits for the disk.

What is noted and then not sent is taken back, or ends as left out. Only a run that is killed leaves
it as sent without an answer: then it is read back like a write whose answer was lost.
"""

import threading
from collections.abc import Sequence
from datetime import datetime

from reconciler.ledger.ledger import Ledger
from reconciler.ledger.place import Page


class Ahead:
    """The changes of one wave, by id, in the order in which they begin. Threads share it."""

    def __init__(self, ledger: Ledger, page: Page, changes: Sequence[str], *, most: int) -> None:
        self._ledger = ledger
        self._page = page
        self._changes = changes
        self._places = {change: place for place, change in enumerate(changes)}
        self._most = most
        self._reached = 0
        self._noted = set[str]()
        self._lock = threading.Lock()

    def begin(self, change: str, now: datetime) -> None:
        """Let *change* be sent: it stands in the ledger, with some that come after it.

        Raise `LedgerError` where it cannot be noted.
        """
        if change not in self._noted:
            with self._lock:
                if change not in self._noted:
                    self._note(change, now)
        self._noted.discard(change)

    def _note(self, change: str, now: datetime) -> None:
        start = max(self._places[change] + 1, self._reached)
        batch = [change, *self._changes[start : start + self._most - 1]]
        self._ledger.before_write(self._page, batch, now)
        self._reached = start + len(batch) - 1
        self._noted.update(batch)

    def take_back(self) -> None:
        """Note that nothing was sent of what has not begun: it is called off."""
        with self._lock:
            if self._noted:
                self._ledger.take_back(self._page, sorted(self._noted))
                self._noted.clear()
