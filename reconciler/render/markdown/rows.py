"""The rows of a plan's comment: decisions, changes, and what is left alone."""

from collections.abc import Iterator
from functools import partial

from reconciler.model.fingerprint import fingerprint
from reconciler.model.origin import Origin
from reconciler.model.plan import Action, Change, Plan, TargetPlan, Violation
from reconciler.model.problem import Position
from reconciler.model.quarantine import Quarantine
from reconciler.model.remarks import Conflict
from reconciler.render.markdown.budget import Rank, Row
from reconciler.render.markdown.spans import bullet, code, prose
from reconciler.render.plan.compared import settings_of
from reconciler.render.plan.idle import idle_before
from reconciler.render.quarantine import state_of, way_out
from reconciler.render.values import show_difference, show_path, show_place
from reconciler.render.words import (
    ACTIONS,
    BAD,
    CONFLICT,
    HELD,
    IDLE,
    ORIGIN_WORDS,
    UNMANAGED,
    WARN,
    WITHHELD,
    count,
)

_RANKS = {
    Action.DELETE: Rank.DELETE,
    Action.DISABLE: Rank.DISABLE,
    Action.REMOVE_MEMBERS: Rank.LOSS,
    Action.CREATE: Rank.GAIN,
    Action.ENABLE: Rank.GAIN,
    Action.ADD_MEMBERS: Rank.GAIN,
    Action.ADOPT: Rank.CHANGE,
    Action.UPDATE: Rank.CHANGE,
}
_NAMED = 20
"""How many members of one change are named here; the person's own row names the group too."""
_ROOM = 120
"""Characters of the two values of one attribute."""
_LONGEST = 700
"""Characters of a setting, both values whole: no part of a host may be hidden."""
_SHORT = 16
"""Hex digits of a fingerprint, as everywhere."""


def altered(plan: Plan) -> Iterator[Row]:
    """Yield the settings that the change alters and that its base decides, the gravest first."""
    shown, more = settings_of(plan)
    for item in shown:
        line = f"- {WARN.glyph} {code(item.name, _LONGEST)}: {code(item.values, _LONGEST)}"
        place = f" · {code(item.place)}" if item.place else ""
        yield Row(Rank.DECISION, f"{line}{place}\\\n  {item.effect}", line)
    if more:
        yield Row(Rank.DECISION, f"- {more}", f"- {more}")


def decisions(plan: Plan) -> Iterator[Row]:
    """Yield what a person has to decide or mend: failures, quarantines, guards, conflicts."""
    for name, reason in plan.failures:
        line = f"- {BAD.glyph} {code(name)} was not planned: {prose(reason)}"
        yield Row(Rank.DECISION, line, line)
    mark = fingerprint(plan)[:_SHORT]
    for target in plan.targets:
        if target.quarantine is not None:
            yield _quarantine(target.quarantine, target)
        held = target.held_by()
        for violation in target.violations:
            if violation.holds:
                yield _violation(violation, held[violation.guard], target.target, mark)
        for conflict in target.conflicts:
            yield _conflict(conflict, target)


def reports(plan: Plan) -> Iterator[Row]:
    """Yield what is broken and holds nothing: it was so before, or is a warning."""
    for target in plan.targets:
        for item in target.violations:
            if not item.holds:
                sign = BAD if item.severity == "error" else WARN
                where = f"at {code(target.target)}{_place(item.at)}"
                title = f"- {sign.glyph} {code(item.guard)} {where}"
                yield Row(Rank.REPORT, f"{title}\\\n  {prose(item.message)}.", title)


def changes(plan: Plan, origin: Origin | None = None) -> Iterator[Row]:
    """Yield every change, or those of one *origin*, in the order in which they would happen."""
    for change in plan.changes:
        if origin not in (None, change.origin):
            continue
        yield Row(_RANKS[change.action], partial(_whole, change), partial(_line, change))


def idle(plan: Plan) -> Iterator[Row]:
    """Yield whom this change gives something that nothing comes of."""
    for target in plan.targets:
        for item in target.idle:
            name = f"{item.ref.kind} {code(item.ref.key)} at {code(target.target)}"
            text = f"- {IDLE.glyph} {name}: {prose(item.given)}{_place(item.at)}"
            by = _place(item.by)
            yield Row(Rank.GAIN, f"{text}\\\n  {prose(item.why)}{by}", text)


