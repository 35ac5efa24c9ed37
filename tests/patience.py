"""The patience of clients in tests: waits take no time, and the day stands still."""

import time
from datetime import UTC, datetime

from reconciler.scim.http.rate import Throttle
from reconciler.scim.http.retry import Pacing, Patience

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def patience(attempts=0, *, sleep=lambda _: None, random=lambda: 0.0, clock=lambda: NOW):
    """Return a patience that tries *attempts* times more; only a single answer is timed really."""
    return Patience(attempts, sleep, random, clock, time.monotonic)


def paced(patience):
    """Return the pacing of a client that is alone at its host."""
    return Pacing(patience, Throttle(patience.sleep, lambda: 0.0))
