"""What the diff of one target found."""

from dataclasses import dataclass

from reconciler.model.plan import Change
from reconciler.model.remarks import Withheld
from reconciler.model.resource import Rewrite


@dataclass(frozen=True, slots=True)
class Difference:
    """The changes, unordered; what is right but not done; what the server rewrites."""

    changes: tuple[Change, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    rewritten: tuple[Rewrite, ...] = ()
