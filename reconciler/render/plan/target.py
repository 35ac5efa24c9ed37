"""One target of a plan as text: what was read, what will change, and what will not."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from reconciler.model.plan import TargetPlan
from reconciler.model.remarks import Unmanaged, Withheld
from reconciler.model.resource import Rewrite
from reconciler.render.page import Page
from reconciler.render.plan.change import add_change
from reconciler.render.plan.forecast import allowance_of, cost_of, lateness_of
from reconciler.render.plan.idle import IDLE_LEAD, idle_before, why_idle
from reconciler.render.quarantine import state_of, way_out
from reconciler.render.safe import escape, shorten
from reconciler.render.stamp import readable
from reconciler.render.values import ARROW, show_place
from reconciler.render.words import GOOD, IDLE, ORIGIN_TITLES, UNMANAGED, WARN, WITHHELD, count

_LISTED = 10
"""How many objects that nothing happens to are listed; the JSON plan holds all of them."""

_Item = TypeVar("_Item")


def add_target(page: Page, target: TargetPlan) -> None:
    """Add everything about *target* to *page*."""
    page.heading(
        f"{escape(target.target)}  {escape(target.url)}  (profile {escape(target.profile)})"
    )
    _add_quarantine(page, target)
    _add_snapshot(page, target)
    _add_changes(page, target)
    _add_forecast(page, target)
    if not target.changes:
        page.blank()
        page.line(f"  No changes; {count(target.unchanged, 'object')} unchanged.")
    _add_idle(page, target)
    _add_some(page, "Not done", target.withheld, _add_withheld)
    _add_some(page, "Rewritten by the server", target.rewritten, _add_rewrite)
    _add_unmanaged(page, target)
    for note in target.notes:
        page.blank()
        page.wrapped(escape(note), indent=4, first=f"  {page.glyph(WARN)} ")


def _add_changes(page: Page, target: TargetPlan) -> None:
    """Add the changes in order; where they come from different causes, each cause by itself."""
    if not target.has_origins:
        for change in target.changes:
            add_change(page, change)
        return
    for origin, title in ORIGIN_TITLES.items():
        changes = [change for change in target.changes if change.origin == origin]
        if changes:
            page.blank()
            page.line(page.paint(f"  {title} ({len(changes):,})", "bold"))
        for change in changes:
            add_change(page, change)


def _add_quarantine(page: Page, target: TargetPlan) -> None:
    found, now = target.quarantine, target.taken
    if found is not None:
        first = f"  {page.glyph(WARN)} "
        page.wrapped(escape(f"{state_of(found, now)}: {found.error}"), indent=4, first=first)
        page.wrapped(escape(way_out(found, now, target.target)), indent=4, style="cyan")


def _add_snapshot(page: Page, target: TargetPlan) -> None:
    users, groups = count(target.live_users, "user"), count(target.live_groups, "group")
    state = "complete" if target.complete else "not proven complete"
    sign = GOOD if target.complete else WARN
    taken = readable(target.taken)
    if target.unread is None:
        page.line(f"  {page.glyph(sign)} {users} and {groups} read {taken}; {state}")
    else:
        why = escape(target.unread)
        text = f"not contacted, because {why}; {users} and {groups} are taken to be live"
        page.wrapped(text, indent=4, first=f"  {page.glyph(WARN)} ")
        return
    for proof in target.evidence:
        page.wrapped(escape(proof), indent=4, style="dim")


def _add_forecast(page: Page, target: TargetPlan) -> None:
    if target.forecast is not None:
        page.blank()
        page.wrapped(cost_of(target.forecast), indent=2, style="dim")
        for allowance in target.forecast.allowances:
            page.wrapped(f"{escape(allowance_of(allowance))}.", indent=2, style="dim")
        if late := lateness_of(target.forecast):
            page.wrapped(late, indent=4, first=f"  {page.glyph(WARN)} ")


def _add_some(
    page: Page, title: str, items: Sequence[_Item], add: Callable[[Page, _Item], None]
) -> None:
    if not items:
        return
    page.blank()
    page.line(page.paint(f"  {title} ({len(items):,})", "bold"))
    for item in items[:_LISTED]:
        add(page, item)
    _add_rest(page, len(items))


def _add_rest(page: Page, total: int) -> None:
    if total > _LISTED:
        page.line(f"    … and {total - _LISTED:,} more, all of them in --format json")


def _add_idle(page: Page, target: TargetPlan) -> None:
    """Show whom this change gives something that nothing comes of; of the others the number."""
    before = idle_before(target)
    if target.idle:
        page.blank()
        title = f"Idle by this change ({len(target.idle):,}): {IDLE_LEAD}"
        page.wrapped(title, indent=2, style="bold")
    elif before:
        page.blank()
    for item in target.idle[:_LISTED]:
        left = f"{item.ref.kind} {shorten(item.ref.key)}: {escape(item.given)}"
        page.line(f"  {page.glyph(IDLE)} {left}", show_place(item.at), plain=f"  ○ {left}")
        page.wrapped(escape(why_idle(item)), indent=6, style="dim")
    _add_rest(page, len(target.idle))
    if before:
        page.wrapped(before, indent=4, first=f"  {page.glyph(IDLE)} ", style="dim")


def _add_withheld(page: Page, item: Withheld) -> None:
    name = escape(item.object_id.partition("/")[2])
    left = f"{name}: {escape(item.what)}"
    page.line(f"  {page.glyph(WITHHELD)} {left}", show_place(item.at), plain=f"  ○ {left}")
    page.wrapped(escape(item.why), indent=6, style="dim")


def _add_rewrite(page: Page, item: Rewrite) -> None:
    page.line(f"  {page.glyph(WARN)} {item.kind} {escape(item.live_id)}: {escape(item.path)}")
    page.wrapped(f"sent {shorten(item.sent)}{ARROW}kept {shorten(item.kept)}", indent=6)


def _add_unmanaged(page: Page, target: TargetPlan) -> None:
    if not target.unmanaged_count:
        return
    page.blank()
    title = f"  Unmanaged ({target.unmanaged_count:,}): live, not ours, left alone"
    page.line(page.paint(title, "bold"))
    for item in target.unmanaged[:_LISTED]:
        _add_stranger(page, item)
    if target.unmanaged:
        _add_rest(page, target.unmanaged_count)


def _add_stranger(page: Page, item: Unmanaged) -> None:
    left = f"{item.kind} {shorten(item.display)}"
    page.line(f"  {page.glyph(UNMANAGED)} {left}", escape(item.why), plain=f"  · {left}")
