"""Keep budgets of an hour or a day over the end of a run: the ledger knows what was sent."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from reconciler.cli.environment import now, stopwatch
from reconciler.errors import LedgerError
from reconciler.ledger.ledger import Ledger
from reconciler.model.forecast import Allowance
from reconciler.model.rate import RateLimit, Spent, moments
from reconciler.scim.http.exchange import Exchanged, tell_nobody
from reconciler.scim.http.rate import Throttle

_LONGEST: Final = timedelta(days=1)
_OFTEN: Final = 1.0
"""Seconds after which what was sent is written down; so much a killed run may forget."""

_Key = tuple[str, datetime, str, str]


class Budgets:
    """What hosts that have a budget were sent, in this run and before. Threads share it.

    *is_kept* is false where there is no ledger yet, so that nobody knows of earlier runs.
    """

    def __init__(self) -> None:
        self._ledger: Ledger | None = None
        self._lock = threading.Lock()
        self._unwritten = Counter[_Key]()
        self._written = stopwatch()
        self.is_kept = False

    def use(self, ledger: Ledger, *, is_kept: bool) -> Ledger:
        """Go by *ledger* from now on, and return it."""
        self._ledger, self.is_kept = ledger, is_kept
        return ledger

    def recall(self, host: str, rate: Sequence[RateLimit], throttle: Throttle) -> None:
        """Tell *throttle* what earlier runs have sent to *host*."""
        begin = stopwatch()
        for limit, ages in self.ages(host, rate).items():
            throttle.recall(limit, (begin - age for age in ages))

    def ages(self, host: str, rate: Sequence[RateLimit]) -> Mapping[RateLimit, list[float]]:
        """Return for each budget of *rate* how many seconds ago requests were sent that count."""
        budgets = [limit for limit in rate if limit.is_budget]
        if not budgets or self._ledger is None:
            return {}
        self.write()
        moment = now()
        found = self._ledger.spent(host, moment - _LONGEST)
        return {limit: moments(limit, found, moment) for limit in budgets}

    def allowances(self, host: str, rate: Sequence[RateLimit]) -> tuple[Allowance, ...]:
        """Return what is left of each budget of *rate*."""
        return tuple(
            Allowance(limit, max(0, limit.requests - len(ages)) if self.is_kept else None)
            for limit, ages in self.ages(host, rate).items()
        )

    def heard(
        self, host: str, url: str, rate: Sequence[RateLimit]
    ) -> Callable[[Exchanged], object]:
        """Return what counts every request to the target at *url*, if its host has a budget."""
        base, name = urlsplit(url).path.rstrip("/") + "/", urlsplit(url).hostname

        def hear(found: Exchanged) -> None:
            place = urlsplit(found.url)
            if place.hostname == name and place.path.startswith(base):
                endpoint = place.path.removeprefix(base).partition("/")[0]
                minute = now().replace(second=0, microsecond=0)
                with self._lock:
                    self._unwritten[host, minute, found.method, endpoint] += 1
                    is_due = stopwatch() - self._written > _OFTEN
                if is_due:
                    self.write()

        return hear if any(limit.is_budget for limit in rate) else tell_nobody

    def write(self) -> None:
        """Write down what was sent; where the ledger cannot take it, later."""
        with self._lock:
            unwritten, self._unwritten = self._unwritten, Counter()
            self._written = stopwatch()
        if self._ledger is None:
            return
        for host in sorted({key[0] for key in unwritten}):
            found = {key: number for key, number in unwritten.items() if key[0] == host}
            spent = [Spent(*key[1:], number) for key, number in found.items()]
            try:
                self._ledger.note_spent(host, spent, now())
            except LedgerError:  # An apply that cannot write says so itself, and stops.
                with self._lock:
                    self._unwritten.update(found)
