"""Objects of the app itself, known by their names: nothing here ever changes them."""

from collections.abc import Iterable

from reconciler.model.pattern import fits
from reconciler.model.resource import Live


def pattern_of(live: Live, patterns: Iterable[str]) -> str | None:
    """Return the first of *patterns* that the userName or displayName of *live* fits, or None.

    A `*` stands for any characters; case does not count.
    """
    return next((pattern for pattern in patterns if fits(live.display, pattern)), None)
