"""What a plan means for each person, as rows: who loses or gains what, and which line says so."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from reconciler.model.access import Danger, Effect, PersonAccess
from reconciler.model.origin import Origin
from reconciler.model.plan import Plan
from reconciler.render.markdown.budget import Rank, Row
from reconciler.render.markdown.spans import bullet, code, prose
from reconciler.render.plan.access import (
    Form,
    Sentence,
    causes,
    effects_of,
    ending_said,
    is_held,
    is_privileged,
    what,
    who,
)
from reconciler.render.values import show_place
from reconciler.render.words import PRIVILEGED

_RANKS: Final = {
    Danger.PRIVILEGED_GAIN: Rank.PRIVILEGED,
    Danger.DELETE: Rank.DELETE,
    Danger.DISABLE: Rank.DISABLE,
    Danger.PRIVILEGED_LOSS: Rank.PRIVILEGED_LOSS,
    Danger.LOSS: Rank.LOSS,
    Danger.GAIN: Rank.GAIN,
}
_LENGTH: Final = 64
"""Characters of a name that is shown."""


@dataclass(frozen=True, slots=True)
class Side:
    """How many people lose something, or gain something.

    *held* of them have nothing but what is held back; *privileged* deserve a closer look.
    """

    people: int
    held: int
    privileged: int

    @property
    def free(self) -> int:
        """How many people something happens to."""
        return self.people - self.held


def side_of(plan: Plan, *, gains: bool, origin: Origin | None = None) -> Side:
    """Count whom *plan* gives something, or takes something from; perhaps of one origin alone."""
    found = list(_people(plan, gains=gains, origin=origin))
    return Side(
        people=len(found),
        held=sum(is_held(effects) for _, effects in found),
        privileged=sum(is_privileged(person, effects) for person, effects in found),
    )


def person_rows(plan: Plan, *, gains: bool, origin: Origin | None = None) -> tuple[Row, ...]:
    """Return what somebody gains or loses, the most dangerous first."""
    people = [
        replace(person, effects=effects)
        for person, effects in _people(plan, gains=gains, origin=origin)
    ]
    people.sort(key=lambda person: (person.danger(gains=gains), not person.privileged))
    rows = (_row(person, person.effects, gains=gains) for person in people)
    return tuple(sorted(rows, key=lambda row: row.rank))


def _people(
    plan: Plan, *, gains: bool, origin: Origin | None
) -> Iterator[tuple[PersonAccess, tuple[Effect, ...]]]:
    for target in plan.targets:
        for person in target.access.people if target.access else ():
            if effects := effects_of(person, gains=gains, origin=origin):
                yield person, effects


def ending_rows(plan: Plan) -> Iterator[Row]:
    """Yield whose access ends soon, the earliest first."""
    for ending in plan.ending:
        mark = f" **{PRIVILEGED.word}**" if ending.privileged else ""
        place = f" · {code(show_place(ending.at))}" if ending.at else ""
        line = f"- {shown(ending_said(ending))}{mark}{place}"
        yield Row(Rank.NOTE, line, line)


def shown(sentence: Sentence) -> str:
    """Return *sentence* as Markdown that says what it says and does nothing else."""
    return "".join(
        code(piece.text, _LENGTH)
        if piece.form is Form.NAME
        else prose(piece.text)
        if piece.form is Form.PROSE
        else piece.text
        for piece in sentence
    )


def _row(person: PersonAccess, effects: tuple[Effect, ...], *, gains: bool) -> Row:
    return Row(
        _RANKS[person.danger(gains=gains)],
        partial(_full, person, effects, gains=gains),
        partial(_short, person, effects, gains=gains),
    )


def _full(person: PersonAccess, effects: tuple[Effect, ...], *, gains: bool) -> str:
    because = "".join(f"\\\n  {shown(sentence)}" for sentence in causes(effects))
    return f"{_head(person, effects, gains=gains)}{shown(what(effects, limit=None))}{because}"


def _short(person: PersonAccess, effects: tuple[Effect, ...], *, gains: bool) -> str:
    return f"{_head(person, effects, gains=gains)}{shown(what(effects))}"


def _head(person: PersonAccess, effects: tuple[Effect, ...], *, gains: bool) -> str:
    sign = "+" if gains else "−"
    mark = f" {PRIVILEGED.glyph} **{PRIVILEGED.word}**" if is_privileged(person, effects) else ""
    return f"- {bullet(sign)}{mark} {shown(who(person))} at {code(person.target)} "


def origin_of(plan: Plan) -> Origin | None:
    """Return the origin that is the reader's own: that of this change, where there is a base."""
    return "this_change" if plan.base is not None else None
