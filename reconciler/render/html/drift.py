"""Drift as one HTML page: what moved, since when, and who is in which group."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reconciler.model.drift_report import Drift, TargetDrift
from reconciler.render.drift.ways import ways_of
from reconciler.render.drift.words import CLASSES, asides_of, doubts_of, headline
from reconciler.render.html.chart import HEIGHT, WIDTH, Chart, chart_of
from reconciler.render.html.decisions import Decision, conflict_card, quarantine_card
from reconciler.render.html.driftnotes import drift_remarks_of, ignores_of
from reconciler.render.html.driftrows import differences_of
from reconciler.render.html.head import Number, Verdict
from reconciler.render.html.matrix import Grid, grid_of
from reconciler.render.html.notes import Remarks
from reconciler.render.html.page import render_page
from reconciler.render.html.plan import DRAWN
from reconciler.render.stamp import readable, stamp
from reconciler.render.words import BAD, CONFLICT, WARN, WITHHELD, Sign, count

_URGENT: Final = 1
"""Up to this danger: an extra member of a privileged group, an account that works again."""
_PENDING: Final = Sign("…", "dim", "pending")


@dataclass(frozen=True, slots=True)
class Place:
    """One target: how it was read, its picture over time, its matrix, and what is no drift."""

    target: str
    url: str
    profile: str
    live: str
    taken: str
    taken_stamp: str
    complete: bool
    applied: str
    evidence: tuple[str, ...]
    doubts: tuple[str, ...]
    asides: tuple[str, ...]
    remarks: tuple[Remarks, ...]
    chart: Chart | None
    grid: Grid | None


def render_drift_html(drift: Drift) -> str:
    """Return *drift* as a page that needs nothing else; the same drift gives the same bytes."""
    differences = differences_of(drift)
    has_targets, has_ages = len(drift.targets) > 1, any(row.age for row in differences.rows)
    return render_page(
        "drift.html",
        drift=drift,
        summary=headline(drift),
        created=readable(drift.created),
        created_stamp=stamp(drift.created),
        verdict=_verdict(drift),
        numbers=tuple(_numbers(drift)),
        attention=tuple(_attention(drift)),
        ways=ways_of(drift),
        differences=differences,
        has_targets=has_targets,
        has_ages=has_ages,
        layout=" has-target" * has_targets + " has-origin" * has_ages,
        ignores=ignores_of(drift),
        places=tuple(_place(target) for target in drift.targets),
        width=WIDTH,
        height=HEIGHT,
        drawn=DRAWN,
    )


def _verdict(drift: Drift) -> Verdict:
    total, unsure = len(drift.items), drift.unsure
    if not total and unsure:
        sentence = (
            f"Nothing else differs, as far as it could be read; {count(unsure, 'difference')} of "
            "earlier looks may still be there."
        )
        return Verdict(f"{unsure:,} not known to be gone", sentence, "yellow")
    if drift.failures and not drift.targets:
        return Verdict("Not read", "No target could be read, so nobody knows what moved.", "red")
    if not total:
        sentence = "Live is as it was last applied, as far as it could be read."
        return Verdict("No drift", sentence, "yellow" if drift.failures else "green")
    title = count(total, "difference")
    urgent = sum(item.danger <= _URGENT for item in drift.items)
    if urgent:
        sentence = (
            f"Look at {count(urgent, 'of them', 'of them')} first: somebody has access that nobody "
            "gave in git."
        )
        return Verdict(title, sentence, "red")
    return Verdict(title, "Nobody is in a privileged group or let in again without git.", "yellow")


def _numbers(drift: Drift) -> Iterator[Number]:
    counts = drift.counts
    for name, sign in CLASSES.items():
        if number := counts[name]:
            many = number > 1 and sign.word.endswith("member")
            yield Number(sign, number, f"{sign.word}s" if many else sign.word)
    conflicts = sum(len(target.conflicts) for target in drift.targets)
    if drift.unsure:
        yield Number(WARN, drift.unsure, "seen before and not known to be gone")
    if conflicts:
        yield Number(CONFLICT, conflicts, "conflict" if conflicts == 1 else "conflicts")
    if drift.ignored:
        yield Number(WITHHELD, drift.ignored, "ignored")
    if drift.pending:
        yield Number(_PENDING, drift.pending, "pending")
    if drift.spared:
        yield Number(WITHHELD, drift.spared, "spared by an ignore")


def _attention(drift: Drift) -> Iterator[Decision]:
    """Yield what keeps the report from being whole, and who cannot be told apart."""
    for name, reason in drift.failures:
        yield Decision(BAD, "Not read", name, reason)
    for target in drift.targets:
        if target.quarantine is not None:
            yield quarantine_card(target.quarantine, target.taken, target.target)
        for conflict in target.conflicts:
            yield conflict_card(conflict, target.target)


def _place(target: TargetDrift) -> Place:
    users, groups = count(target.live_users, "user"), count(target.live_groups, "group")
    return Place(
        target=target.target,
        url=target.url,
        profile=target.profile,
        live=f"{users}, {groups}",
        taken=readable(target.taken),
        taken_stamp=stamp(target.taken),
        complete=target.complete,
        applied=target.applied or "",
        evidence=target.evidence,
        doubts=tuple(doubts_of(target)),
        asides=tuple(asides_of(target)),
        remarks=drift_remarks_of(target),
        chart=chart_of(target.history),
        grid=grid_of(target.matrix),
    )
