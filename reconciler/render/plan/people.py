"""What a plan means for people, as text: who loses access, and who gains what is privileged."""

from collections.abc import Iterator, Sequence

from reconciler.model.access import Effect, PersonAccess
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
from reconciler.render.words import ACTIONS, PRIVILEGED, count

_LISTED = 10
"""How many people are listed; the JSON plan holds all of them."""


def add_access(page: Page, plan: Plan) -> None:
    """Add whoever loses something, whoever gains what is privileged, and whose access ends."""
    losing = sorted(_side(plan, gains=False), key=lambda item: item[0].danger(gains=False))
    gaining = [item for item in _side(plan, gains=True) if is_privileged(*item)]
    _add_side(page, "Who loses access", losing, gains=False)
    _add_side(page, "Who gains privileged access", gaining, gains=True)
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


def _side(plan: Plan, *, gains: bool) -> Iterator[tuple[PersonAccess, tuple[Effect, ...]]]:
    for target in plan.targets:
        for person in target.access.people if target.access else ():
            if effects := effects_of(person, gains=gains):
                yield person, effects


def _add_side(
    page: Page,
    title: str,
    people: Sequence[tuple[PersonAccess, tuple[Effect, ...]]],
    *,
    gains: bool,
) -> None:
    if not people:
        return
    page.heading(f"{title} ({count(len(people), 'person', 'people')})")
    sign = ACTIONS[Action.ADD_MEMBERS if gains else Action.REMOVE_MEMBERS]
    for person, effects in people[:_LISTED]:
        mark = f"{page.glyph(PRIVILEGED)} " if is_privileged(person, effects) else ""
        first = f"  {page.glyph(sign)} {mark}"
        said = f"{_shown(who(person))} at {escape(person.target)} {_shown(what(effects))}"
        page.wrapped(said, indent=4, first=first)
        for cause in causes(effects):
            page.wrapped(_shown(cause), indent=6, style="dim")
    _add_rest(page, len(people))


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
