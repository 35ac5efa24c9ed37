"""Where a change comes from: words that every reading shares."""

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

Origin: TypeAlias = Literal["this_change", "pending", "drift", "unknown"]
"""The head asks for it and the base does not; the base does and it is not applied yet; it was
applied and the target moved; or it is not known what was last applied."""

ORIGINS: Final[tuple[Origin, ...]] = ("this_change", "pending", "drift", "unknown")
"""The strongest first."""


def strongest(found: Iterable[Origin]) -> Origin:
    """Return the strongest of *found*, unknown where there is none."""
    given = frozenset(found)
    return next((origin for origin in ORIGINS if origin in given), "unknown")
