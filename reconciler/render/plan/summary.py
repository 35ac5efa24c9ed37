"""The numbers of a plan: what is to be done, counted once and shown everywhere."""

from collections import Counter
from collections.abc import Iterable

from reconciler.model.plan import Action, Plan, TargetPlan
from reconciler.render.plan.idle import idle_by_change
from reconciler.render.words import count

_VERBS = {
    Action.CREATE: "create",
    Action.ADOPT: "adopt",
    Action.UPDATE: "update",
    Action.ENABLE: "enable",
    Action.DISABLE: "disable",
    Action.DELETE: "delete",
}
_STATES = ("unchanged", "unmanaged", "held", "conflicts", "idle")


def count_target(target: TargetPlan) -> dict[str, int]:
    """Return the counts of design §8.

    An action's count leaves out what is held; `add_members` and `remove_members` count members,
    everything else counts changes or objects.
    """
    free = [change for change in target.changes if not change.held_by]
    actions = Counter(change.action for change in free)
    return {
        **{word: actions[action] for action, word in _VERBS.items()},
        "add_members": sum(len(change.add) for change in free),
        "remove_members": sum(len(change.remove) for change in free),
        "unchanged": target.unchanged,
        "unmanaged": target.unmanaged_count,
        "held": len(target.held),
        "conflicts": len(target.conflicts),
        "idle": target.idle_count,
    }


def count_plan(plan: Plan) -> dict[str, int]:
    """Return the counts of all targets together."""
    total = sum((Counter(count_target(target)) for target in plan.targets), Counter())
    words = (*_VERBS.values(), "add_members", "remove_members", *_STATES)
    return {word: total[word] for word in words} | {"problems": plan.problem_count}


def summary_line(plan: Plan) -> str:
    """Return "Plan: 1 to create, 2 held." in one line."""
    if plan.base is not None and plan.base.errors:
        return "Plan: none; the base has errors."
    counts = count_plan(plan)
    parts = [f"{counts[word]:,} to {word}" for word in _VERBS.values() if counts[word]]
    parts += _members(counts)
    if counts["held"]:
        parts.append(f"{counts['held']:,} held")
    if counts["conflicts"]:
        parts.append(count(counts["conflicts"], "conflict"))
    if not parts and (plan.targets or not plan.failures):
        parts.append("nothing to do")
    if plan.failures:
        parts.append(f"{count(len(plan.failures), 'target')} not planned")
    if idle := idle_by_change(plan):
        parts.append(f"{idle:,} idle by this change")
    return f"Plan: {', '.join(parts)}."


def _members(counts: dict[str, int]) -> Iterable[str]:
    if counts["add_members"]:
        yield f"{count(counts['add_members'], 'member')} to add"
    if counts["remove_members"]:
        yield f"{count(counts['remove_members'], 'member')} to remove"
