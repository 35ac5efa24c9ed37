"""Drift as text for people: what differs, the most dangerous first, and what is left out."""

from collections.abc import Sequence

from reconciler.model.drift import DriftItem, SeenItem
from reconciler.model.drift_report import Drift, IgnoredItem, TargetDrift
from reconciler.model.ignore import Ignore
from reconciler.model.plan import Change
from reconciler.model.remarks import Conflict, Withheld
from reconciler.render.drift.ways import ways_of
from reconciler.render.drift.words import (
    CLASSES,
    asides_of,
    doubts_of,
    facts_of,
    headline,
    name_of,
    past_of,
    span,
    told_ignore,
    what_of,
)
from reconciler.render.page import Page
from reconciler.render.quarantine import state_of, way_out
from reconciler.render.safe import escape, shorten
from reconciler.render.stamp import readable
from reconciler.render.values import show_place
from reconciler.render.words import ACTIONS, BAD, CONFLICT, GOOD, WARN, WITHHELD, count

_LISTED = 200
_REASON = 300
_FEW = 10
"""How many things that are no drift are listed; the JSON report holds all of them."""


def render_drift(drift: Drift, *, width: int = 80, color: bool = False) -> str:
    """Return *drift* for people; the same drift gives the same bytes."""
    page = Page(width, color)
    for name, reason in drift.failures:
        first = f"{page.glyph(BAD)} {escape(name)}: "
        page.wrapped(f"not read: {escape(reason)}", indent=2, first=first)
    for target in drift.targets:
        _add_target(page, target, drift)
    _add_ignores(page, drift)
    page.blank()
    for note in drift.notes:
        page.wrapped(escape(note), indent=2, first=f"{page.glyph(WARN)} ")
    page.wrapped(headline(drift), indent=0, style="bold")
    _add_ways(page, drift)
    return page.text()


def _add_ways(page: Page, drift: Drift) -> None:
    ways = ways_of(drift)
    if ways:
        page.heading("What to do")
    for way in ways:
        first = f"  {page.paint(f'{way.lead}:', 'bold')} "
        page.wrapped(way.text, indent=4, first=first)
        # Never wrapped: this is for whoever copies it.
        copied = (*way.commands, *way.snippet)
        page.lines += (f"      {page.paint(line, 'cyan')}" for line in copied)


def _add_target(page: Page, target: TargetDrift, drift: Drift) -> None:
    name, url, profile = escape(target.target), escape(target.url), escape(target.profile)
    page.heading(f"{name}  {url}  (profile {profile})")
    _add_snapshot(page, target)
    for doubt in doubts_of(target):
        page.wrapped(escape(doubt), indent=4, first=f"  {page.glyph(WARN)} ")
    page.blank()
    if not target.has_drift:
        page.line(f"  {page.glyph(GOOD)} No drift.")
    for item in target.items[:_LISTED]:
        _add_item(page, item, drift)
    _add_rest(page, len(target.items), _LISTED)
    _add_conflicts(page, target.conflicts)
    _add_pending(page, target.pending)
    _add_spared(page, target.spared)
    _add_ignored(page, target.ignored)
    _add_unsure(page, target.unsure)
    _add_gone(page, target.gone)
    asides = list(asides_of(target))
    if asides:
        page.blank()
    for aside in asides:
        page.wrapped(aside, indent=4, first=f"  {page.glyph(WITHHELD)} ", style="dim")


def _add_snapshot(page: Page, target: TargetDrift) -> None:
    if target.quarantine is not None:
        found, now = target.quarantine, target.taken
        first = f"  {page.glyph(WARN)} "
        page.wrapped(escape(f"{state_of(found, now)}: {found.error}"), indent=4, first=first)
        page.wrapped(escape(way_out(found, now, target.target)), indent=4, style="cyan")
    users, groups = count(target.live_users, "user"), count(target.live_groups, "group")
    state = "complete" if target.complete else "not proven complete"
    sign = page.glyph(GOOD if target.complete else WARN)
    page.line(f"  {sign} {users} and {groups} read {readable(target.taken)}; {state}")
    for proof in target.evidence:
        page.wrapped(escape(proof), indent=4, style="dim")
    if target.applied is not None:
        page.wrapped(f"compared with {escape(target.applied)}", indent=4, style="dim")


def _add_item(page: Page, item: DriftItem, drift: Drift) -> None:
    sign = CLASSES[item.drift_class]
    left = f"{sign.word}: {what_of(item, shorten)}"
    page.entry(left, show_place(item.at), indent=4, first=f"  {page.glyph(sign)} ")
    facts = "; ".join(facts_of(item, drift.created, escape))
    if facts:
        page.wrapped(facts, indent=6, style="dim")


