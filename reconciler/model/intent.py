"""Intent: all that the desired state says of one target."""

from dataclasses import dataclass

from reconciler.model.formerly import UNKNOWN, Formerly
from reconciler.model.policy import Finding
from reconciler.model.resource import Wanted
from reconciler.model.target import Target


@dataclass(frozen=True, slots=True)
class Intent:
    """What *target* should hold, what it should have held before, and what breaks a policy."""

    target: Target
    wanted: tuple[Wanted, ...]
    formerly: Formerly = UNKNOWN
    findings: tuple[Finding, ...] = ()