def remarks(plan: Plan) -> Iterator[Row]:
    """Yield what is not done, rewritten by the server, left alone, and noted."""
    for target in plan.targets:
        at = f"at {code(target.target)}"
        if before := idle_before(target):
            line = f"- {IDLE.glyph} {code(target.target)}: {before}"
            yield Row(Rank.NOTE, line, line)
        for item in target.withheld:
            name = code(item.object_id.partition("/")[2])
            text = f"- {WITHHELD.glyph} {name} {at}: not done: {prose(item.what)}"
            yield Row(Rank.NOTE, f"{text}\\\n  {prose(item.why)}{_place(item.at)}", text)
        for rewrite in target.rewritten:
            text = (
                f"- {WARN.glyph} {rewrite.kind} {code(rewrite.live_id)} {at}: {code(rewrite.path)}"
            )
            values = f"sent {code(rewrite.sent)}, the server keeps {code(rewrite.kept)}"
            yield Row(Rank.NOTE, f"{text}: {values}", text)
        for stranger in target.unmanaged:
            name = f"{stranger.kind} {code(stranger.display)} {at}"
            text = f"- {UNMANAGED.glyph} {name}: unmanaged, left alone"
            yield Row(Rank.NOTE, f"{text}: {prose(stranger.why)}", text)
        for note in target.notes:
            line = f"- {WARN.glyph} {code(target.target)}: {prose(note)}"
            yield Row(Rank.NOTE, line, line)


def _quarantine(found: Quarantine, target: TargetPlan) -> Row:
    title = f"- {WARN.glyph} {code(target.target)}: {prose(state_of(found, target.taken))}"
    way = prose(way_out(found, target.taken, target.target))
    return Row(Rank.DECISION, f"{title}: {prose(found.error)}\\\n  {way}", title)


def _violation(violation: Violation, held: int, target: str, mark: str) -> Row:
    state = f"holds {count(held, 'change')}" if held else "is accepted"
    where = f"at {code(target)}{_place(violation.at)}"
    title = f"- {HELD.glyph} **{prose(violation.guard)}** {state} {where}"
    accept = code(f"--accept {violation.guard}:{mark}")
    rest = f"\\\n  {prose(violation.message)}. Setting: {code(violation.setting)}."
    way_out = f" To let it pass: {accept}" if held else ""
    return Row(Rank.DECISION, f"{title}{rest}{way_out}", title)


def _conflict(conflict: Conflict, target: TargetPlan) -> Row:
    name = f"{conflict.kind} {code(conflict.key)} at {code(target.target)}"
    title = f"- {CONFLICT.glyph} **conflict**: {name}{_place(conflict.at)}"
    rest = f"\\\n  {prose(conflict.message)}. {prose(conflict.hint)}"
    return Row(Rank.DECISION, f"{title}{rest}", title)


def _whole(change: Change) -> str:
    return "\n".join([_line(change), *_details(change)])


def _line(change: Change) -> str:
    sign = ACTIONS[change.action]
    held = f" · held by {', '.join(change.held_by)}" if change.held_by else ""
    return (
        f"- {bullet(sign.glyph)} {_title(change)} at {code(change.target)}{held}{_place(change.at)}"
    )


def _title(change: Change) -> str:
    name = f"{change.kind} {code(change.key)}"
    members = len(change.add) + len(change.remove)
    if members:
        adds = change.action is Action.ADD_MEMBERS
        verb, preposition = ("add", "to") if adds else ("remove", "from")
        return f"**{verb} {count(members, 'member')}** {preposition} {name}"
    shown = "" if change.display == change.key else f" ({code(change.display, 64)})"
    return f"**{ACTIONS[change.action].word}** {name}{shown}"


def _details(change: Change) -> Iterator[str]:
    if change.why:
        yield f"  - {prose(change.why)}"
    is_new, whole = change.action is Action.CREATE, change.origin
    for item in change.attributes:
        shown = show_difference(item, is_new=is_new, room=_ROOM)
        other = _other(item.origin, whole)
        yield f"  - {code(show_path(item.path))} {code(shown, _ROOM)}{other}{_place(item.at)}"
    members = [*change.add, *change.remove]
    if members:
        shown_members = (code(item.name) + _other(item.origin, whole) for item in members[:_NAMED])
        names = ", ".join(shown_members)
        more = f" and {len(members) - _NAMED:,} more" if len(members) > _NAMED else ""
        yield f"  - {names}{more}"


def _other(origin: Origin, whole: Origin) -> str:
    """Return where a part comes from, where that is not where the *whole* change stands."""
    return "" if origin == whole else f" ({ORIGIN_WORDS[origin]})"


def _place(at: Position | None) -> str:
    shown = show_place(at)
    return f" · {code(shown)}" if shown else ""
