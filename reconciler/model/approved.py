"""A plan that was read and approved, as far as apply needs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciler.model.plan import TargetPlan


@dataclass(frozen=True, slots=True)
class ApprovedOperation:
    """One approved operation.

    *attributes* maps each path to before and after as JSON text (`fingerprint.as_json`); *masked* ones
    stand in the file without their values and can never be covered.
    """

    id: str
    action: str
    live_id: str | None
    attributes: Mapping[str, tuple[str, str]]
    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Approved:
    """An approved plan: its operations by id, and where each target stood."""

    fingerprint: str
    created: datetime
    targets: Mapping[str, tuple[str, str]]
    """URL and profile by target."""
    operations: Mapping[str, ApprovedOperation]


@dataclass(frozen=True, slots=True)
class Restriction:
    """A fresh plan cut down to what was approved.

    *stale* were approved and no longer fit; *new* would happen but nobody approved them.
    """

    plan: TargetPlan
    stale: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
