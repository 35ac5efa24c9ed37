"""What a plan means for people, as text: who loses and who gains access, the dangerous first."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from reconciler.model.access import Danger, Effect, PersonAccess
from reconciler.model.origin import ORIGINS, Origin
from reconciler.model.plan import Action, Plan
from reconciler.render.page import Page
from reconciler.render.plan.access import (
    Form,
    Sentence,
    causes,
    effects_of,
    ending_said,
    is_privileged,
    reviewer_said,
    what,
    who,
)
from reconciler.render.safe import escape, shorten
from reconciler.render.values import show_place
from reconciler.render.words import ACTIONS, ORIGIN_WORDS, PRIVILEGED, count

_LISTED = 10
"""How many people are listed; the JSON plan holds all of them."""


_OWN: Final[Origin] = "this_change"
"""What nothing is said of: all of a plan without a base too."""


def add_access(page: Page, plan: Plan) -> None:
    """Add whoever loses something, whoever gains something, and whose access ends."""
    _add_side(page, plan, gains=False)
    _add_side(page, plan, gains=True)
    if plan.ending:
        page.heading(f"Access that ends within 14 days ({len(plan.ending):,})")
        for ending in plan.ending[:_LISTED]:
            mark = f" ({PRIVILEGED.word})" if ending.privileged else ""
            page.line(f"  · {_shown(ending_said(ending))}{mark}", show_place(ending.at))
        _add_rest(page, len(plan.ending))
    if plan.reviewers:
        page.blank()
        names = "; ".join(_shown(reviewer_said(item)) for item in plan.reviewers[:_LISTED])
        page.wrapped(f"Suggested reviewers, by owner: {names}.", indent=0, style="dim")


class _Row(NamedTuple):
    """What one person gains, or loses, of one *origin*; of equal *danger* the privileged first."""

    person: PersonAccess
    effects: tuple[Effect, ...]
    origin: Origin
    danger: Danger

    @property
    def rank(self) -> tuple[bool, Danger, bool]:
        """The least is shown first."""
        is_plain = not is_privileged(self.person, self.effects)
        return (self.origin != _OWN, self.danger, is_plain)


def _side(plan: Plan, *, gains: bool) -> Iterator[_Row]:
    """Yield everybody on one side; where a base tells them apart, once for each origin."""
    origins: tuple[Origin | None, ...] = (None,) if plan.base is None else (*ORIGINS,)
    for target in plan.targets:
        for person in target.access.people if target.access else ():
            for origin in origins:
                if effects := effects_of(person, gains=gains, origin=origin):
                    shown = replace(person, effects=effects)
                    yield _Row(person, effects, origin or _OWN, shown.danger(gains=gains))


def _add_side(page: Page, plan: Plan, *, gains: bool) -> None:
    rows = sorted(_side(plan, gains=gains), key=lambda row: row.rank)
    if not rows:
        return
    people = len({(row.person.target, row.person.name) for row in rows})
    title = "Who gains access" if gains else "Who loses access"
    page.heading(f"{title} ({count(people, 'person', 'people')})")
    sign = ACTIONS[Action.ADD_MEMBERS if gains else Action.REMOVE_MEMBERS]
    for person, effects, origin, _ in rows[:_LISTED]:
        mark = f"{page.glyph(PRIVILEGED)} " if is_privileged(person, effects) else ""
        first = f"  {page.glyph(sign)} {mark}"
        other = f"{ORIGIN_WORDS[origin]}: " if origin != _OWN else ""
        said = f"{other}{_shown(who(person))} at {escape(person.target)} {_shown(what(effects))}"
        page.wrapped(said, indent=4, first=first)
        for cause in causes(effects):
            page.wrapped(_shown(cause), indent=6, style="dim")
    if left := rows[_LISTED:]:
        privileged = sum(is_privileged(row.person, row.effects) for row in left)
        some = f", {privileged:,} of them privileged" if privileged else ""
        page.line(f"    … and {len(left):,} more{some}, all of them in --format json")


def _add_rest(page: Page, total: int) -> None:
    if total > _LISTED:
        page.line(f"    … and {total - _LISTED:,} more, all of them in --format json")


def _shown(sentence: Sentence) -> str:
    return "".join(
        piece.text
        if piece.form is Form.WORDS
        else shorten(piece.text)
        if piece.form is Form.NAME
        else escape(piece.text)
        for piece in sentence
    )