def _add_rest(page: Page, total: int, listed: int) -> None:
    if total > listed:
        page.line(f"    … and {total - listed:,} more, all of them in --format json")


def _add_conflicts(page: Page, conflicts: Sequence[Conflict]) -> None:
    if not conflicts:
        return
    page.blank()
    page.line(page.paint(f"  It is unclear who is who ({len(conflicts):,})", "bold"))
    for item in conflicts[:_LISTED]:
        left = f"{item.kind} {escape(item.key)}"
        lead = f"  {page.glyph(CONFLICT)} {left}"
        page.line(lead, show_place(item.at), plain=f"  ? {left}")
        page.wrapped(f"{escape(item.message)}. {escape(item.hint)}", indent=6, style="dim")
    _add_rest(page, len(conflicts), _LISTED)


def _add_pending(page: Page, changes: Sequence[Change]) -> None:
    if not changes:
        return
    page.blank()
    page.line(page.paint(f"  Pending ({len(changes):,}): waits for an apply, is no drift", "bold"))
    for change in changes[:_FEW]:
        sign = ACTIONS[change.action]
        left = f"{sign.word} {change.kind} {shorten(change.key)}"
        page.line(
            f"  {page.glyph(sign)} {left}",
            show_place(change.at),
            plain=f"  {sign.glyph} {left}",
        )
    _add_rest(page, len(changes), _FEW)


def _add_spared(page: Page, spared: Sequence[Withheld]) -> None:
    if not spared:
        return
    page.blank()
    page.line(page.paint(f"  Asked for, but spared by an ignore ({len(spared):,})", "bold"))
    for item in spared[:_FEW]:
        left = f"{shorten(name_of(item))}: {shorten(item.what)}"
        first = f"  {page.glyph(WITHHELD)} "
        page.entry(left, show_place(item.at), indent=4, first=first)
        page.wrapped(escape(item.why), indent=6, style="dim")
    _add_rest(page, len(spared), _FEW)


def _add_ignored(page: Page, ignored: Sequence[IgnoredItem]) -> None:
    if not ignored:
        return
    page.blank()
    page.line(page.paint(f"  Ignored ({len(ignored):,})", "bold"))
    for found in ignored[:_FEW]:
        left = f"{CLASSES[found.item.drift_class].word}: {what_of(found.item, shorten)}"
        first = f"  {page.glyph(WITHHELD)} "
        page.entry(left, show_place(found.ignore.at), indent=4, first=first)
        reason = f"{told_ignore(found.ignore)}: {escape(found.ignore.reason)}"
        page.wrapped(reason, indent=6, style="dim")
    _add_rest(page, len(ignored), _FEW)


def _add_unsure(page: Page, unsure: Sequence[SeenItem]) -> None:
    if unsure:
        page.blank()
        title = f"  Seen before, and not known to be gone ({len(unsure):,})"
        page.line(page.paint(title, "bold"))
    for seen in unsure[:_LISTED]:
        last = readable(seen.sighting.last_seen)
        text = f"{past_of(seen, shorten)}; last seen {last}"
        page.wrapped(text, indent=4, first=f"  {page.glyph(WARN)} ")
    _add_rest(page, len(unsure), _LISTED)


def _add_gone(page: Page, gone: Sequence[SeenItem]) -> None:
    if gone:
        page.blank()
        page.line(page.paint(f"  Gone since the last look ({len(gone):,})", "bold"))
    for seen in gone[:_FEW]:
        lasted = span(seen.sighting.last_seen - seen.sighting.began)
        text = f"{past_of(seen, shorten)}; it lasted {lasted}"
        page.wrapped(text, indent=4, first=f"  {page.glyph(GOOD)} ")
    _add_rest(page, len(gone), _FEW)


def _add_ignores(page: Page, drift: Drift) -> None:
    _add_entries(page, "Ignores that have ended", drift.expired)
    if drift.lapsing:
        page.heading(f"Ignores and exceptions that end soon ({len(drift.lapsing):,})")
    for item in drift.lapsing[:_LISTED]:
        left = f"{escape(item.name)}: the last day is {item.until}"
        page.entry(left, show_place(item.at), indent=4, first=f"  {page.glyph(WARN)} ")
        page.wrapped(shorten(item.reason, _REASON), indent=6, style="dim")
    _add_rest(page, len(drift.lapsing), _LISTED)
    _add_entries(page, "Ignores that cover nothing", drift.unused)


def _add_entries(page: Page, title: str, entries: Sequence[Ignore]) -> None:
    if not entries:
        return
    page.heading(f"{title} ({len(entries):,})")
    for entry in entries:
        lead = f"  {page.glyph(WARN)} {escape(entry.key)}: {told_ignore(entry)}"
        page.line(lead, show_place(entry.at), plain=f"  ! {entry.key}: {told_ignore(entry)}")
