"""Drift as Markdown, for the one issue that a nightly job keeps up to date."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from textwrap import indent
from typing import Final, NamedTuple

from reconciler.model.drift import DriftItem
from reconciler.model.drift_report import Drift, IgnoredItem, TargetDrift
from reconciler.model.ignore import Ignore
from reconciler.model.plan import Change
from reconciler.model.problem import Position
from reconciler.model.remarks import Conflict
from reconciler.render.drift.ways import Way, ways_of
from reconciler.render.drift.words import (
    CLASSES,
    asides_of,
    doubts_of,
    facts_of,
    headline,
    name_of,
    past_of,
    span,
    summary_of,
    told_ignore,
    what_of,
)
from reconciler.render.markdown.budget import Rank, Row, fit
from reconciler.render.markdown.spans import bullet, code, fenced, prose
from reconciler.render.quarantine import state_of
from reconciler.render.stamp import readable
from reconciler.render.values import show_place
from reconciler.render.words import ACTIONS, BAD, CONFLICT, GOOD, WARN, WITHHELD

ISSUE_BYTES: Final = 60_000
"""GitHub refuses bodies of more than 65,536; the rest is for whoever posts it."""
MARKER: Final = "<!-- reconciler drift -->"
"""The first line: by it a job finds its own issue again and edits it."""

_FRAME: Final = 2_000
"""Bytes kept back for headings, folds, and the sentences on what was left out."""


class _Section(NamedTuple):
    title: str
    rows: tuple[Row, ...]
    folded: bool = False


def render_drift_markdown(drift: Drift, *, limit: int = ISSUE_BYTES) -> str:
    """Return *drift* as GitHub Markdown of at most *limit* bytes.

    The same drift gives the same bytes but for ages: no moment of this run stands in it. What
    does not fit is left out by whole rows, the least dangerous first, and counted.
    """
    sections = _sections(drift)
    head, ways = _head(drift), _ways(drift)
    rows = [row for section in sections for row in section.rows]
    forms = list(fit(rows, limit - len(head.encode()) - len(ways.encode()) - _FRAME))
    open_parts, folded_parts = [head], list[str]()
    for section in sections:
        shown = [form for form in forms[: len(section.rows)] if form is not None]
        del forms[: len(section.rows)]
        if section.rows:
            (folded_parts if section.folded else open_parts).append(_show(section, shown))
    return "\n".join((*open_parts, *filter(None, (ways,)), *folded_parts)) + "\n"


def _sections(drift: Drift) -> tuple[_Section, ...]:
    def each(rows: Callable[[TargetDrift], Iterable[Row]]) -> tuple[Row, ...]:
        return tuple(row for target in drift.targets for row in rows(target))

    items = sorted(drift.items, key=lambda item: item.danger)
    return (
        _Section("Not read", tuple(map(_failure, drift.failures))),
        _Section("What differs", tuple(_item(item, drift) for item in items)),
        _Section("Seen before, and not known to be gone", each(_unsure)),
        _Section("It is unclear who is who", each(_conflicts)),
        _Section("Ignored", each(_ignored), folded=True),
        _Section("Pending: waits for an apply, is no drift", each(_pending), folded=True),
        _Section("Asked for, but spared by an ignore", each(_spared), folded=True),
        _Section("Gone since the last look", each(_gone), folded=True),
        _Section("Ignores and exceptions that end soon", tuple(_lapses(drift)), folded=True),
        _Section("Ignores to look at", tuple(_entries(drift)), folded=True),
        _Section("Beside it", each(_asides), folded=True),
    )


def _head(drift: Drift) -> str:
    lines = [MARKER, f"## {headline(drift)}", "", *map(_target, drift.targets), ""]
    for target in drift.targets:
        lines += [f"> [!NOTE]\n> {code(target.target)}: {doubt}\n" for doubt in doubts_of(target)]
        if target.quarantine is not None:
            state = state_of(target.quarantine, target.taken)
            lines.append(f"> [!WARNING]\n> {code(target.target)}: {prose(state)}.\n")
    lines += [f"> [!WARNING]\n> {prose(note)}\n" for note in drift.notes]
    lines += [f"reconciler {prose(drift.tool)}", ""]
    return "\n".join(lines)


def _ways(drift: Drift) -> str:
    """Return what to do; it is never left out, and holds no list that could grow."""
    ways = ways_of(drift)
    return "\n".join(("### What to do\n", *map(_way, ways), "")) if ways else ""


def _way(way: Way) -> str:
    shown = (fenced(lines) for lines in (way.commands, way.snippet) if lines)
    return "\n".join((f"- **{way.lead}:** {way.text}", *(indent(block, "  ") for block in shown)))


def _target(target: TargetDrift) -> str:
    state = "complete" if target.complete else "**not proven complete**"
    known = f", compared with {prose(target.applied)}" if target.applied else ""
    name = f"{code(target.target)} ({code(target.url)})"
    return f"- {name}: {summary_of(target.counts)}; read {state}{known}"


def _failure(failure: tuple[str, str]) -> Row:
    name, reason = failure
    line = f"- {BAD.glyph} {code(name)} was not read: {prose(reason)}"
    return Row(Rank.DECISION, line, f"- {BAD.glyph} {code(name)} was not read")


def _item(item: DriftItem, drift: Drift) -> Row:
    sign = CLASSES[item.drift_class]
    what = what_of(item, partial(code, limit=64))
    line = f"- {sign.glyph} **{sign.word}** at {code(item.target)}: {what}{_place(item.at)}"
    facts = "; ".join(facts_of(item, drift.created, prose))
    # An item's danger is a rank: both count from 0, what to look at first, to 6.
    return Row(Rank(item.danger), f"{line}\\\n  {facts}" if facts else line, line)


def _conflicts(target: TargetDrift) -> Iterator[Row]:
    return (_conflict(item, target) for item in target.conflicts)


def _conflict(item: Conflict, target: TargetDrift) -> Row:
    name = f"{item.kind} {code(item.key)} at {code(target.target)}"
    line = f"- {CONFLICT.glyph} {name}{_place(item.at)}"
    return Row(Rank.DECISION, f"{line}\\\n  {prose(item.message)}. {prose(item.hint)}", line)


def _ignored(target: TargetDrift) -> Iterator[Row]:
    return map(_ignored_row, target.ignored)


def _ignored_row(found: IgnoredItem) -> Row:
    item, ignore = found.item, found.ignore
    what = what_of(item, partial(code, limit=64))
    word = CLASSES[item.drift_class].word
    line = f"- {WITHHELD.glyph} {word} at {code(item.target)}: {what}{_place(ignore.at)}"
    return Row(Rank.NOTE, f"{line}\\\n  {told_ignore(ignore)}: {prose(ignore.reason)}", line)


def _pending(target: TargetDrift) -> Iterator[Row]:
    return (_pending_row(change, target) for change in target.pending)


def _pending_row(change: Change, target: TargetDrift) -> Row:
    sign = ACTIONS[change.action]
    name = f"{change.kind} {code(change.key)} at {code(target.target)}"
    line = f"- {bullet(sign.glyph)} {sign.word} {name}{_place(change.at)}"
    return Row(Rank.NOTE, line, line)


def _spared(target: TargetDrift) -> Iterator[Row]:
    for item in target.spared:
        name = f"{code(name_of(item))} at {code(target.target)}"
        line = f"- {WITHHELD.glyph} {name}: {prose(item.what)}{_place(item.at)}"
        yield Row(Rank.NOTE, f"{line}\\\n  {prose(item.why)}", line)


def _unsure(target: TargetDrift) -> Iterator[Row]:
    for seen in target.unsure:
        last = readable(seen.sighting.last_seen)
        line = f"- {WARN.glyph} at {code(target.target)}: {past_of(seen, code)}; last seen {last}"
        yield Row(Rank.CHANGE, line, line)


def _gone(target: TargetDrift) -> Iterator[Row]:
    for seen in target.gone:
        lasted = span(seen.sighting.last_seen - seen.sighting.began)
        what = f"{past_of(seen, code)}; it lasted {lasted}"
        line = f"- {GOOD.glyph} at {code(target.target)}: {what}"
        yield Row(Rank.NOTE, line, line)


def _entries(drift: Drift) -> Iterator[Row]:
    for title, entries in (("ended", drift.expired), ("covers nothing", drift.unused)):
        for entry in entries:
            yield _entry(title, entry)


def _lapses(drift: Drift) -> Iterator[Row]:
    for item in drift.lapsing:
        line = f"- {WARN.glyph} {prose(item.name)}: the last day is {item.until}{_place(item.at)}"
        yield Row(Rank.NOTE, f"{line}\\\n  {prose(item.reason)}", line)


def _entry(title: str, entry: Ignore) -> Row:
    line = f"- {WARN.glyph} {code(entry.key)} {title} ({told_ignore(entry)}){_place(entry.at)}"
    return Row(Rank.NOTE, line, line)


def _asides(target: TargetDrift) -> Iterator[Row]:
    for aside in asides_of(target):
        line = f"- {WITHHELD.glyph} {code(target.target)}: {aside}"
        yield Row(Rank.NOTE, line, line)


def _show(section: _Section, shown: Sequence[str]) -> str:
    total = len(section.rows)
    title = f"{section.title} ({total:,})"
    lines = list(shown)
    if len(shown) < total:
        lines += ["", _left_out(len(shown), total)]
    body = "\n".join(lines)
    if section.folded:
        return f"<details><summary><b>{title}</b></summary>\n\n{body}\n\n</details>\n"
    return f"### {title}\n\n{body}\n"


def _left_out(shown: int, total: int) -> str:
    return (
        f"**{shown:,} of {total:,} are shown here, {total - shown:,} are left out** for want of "
        "room; `--format json` holds all of them."
    )


def _place(at: Position | None) -> str:
    shown = show_place(at)
    return f" · {code(shown)}" if shown else ""
