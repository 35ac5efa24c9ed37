"""A plan that was read and approved, as far as apply needs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciler.model.plan import Action, TargetPlan


@dataclass(frozen=True, slots=True)
class ApprovedOperation:
    """One approved operation; membership changes that were shown in two parts are one again.

    *attributes* maps each path to before and after as JSON values (`fingerprint.wish_as_json`).
    A *sensitive* one stands in the file without its values, so nothing can be covered by it.
    """

    id: str
    target: str
    action: Action
    live_id: str | None
    attributes: Mapping[str, tuple[Any, Any]]
    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()
    held_by: tuple[str, ...] = ()
    held_members: frozenset[str] = frozenset()
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class ApprovedTarget:
    """What was approved for one target, and where it stood then."""

    target: str
    url: str
    profile: str
    operations: Mapping[str, ApprovedOperation]


@dataclass(frozen=True, slots=True)
class Approved:
    """An approved plan file."""

    fingerprint: str
    created: datetime
    digest: str
    targets: Mapping[str, ApprovedTarget]


@dataclass(frozen=True, slots=True)
class Restriction:
    """A fresh plan cut down to what was approved.

    *stale* were approved and no longer fit; *new* would happen but nobody approved them.
    """

    plan: TargetPlan
    stale: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
