"""Who is given something that nothing comes of, in words: one wording for every page."""

from typing import Final

from reconciler.model.idle import Idle
from reconciler.model.plan import Plan, TargetPlan
from reconciler.render.values import show_place
from reconciler.render.words import count

IDLE_LEAD: Final = "given by the YAML, but nothing comes of it today"


def idle_by_change(plan: Plan) -> int:
    """Return how many are idle by the change under review; 0 where nothing is compared."""
    return sum(len(target.idle) for target in plan.targets)


def idle_noted(plan: Plan) -> str:
    """Return what a plan without changes says of them, or nothing."""
    number = idle_by_change(plan)
    return f" {count(number, 'is', 'are')} idle by this change, listed below." if number else ""


def idle_before(target: TargetPlan) -> str:
    """Return the sentence about those who are only counted, or nothing."""
    rest = target.idle_count - len(target.idle)
    if not rest:
        return ""
    lead = "more were idle before" if target.idle else f"idle: {IDLE_LEAD}"
    one = "more was idle before" if target.idle else lead
    return f"{count(rest, one, lead)}; `reconciler explain KEY` says why."


def why_idle(item: Idle) -> str:
    """Return what keeps somebody back, with its line; not escaped."""
    place = show_place(item.by)
    return f"{item.why} ({place})" if place else item.why
