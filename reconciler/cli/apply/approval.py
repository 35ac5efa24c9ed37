"""What a person allowed: the approved plan file, and the guards passed by `--accept`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from reconciler.cli.console import say
from reconciler.cli.options.durations import show_length
from reconciler.cli.plan.keys import proving_keys
from reconciler.errors import InputError, StalePlan
from reconciler.model.approved import Approved, ApprovedOperation, ApprovedTarget
from reconciler.model.guard import POLICY, Guard, is_guard
from reconciler.model.outcome import Dropped
from reconciler.model.plan import Change, Plan, TargetPlan
from reconciler.model.plankey import VARIABLE
from reconciler.model.resource import Wanted
from reconciler.model.shard import Shard
from reconciler.pipeline import accept_guards
from reconciler.render.plan.text import SHORT
from reconciler.render.planfile.load import load_approved
from reconciler.stages.approve import restrict_plan

MAX_AGE: Final = timedelta(days=7)
"""Long enough for a review over a weekend; what is older was approved for another world."""

_SKEW: Final = timedelta(minutes=10)
"""How far the clocks of two machines may be apart."""

_AGAIN = "Plan again, and have the new plan approved; or allow more with --max-age."


@dataclass(frozen=True, slots=True)
class Cut:
    """A fresh plan cut down to an approved one, and what fell off: what was approved, and ids."""

    plan: Plan
    stale: tuple[Dropped, ...] = ()
    new: tuple[str, ...] = ()


def read_approved(path: Path) -> Approved:
    """Read a plan file; raise `InputError` where there is none, or it is damaged or forged."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise InputError(
            f"the plan file '{path}' cannot be read: {reason}",
            hint="Make one: reconciler plan --format json --output plan.json",
        ) from error
    approved = load_approved(text, proving_keys())
    if approved.is_signed and approved.key is None:
        say(
            f"The plan file is signed, but {VARIABLE} is not set: only its fingerprint was checked."
        )
    return approved


def in_part(approved: Approved, shard: Shard) -> Approved:
    """Return what was approved for the targets of one part; others have a job of their own."""
    kept = {key: target for key, target in approved.targets.items() if shard.holds(key)}
    return replace(approved, targets=kept)


def require_fresh(approved: Approved, *, now: datetime, max_age: timedelta) -> None:
    """Raise `StalePlan` for a plan older than *max_age*, `InputError` for one from the future."""
    age = now - approved.created
    if age < -_SKEW:
        raise InputError(
            f"the plan file says that it was made {show_length(-age)} from now",
            hint="Set the clocks of both machines right, and plan again.",
        )
    if age > max_age:
        raise StalePlan(
            f"the plan is {show_length(age)} old, and may be {show_length(max_age)}", hint=_AGAIN
        )


def cut_plan(
    fresh: Plan,
    approved: Approved,
    *,
    only: tuple[str, ...] = (),
    wanted: Mapping[str, Sequence[Wanted]] | None = None,
) -> Cut:
    """Return *fresh* with only what *approved* covers; what a guard held then stays held.

    What was approved for a target that is not planned any more is stale, unless the target could
    not be read, or *only* other targets are wanted. *wanted* is what *fresh* was made from.
    """
    stale = _unplanned(fresh, approved, only)
    new: list[str] = []
    targets = []
    for target in fresh.targets:
        allowed = approved.targets.get(target.target)
        if allowed is None:
            new += [change.id for change in target.changes]
            targets.append(replace(target, waves=()))
            continue
        wishes = {item.ref: item for item in (wanted or {}).get(target.target, ())}
        restriction = restrict_plan(target, allowed, wanted=wishes, seal=approved.key)
        stale += restriction.stale
        new += restriction.new
        targets.append(_still_held(restriction.plan, allowed))
    return Cut(replace(fresh, targets=tuple(targets)), tuple(stale), tuple(new))


def accepted_guards(accepted: tuple[str, ...], mark: str) -> tuple[frozenset[str], list[str]]:
    """Return the guards that `--accept GUARD:FINGERPRINT` passes, and why others are not passed.

    An acceptance is bound to the plan with the fingerprint *mark*: for another plan nobody has
    said yes.
    """
    guards = set()
    refused = []
    for text in accepted:
        guard, given = _parted(text)
        if not is_guard(guard):
            known = ", ".join(item.value for item in Guard)
            raise InputError(
                f"--accept {text}: there is no guard '{guard}'",
                hint=f"The guards are: {known}, and policy:ID.",
            )
        if len(given) >= SHORT and mark.startswith(given):
            guards.add(guard)
        else:
            refused.append(
                f"--accept {guard} was given for the plan {given or '(none)'}, but this is "
                f"{mark[:SHORT]}: {guard} still holds."
            )
    return frozenset(guards), refused


def _parted(text: str) -> tuple[str, str]:
    """Part GUARD:FINGERPRINT at the last colon: a policy has one in its name."""
    guard, colon, given = text.rpartition(":")
    if not colon or guard == POLICY.rstrip(":"):
        return text, ""
    return guard, given


def pass_guards(
    plan: Plan, guards: frozenset[str], approved: Approved | None
) -> tuple[Plan, list[str]]:
    """Return *plan* with what *guards* hold released, and why some of it is not.

    Of an approved plan only those pass that it shows at work at that target: what a guard holds
    since then nobody has read, so nobody can have said yes to it.
    """
    if approved is None:
        return accept_guards(plan, guards), []
    released: list[TargetPlan] = []
    refused: list[str] = []
    for target in plan.targets:
        allowed = approved.targets.get(target.target)
        read = allowed.guards if allowed else frozenset[str]()
        alone = accept_guards(replace(plan, targets=(target,)), guards & read)
        released += alone.targets
        holding = {name for change in target.held for name in change.held_by}
        refused += [
            f"--accept {guard}: what {guard} holds at {target.target} it does not hold in the "
            f"approved plan, so nobody has read what that would let happen. Plan again."
            for guard in sorted((guards - read) & holding)
        ]
    return replace(plan, targets=tuple(released)), refused


def idle_guards(plan: Plan, guards: frozenset[str]) -> list[str]:
    """Say which of the accepted *guards* hold nothing in *plan*: a misspelt one would hide else."""
    holding = {name for change in plan.changes for name in change.held_by}
    return [f"--accept {guard}: {guard} holds nothing here." for guard in sorted(guards - holding)]


def _unplanned(fresh: Plan, approved: Approved, only: tuple[str, ...]) -> list[Dropped]:
    known = {target.target for target in fresh.targets} | {name for name, _ in fresh.failures}
    return [
        Dropped(operation, f"the target {key} is not planned any more")
        for key, target in sorted(approved.targets.items())
        if key not in known and (not only or key in only)
        for operation in sorted(target.operations)
    ]


def _still_held(plan: TargetPlan, allowed: ApprovedTarget) -> TargetPlan:
    waves = tuple(
        tuple(_held_as_before(item, allowed.operations[item.operation]) for item in wave)
        for wave in plan.waves
    )
    return replace(plan, waves=waves)


def _held_as_before(change: Change, operation: ApprovedOperation) -> Change:
    members = {member.name for member in (*change.add, *change.remove)}
    concerned = not operation.held_members or members & operation.held_members
    if not (operation.held_by and concerned):
        return change
    return replace(change, held_by=tuple(sorted({*change.held_by, *operation.held_by})))
