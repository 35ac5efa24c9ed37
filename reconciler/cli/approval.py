"""What a person allowed: the approved plan file, and the guards passed by `--accept`."""

from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.errors import InputError
from reconciler.model.approved import Approved, ApprovedOperation, ApprovedTarget
from reconciler.model.plan import POLICY, Change, Guard, Plan, TargetPlan, is_guard
from reconciler.model.shard import Shard
from reconciler.render.planfile import load_approved
from reconciler.render.text import SHORT
from reconciler.stages.approve import restrict_plan


@dataclass(frozen=True, slots=True)
class Cut:
    """A fresh plan cut down to an approved one, and what fell off: sentences for people."""

    plan: Plan
    stale: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


def read_approved(path: Path) -> Approved:
    """Read a plan file; raise `InputError` where there is none or it is damaged."""
    try:
        return load_approved(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise InputError(
            f"the plan file '{path}' cannot be read: {reason}",
            hint="Make one: reconciler plan --format json --output plan.json",
        ) from error


def in_part(approved: Approved, shard: Shard) -> Approved:
    """Return what was approved for the targets of one part; others have a job of their own."""
    kept = {key: target for key, target in approved.targets.items() if shard.holds(key)}
    return replace(approved, targets=kept)


def cut_plan(fresh: Plan, approved: Approved, *, only: tuple[str, ...] = ()) -> Cut:
    """Return *fresh* with only what *approved* covers; what a guard held then stays held.

    What was approved for a target that is not planned any more is stale, unless the target could
    not be read, or *only* other targets are wanted.
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
        restriction = restrict_plan(target, allowed)
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


def _unplanned(fresh: Plan, approved: Approved, only: tuple[str, ...]) -> list[str]:
    known = {target.target for target in fresh.targets} | {name for name, _ in fresh.failures}
    return [
        operation
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
