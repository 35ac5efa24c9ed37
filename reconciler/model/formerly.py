"""What a target should have held before: by the base, and by what was last applied."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.model.resource import Wanted
from reconciler.model.target import Standing
from reconciler.model.values import Kind


@dataclass(frozen=True, slots=True)
class Formerly:
    """What *base* and *applied* say of one target; None where it is not known.

    An empty *base* is known: everything is new then.
    """

    base: tuple[Wanted, ...] | None = None
    applied: tuple[Wanted, ...] | None = None

    def given(self, kind: Kind) -> Iterator[tuple[Wanted, bool]]:
        """Yield whoever is named there, and whether the target has taken an account of theirs."""
        for found, is_applied in ((self.applied, True), (self.base, False)):
            for item in found or ():
                if item.kind is kind:
                    yield item, is_applied and item.standing is not Standing.OUT


UNKNOWN = Formerly()
"""Neither base nor last applied is known."""
