"""A plan that was read and approved, as far as apply needs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciler.model.outcome import Dropped
from reconciler.model.plan import Action, TargetPlan
from reconciler.model.plankey import PlanKey
from reconciler.model.values import Ref


@dataclass(frozen=True, slots=True)
class ApprovedOperation:
    """One approved operation; membership changes that were shown in two parts are one again.

    *attributes* maps each path to before and after as JSON values (`fingerprint.wish_as_json`). A
    sensitive one stands in the file as a code under a key, or without one as nothing but a mark,
    by which nothing can be covered. *ref* is the object meant.
    """

    id: str
    target: str
    ref: Ref
    action: Action
    live_id: str | None
    attributes: Mapping[str, tuple[Any, Any]]
    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()
    held_by: tuple[str, ...] = ()
    held_members: frozenset[str] = frozenset()

    @property
    def is_sensitive(self) -> bool:
        """Tell whether a value of it is not to be seen, here as little as anywhere."""
        return any(is_masked(side) for sides in self.attributes.values() for side in sides)


@dataclass(frozen=True, slots=True)
class ApprovedTarget:
    """What was approved for one target, and where it stood then.

    *is_rest*: it is what an interrupted run left, as the ledger has it, without sensitive values.
    """

    target: str
    url: str
    profile: str
    operations: Mapping[str, ApprovedOperation]
    is_rest: bool = False

    @property
    def guards(self) -> frozenset[str]:
        """The guards that held something here, so that whoever read the plan may let it pass."""
        return frozenset(guard for item in self.operations.values() for guard in item.held_by)


@dataclass(frozen=True, slots=True)
class Approved:
    """An approved plan file. *moment* is what `Now()` gave, where the file says it.

    *key* is the one that signed it, None where nobody could check that.
    """

    fingerprint: str
    created: datetime
    digest: str
    targets: Mapping[str, ApprovedTarget]
    moment: datetime | None = None
    is_signed: bool = False
    key: PlanKey | None = None


@dataclass(frozen=True, slots=True)
class Restriction:
    """A fresh plan cut down to what was approved.

    *stale* were approved and no longer fit; *new* would happen but nobody approved them.
    """

    plan: TargetPlan
    stale: tuple[Dropped, ...] = ()
    new: tuple[str, ...] = ()


def is_masked(side: Any) -> bool:
    """Tell whether the value before or after is only marked as sensitive."""
    return isinstance(side, Mapping) and side.get("sensitive") is True
