"""Explanations as text: five numbered steps for each target, each line with its place."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from reconciler.model.explanation import (
    Course,
    Evaluated,
    Explanation,
    Fact,
    Trial,
    Verdict,
)
from reconciler.model.plan import Violation
from reconciler.model.problem import Position
from reconciler.model.target import Standing
from reconciler.model.values import Wish
from reconciler.render.page import Page, padded
from reconciler.render.plan.change import add_change
from reconciler.render.safe import escape, shorten
from reconciler.render.values import SENSITIVE, show_path, show_place, show_value
from reconciler.render.words import BAD, CONFLICT, GOOD, HELD, UNMANAGED, WITHHELD, count

_SIGNS = {Verdict.YES: GOOD, Verdict.NO: BAD, Verdict.NOTE: UNMANAGED}
_STANDINGS = {
    Standing.ACTIVE: "in scope, active",
    Standing.DISABLED: "in scope, but disabled",
    Standing.OUT: "out of scope",
    None: "gone from the YAML",
}
_DERIVED = {
    "objectId": "derived: the key",
    "IsSoftDeleted": "derived: true unless it should be active",
    "appRoleAssignments": "derived: the roles of its assignments",
    "accountEnabled": "not given, so true",
}
_COLUMN = 28
_LISTED = 20
"""How many parts of one fact are listed; the JSON holds all of them."""


def render_explanations(
    explanations: Sequence[Explanation], *, width: int = 80, color: bool = False
) -> str:
    """Return what is known of one object at each target, for people."""
    page = Page(width, color)
    for item in explanations:
        _add_head(page, item)
        _add_import(page, item)
        _step(page, 2, "Scope", f"{_STANDINGS[item.standing]} on {item.now.date()}")
        for fact in item.facts:
            _add_fact(page, fact, 3)
        _add_match(page, item)
        _add_attributes(page, item)
        _add_action(page, item)
    return page.text()


def _add_head(page: Page, item: Explanation) -> None:
    name = escape(item.ref.key)
    if item.display != item.ref.key:
        name += f" ({shorten(item.display)})"
    page.heading(f"{item.ref.kind} {name} at {escape(item.target)}")
    page.wrapped(f"{_STANDINGS[item.standing]}: {escape(item.why)}", indent=2)


def _step(page: Page, number: int, title: str, text: str, at: Position | None = None) -> None:
    page.blank()
    head = f"{number} {title}"
    left = f"{page.paint(head, 'bold')}  {text}"
    page.line(left, show_place(at), plain=f"{head}  {text}")


def _row(page: Page, indent: int, left: str, at: Position | None, *, plain: str = "") -> None:
    """Add one line with its place at the margin; what is too long for one line is wrapped."""
    if cell_len(plain or left) + indent <= page.width:
        lead = " " * indent
        page.line(f"{lead}{left}", show_place(at), plain=f"{lead}{plain or left}")
    else:
        page.wrapped(left, indent=indent + 2, first=" " * indent)
        if at is not None:
            page.line("", show_place(at))


# --- 1 import ---------------------------------------------------------------------------------


def _add_import(page: Page, item: Explanation) -> None:
    _step(page, 1, "Import", "what the YAML says", item.at)
    if not item.source:
        page.line("   nothing: it is gone from the YAML, and only the ledger knows it")
    column = _column(attribute.name for attribute in item.source)
    for attribute in item.source:
        name = padded(escape(attribute.name), column)
        room = max(page.width - column - 32, 24)
        shown = _shown(attribute.value, room, sensitive=attribute.sensitive)
        if attribute.derived:
            page.line(f"   {name}  {shown}", _DERIVED.get(attribute.name, "derived"))
        else:
            page.line(f"   {name}  {shown}", show_place(attribute.at))


def _column(names: Iterable[str]) -> int:
    return min(max((cell_len(escape(name)) for name in names), default=0), _COLUMN)


def _shown(value: Wish, room: int, *, sensitive: bool) -> str:
    return SENSITIVE if sensitive else show_value(value, room)


# --- 2 scope ----------------------------------------------------------------------------------


def _add_fact(page: Page, fact: Fact, indent: int) -> None:
    sign = _SIGNS[fact.verdict]
    text = escape(fact.text)
    _row(page, indent, f"{page.glyph(sign)} {text}", fact.at, plain=f"{sign.glyph} {text}")
    for part in fact.parts[:_LISTED]:
        _add_fact(page, part, indent + 2)
    if len(fact.parts) > _LISTED:
        more = len(fact.parts) - _LISTED
        page.line(f"{' ' * indent}  … and {more:,} more, all of them in --format json")


# --- 3 match ----------------------------------------------------------------------------------


def _add_match(page: Page, item: Explanation) -> None:
    read = f", asked in {count(item.requests, 'request')}" if item.requests else ""
    text = f"how it is found, in this order{read}" if item.trials else "it is not looked for"
    _step(page, 3, "Match", text)
    column = _column(trial.by for trial in item.trials)
    for number, trial in enumerate(item.trials, 1):
        left = f"   {number}. {padded(escape(trial.by), column)}  {shorten(trial.value)}"
        page.line(left, _answer(trial))
        for live in trial.found or ():
            page.line(f"      {page.glyph(GOOD)} {shorten(live.display)} (id {shorten(live.id)})")


def _answer(trial: Trial) -> str:
    if trial.note:
        return escape(trial.note)
    if trial.found is None:
        return ""
    return f"{len(trial.found)} found" if trial.found else "nobody"


# --- 4 attributes -----------------------------------------------------------------------------


def _add_attributes(page: Page, item: Explanation) -> None:
    _step(page, 4, "Attributes", "what the mapping makes of it")
    for found in item.attributes:
        if found.evaluated:
            _add_attribute(page, found)
    left = sum(not found.evaluated for found in item.attributes)
    if left:
        noun = count(left, "more attribute is", "more attributes are")
        text = f"{noun} not evaluated: finding and disabling the account needs no more."
        page.wrapped(text, indent=3, style="dim")
    if not item.attributes:
        page.line("   nothing is mapped for it")


def _add_attribute(page: Page, found: Evaluated) -> None:
    path = show_path(found.path)
    if found.problem is not None:
        text = escape(found.problem)
        _row(page, 3, f"{page.glyph(BAD)} {text}", found.at, plain=f"{BAD.glyph} {text}")
    else:
        value = found.initial if found.value is None else found.value
        shown = _shown(value, max(page.width - cell_len(path) - 36, 24), sensitive=found.sensitive)
        page.line(f"   {path} = {shown}", show_place(found.at))
    if found.expression:
        left = f"     {shorten(found.expression, page.width - 10)}"
        page.line(page.paint(left, "dim"), *_from(found), plain=left)
    for note in found.notes:
        page.wrapped(escape(note), indent=5, style="dim")


def _from(found: Evaluated) -> tuple[str, ...]:
    """Return where the source attributes stand, each place once."""
    places = dict.fromkeys(show_place(item.at) for item in found.sources if item.at is not None)
    return (", ".join(places),) if places else ()


# --- 5 action ---------------------------------------------------------------------------------


def _add_action(page: Page, item: Explanation) -> None:
    read = item.requests is not None
    text = "what plan would do" if read else "what plan would do; --live looks which case it is"
    _step(page, 5, "Action", text)
    for course in item.courses:
        _add_course(page, item, course)
    for note in item.notes:
        page.blank()
        page.wrapped(escape(note), indent=3, style="dim")


def _add_course(page: Page, item: Explanation, course: Course) -> None:
    condition = f"If {course.where}: " if course.where else ""
    text = f"{condition}{course.text}" if condition else course.text[:1].upper() + course.text[1:]
    page.wrapped(f"{escape(text)}.", indent=5, first="   ")
    if course.conflict is not None:
        page.wrapped(f"{page.glyph(CONFLICT)} {escape(course.conflict.message)}.", indent=5)
        page.wrapped(escape(course.conflict.hint), indent=7, style="cyan")
    for violation in course.violations:
        _add_hold(page, item, violation, "held by")
    for violation in course.joining:
        _add_hold(page, item, violation, "where it is no member yet, joining is held by")
    for change in course.changes:
        add_change(page, change)
    for left in course.withheld:
        page.wrapped(
            f"{page.glyph(WITHHELD)} not {escape(left.what)}: {escape(left.why)}", indent=5
        )


def _add_hold(page: Page, item: Explanation, violation: Violation, lead: str) -> None:
    at, guard = violation.at, escape(violation.guard)
    place = f" ({show_place(at)})" if at and str(at) not in violation.message else ""
    held = f"{page.glyph(HELD)} {lead} {guard}: {escape(violation.message)}{place}"
    page.wrapped(held, indent=7, first="     ")
    page.wrapped(_way_out(item, guard), indent=7, style="cyan")


def _way_out(item: Explanation, guard: str) -> str:
    """Say how to accept what a guard holds: it takes the fingerprint of a whole plan."""
    return (
        f"To let it pass: `reconciler plan --target {escape(item.target)}` shows the fingerprint "
        f"of the plan; then apply with --accept {guard}:FINGERPRINT."
    )
