"""The plan of an apply before it is done: said whole, or in a loop only where it is news."""

from collections.abc import Hashable

from reconciler.cli.apply.permission import Permission
from reconciler.cli.console import look, say
from reconciler.cli.options.settings import Settings
from reconciler.model.fingerprint import canonical_operation, canonical_text, fingerprint
from reconciler.model.plan import Plan
from reconciler.render.plan.text import SHORT, render_text
from reconciler.render.stamp import readable
from reconciler.render.words import count


def show_plan(plan: Plan, permission: Permission, settings: Settings) -> None:
    """Say the whole plan, or in a loop that it is the last cycle's: nobody reads that twice."""
    mark = fingerprint(plan)
    held = tuple((change.id, change.held_by) for change in plan.changes if change.held_by)
    conflicts = tuple(item for target in plan.targets for item in target.conflicts)
    since = settings.told.since("held", _needing_a_decision(plan), settings.now)
    if since and len(held) == len(plan.changes) and not plan.failures:
        also = f" and {count(len(conflicts), 'conflict')}" if conflicts else ""
        first = f"first said at {readable(since)}"
        say(f"Nothing new. Still held: {count(len(held), 'change')}{also}, {first}.")
        return
    if settings.told.repeats("plan", (mark, held, conflicts, plan.failures)):
        changes = count(len(plan.changes), "change")
        say(
            f"Plan {mark[:SHORT]} is unchanged since the last cycle: {changes}, {len(held):,} held."
        )
        return
    say(render_text(plan, approved=permission.approved, **look()).rstrip("\n"))


def _needing_a_decision(plan: Plan) -> frozenset[Hashable]:
    """Return all that a person has to decide on, each with just what it would do."""
    held = (
        (change.id, change.held_by, canonical_text([canonical_operation(change)]))
        for change in plan.changes
        if change.held_by
    )
    conflicts = ((target.target, item) for target in plan.targets for item in target.conflicts)
    return frozenset((*held, *conflicts))
