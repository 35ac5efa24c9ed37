"""A plan as text for people: first what is held back, then each target, then the sum."""

from collections.abc import Iterable

from reconciler.model.approved import Approved
from reconciler.model.fingerprint import fingerprint
from reconciler.model.guard import POLICY
from reconciler.model.own_fingerprint import own_fingerprint
from reconciler.model.plan import Plan, TargetPlan, Violation
from reconciler.model.remarks import Conflict
from reconciler.render.page import Page
from reconciler.render.plan.compared import comparison_of, incomparable, settings_of, settings_title
from reconciler.render.plan.idle import idle_noted
from reconciler.render.plan.people import add_access
from reconciler.render.plan.summary import count_plan, summary_line
from reconciler.render.plan.target import add_target
from reconciler.render.safe import escape
from reconciler.render.values import show_place
from reconciler.render.words import BAD, CONFLICT, HELD, WARN, count

SHORT = 16
"""Hex digits of a fingerprint that are shown; 64 bits are beyond chance for a plan at hand."""
_REPORTED = 10
"""So many of what is broken and holds nothing are shown."""

_NEW = "The approved plan does not show this, so it cannot be accepted there. Plan again."


def render_text(
    plan: Plan, *, width: int = 80, color: bool = False, approved: Approved | None = None
) -> str:
    """Return *plan* for people; the same plan gives the same bytes.

    A plan cut down to an *approved* one goes by that one's fingerprint, and only the guards that
    it shows at work can be accepted.
    """
    page = Page(width, color)
    mark = (approved.fingerprint if approved else fingerprint(plan))[:SHORT]
    _add_comparison(page, plan)
    _add_failures(page, plan)
    _add_attention(page, plan, mark, approved)
    for target in plan.targets:
        add_target(page, target)
    add_access(page, plan)
    _add_sum(page, plan, mark)
    return page.text()


def next_step(plan: Plan, options: Iterable[str] = ()) -> str:
    """Return what to do with *plan*, or nothing where there is nothing to do.

    With these *options* a command means the same files, targets and users.
    """
    if len(plan.changes) > sum(len(target.held) for target in plan.targets):
        command = " ".join(("reconciler apply", *options))
        if plan.base is not None:
            return f"Next: once this is merged, `{command}` plans again and does it.\n"
        return f"Next: `{command}` shows this plan again, asks, and does it.\n"
    if plan.is_held:
        return "Next: decide what is listed at the top; nothing else is to be done.\n"
    return ""


def _add_comparison(page: Page, plan: Plan) -> None:
    if found := comparison_of(plan):
        ref, rest = found
        page.wrapped(f"Compared with {escape(ref)} {rest}", indent=0)
    if bad := incomparable(plan):
        ref, rest = bad
        page.wrapped(f"{escape(ref)} {rest}", indent=2, first=f"{page.glyph(WARN)} ")
    _add_settings(page, plan)


def _add_settings(page: Page, plan: Plan) -> None:
    """Show what the change alters of all that its base decides: nobody may overlook it."""
    shown, more = settings_of(plan)
    if shown:
        page.heading(settings_title(plan))
    for item in shown:
        first = f"  {page.glyph(WARN)} "
        page.line(f"{first}{item.name}", item.place, plain=f"  {WARN.glyph} {item.name}")
        page.lines.append(f"    {item.values}")
        page.wrapped(item.effect, indent=4, style="cyan")
    if more:
        page.line(f"    {more}")


def _add_failures(page: Page, plan: Plan) -> None:
    for target, reason in plan.failures:
        first = f"{page.glyph(BAD)} {escape(target)}: "
        page.wrapped(f"not planned: {escape(reason)}", indent=2, first=first)


def _add_attention(page: Page, plan: Plan, mark: str, approved: Approved | None) -> None:
    """Show every violation and conflict before anything else: they need a decision."""
    for target in plan.targets:
        read = approved.targets.get(target.target) if approved else None
        violations = [item for item in target.violations if item.holds]
        if violations or target.conflicts:
            page.heading(f"Needs a decision at {escape(target.target)}")
        held = target.held_by()
        for violation in violations:
            is_new = approved is not None and not (read and violation.guard in read.guards)
            way = _NEW if is_new else _accept(violation, mark)
            _add_violation(page, violation, held[violation.guard], way)
        for conflict in target.conflicts:
            _add_conflict(page, conflict)
        _add_reports(page, target)


def _add_violation(page: Page, violation: Violation, held: int, way: str) -> None:
    guard = escape(violation.guard)
    title = f"{guard} holds {count(held, 'change')}" if held else guard
    lead = f"  {page.glyph(HELD)} {page.paint(title, 'bold')}"
    state = "" if held else " is accepted"
    place = show_place(violation.at) or escape(violation.setting)
    page.line(f"{lead}{state}", place, plain=f"  ‖ {title}{state}")
    page.wrapped(f"{escape(violation.message)}.", indent=4)
    if violation.at and not violation.guard.startswith(POLICY):
        page.wrapped(f"Setting: {escape(violation.setting)}", indent=4, style="dim")
    if held:
        page.wrapped(way, indent=4, style="cyan")


def _accept(violation: Violation, mark: str) -> str:
    return f"To let it pass: --accept {escape(violation.guard)}:{mark}"


def _add_reports(page: Page, target: TargetPlan) -> None:
    """Show what is broken and holds nothing: no decision is waited for."""
    reports = [item for item in target.violations if not item.holds]
    if reports:
        page.heading(f"Broken at {escape(target.target)}, holds nothing ({len(reports):,})")
    for item in reports[:_REPORTED]:
        sign = BAD if item.severity == "error" else WARN
        title = escape(item.guard)
        place = show_place(item.at) or escape(item.setting)
        lead = f"  {page.glyph(sign)} {page.paint(title, 'bold')}"
        page.line(lead, place, plain=f"  {sign.glyph} {title}")
        page.wrapped(f"{escape(item.message)}.", indent=4)
    if len(reports) > _REPORTED:
        page.line(f"    … and {len(reports) - _REPORTED:,} more, all of them in --format json")


def _add_conflict(page: Page, conflict: Conflict) -> None:
    title = f"{conflict.kind} {escape(conflict.key)}"
    lead = f"  {page.glyph(CONFLICT)} conflict: {page.paint(title, 'bold')}"
    page.line(lead, show_place(conflict.at), plain=f"  ? conflict: {title}")
    page.wrapped(f"{escape(conflict.message)}.", indent=4)
    page.wrapped(escape(conflict.hint), indent=4, style="cyan")


def _add_sum(page: Page, plan: Plan, mark: str) -> None:
    page.blank()
    if plan.base is not None and plan.base.errors:
        page.wrapped("Nothing was planned.", indent=0, style="bold")
        return
    if not plan.changes and not plan.is_held and not plan.failures:
        unchanged = count(count_plan(plan)["unchanged"], "object")
        noted = idle_noted(plan).replace("below", "above")
        text = f"No changes. {unchanged} as the YAML says.{noted}"
        page.wrapped(text, indent=0, style="bold green")
        return
    page.wrapped(summary_line(plan), indent=0, style="bold")
    if plan.changes:
        own = own_fingerprint(plan)
        alone = f"; of this change alone: {own[:SHORT]}" if own else ""
        page.lines.append(page.paint(f"Fingerprint: {mark}{alone}", "dim"))
