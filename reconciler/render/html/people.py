"""Who gains and who loses what by a plan, as rows of a table: the most dangerous first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from reconciler.model.access import Cause, Danger, Effect, PersonAccess, Thing, Turn
from reconciler.model.origin import strongest
from reconciler.model.plan import Action, Plan
from reconciler.render.html.filters import PlanFilters
from reconciler.render.html.rows import MOST
from reconciler.render.plan.access import UNHEARD
from reconciler.render.safe import shorten
from reconciler.render.values import show_place
from reconciler.render.words import ACTIONS, ORIGIN_WORDS, Sign, count

_ACTIONS: Final = {
    Turn.CREATED: Action.CREATE,
    Turn.ENABLED: Action.ENABLE,
    Turn.DISABLED: Action.DISABLE,
    Turn.DELETED: Action.DELETE,
}
_GROUPS: Final = {Turn.GIVEN: Action.ADD_MEMBERS, Turn.TAKEN: Action.REMOVE_MEMBERS}
_GAIN: Final = ACTIONS[Action.ADD_MEMBERS]
_LOSS: Final = ACTIONS[Action.REMOVE_MEMBERS]
_VERBS: Final = {
    (Thing.GROUP, Turn.GIVEN): "joins the group",
    (Thing.GROUP, Turn.TAKEN): "leaves the group",
    (Thing.ROLE, Turn.GIVEN): "gets the role",
    (Thing.ROLE, Turn.TAKEN): "loses the role",
}
_LINES: Final = {"added": "new line", "removed": "line is removed", "": ""}
_NAMED: Final = 3
_LISTED: Final = 200
"""How many things of one person are listed; the JSON plan holds all of them."""


@dataclass(frozen=True, slots=True)
class EffectLine:
    """One thing that somebody gains or loses: *says* is "joins the group", *name* the group."""

    sign: Sign
    says: str
    name: str
    reasons: tuple[str, ...]
    origin: str
    place: str
    held: bool
    """Held, where other effects on the same person are not."""
    privileged: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person at one target. *says* tells the whole in a word or two."""

    marks: str
    sign: Sign
    says: str
    key: str
    display: str
    target: str
    origin: str
    place: str
    held_by: tuple[str, ...]
    privileged: bool
    size: str
    gist: str
    effects: tuple[EffectLine, ...]
    more: int


@dataclass(frozen=True, slots=True)
class People:
    """The table of people, and the sentence that says how many lose and gain something."""

    rows: tuple[PersonRow, ...]
    total: int
    sentence: str


def people_of(plan: Plan, filters: PlanFilters) -> People:
    """Return what *plan* means for each person, as far as somebody looked."""
    every = [person for target in plan.targets if target.access for person in target.access.people]
    every.sort(key=lambda item: (_danger(item), not item.privileged, item.name, item.target))
    rows = tuple(_row(person, filters) for person in every[:MOST])
    return People(rows, len(every), _sentence(every) if plan.base is None else _told_apart(every))


def _danger(person: PersonAccess) -> Danger:
    sides = [(True, person.gains), (False, person.losses)]
    return min(person.danger(gains=gains) for gains, effects in sides if effects)


def _told_apart(people: Sequence[PersonAccess]) -> str:
    """Return the sentence of this change, and how many people something else concerns."""
    own = [_only(person, is_own=True) for person in people]
    others = sum(bool(_only(person, is_own=False).effects) for person in people)
    said = (
        _sentence([person for person in own if person.effects]) or "Nobody loses or gains access."
    )
    more = f" Besides, not by this change: {count(others, 'person', 'people')}." if others else ""
    return f"By this change: {said[0].lower()}{said[1:]}{more}" if people else ""


def _only(person: PersonAccess, *, is_own: bool) -> PersonAccess:
    effects = (item for item in person.effects if (item.origin == "this_change") == is_own)
    return replace(person, effects=tuple(effects))


def _sentence(people: Sequence[PersonAccess]) -> str:
    """Return "2 people lose access (1 of them held back), 1 gains some."."""
    losers = [person.losses for person in people if person.losses]
    gainers = [person.gains for person in people if person.gains]
    if not people:
        return ""
    loses = _count(losers, ("person loses", "people lose", "Nobody loses"))
    gains = _count(gainers, ("gains", "gain", "nobody gains"))
    some = "some" if gainers else "any"
    return f"{loses[0]} access{loses[1]}, {gains[0]} {some}{gains[1]}."


def _count(sides: Sequence[tuple[Effect, ...]], words: tuple[str, str, str]) -> tuple[str, str]:
    held = sum(all(effect.held_by for effect in side) for side in sides)
    of_them = f" ({held:,} of them held back)" if held else ""
    one, many, nobody = words
    return (count(len(sides), one, many) if sides else nobody), of_them


def _row(person: PersonAccess, filters: PlanFilters) -> PersonRow:
    effects = person.effects
    guards = tuple(dict.fromkeys(guard for effect in effects for guard in effect.held_by))
    origins = {effect.origin for effect in effects}
    is_mixed = len({effect.held_by for effect in effects}) > 1
    actions = [_action(effect) for effect in effects]
    marks = filters.marks(person.target, "user", actions, origins)
    states = filters.states(guards, privileged=person.privileged)
    sign, says = _says(person)
    places = (_place(effect.cause) for effect in effects)
    return PersonRow(
        marks=f"{marks} {states}",
        sign=sign,
        says=says,
        key=shorten(person.name, 96),
        display="" if person.display == person.name else shorten(person.display, 96),
        target=person.target,
        origin=ORIGIN_WORDS[strongest(origins)],
        place=next(filter(None, places), ""),
        held_by=guards,
        privileged=person.privileged,
        size=count(len(effects), "effect"),
        gist="; ".join(_gist(person)),
        effects=tuple(_effect(effect, is_mixed=is_mixed) for effect in effects[:_LISTED]),
        more=max(len(effects) - _LISTED, 0),
    )


def _action(effect: Effect) -> Action:
    if effect.thing is Thing.GROUP:
        return _GROUPS[effect.turn]
    return _ACTIONS.get(effect.turn, Action.UPDATE)


def _says(person: PersonAccess) -> tuple[Sign, str]:
    if person.departs:
        turn = next(item.turn for item in person.losses if item.thing is Thing.ACCOUNT)
        return ACTIONS[_ACTIONS[turn]], f"account {turn}"
    if person.gains and person.losses:
        return Sign("±", "yellow", ""), "gains and loses"
    return (_GAIN, "gains") if person.gains else (_LOSS, "loses")


def _gist(person: PersonAccess) -> Iterator[str]:
    """Yield "account created", "joins the groups a, b and 1 more", one for each kind of thing."""
    for effect in person.effects:
        if effect.thing is Thing.ACCOUNT:
            yield f"account {effect.turn}"
    for (thing, turn), verb in _VERBS.items():
        names = [it.name for it in person.effects if (it.thing, it.turn) == (thing, turn)]
        if names:
            rest = len(names) - _NAMED
            more = f" and {rest:,} more" if rest > 0 else ""
            shown = ", ".join(shorten(name, 48) for name in names[:_NAMED])
            yield f"{verb}{'s' if len(names) > 1 else ''} {shown}{more}"


def _effect(effect: Effect, *, is_mixed: bool) -> EffectLine:
    action = _action(effect)
    is_account = effect.thing is Thing.ACCOUNT
    sign = ACTIONS[action] if is_account else (_GAIN if effect.turn.gains else _LOSS)
    return EffectLine(
        sign=sign,
        says=f"account {effect.turn}" if is_account else _VERBS[effect.thing, effect.turn],
        name="" if is_account else shorten(effect.name, 96),
        reasons=tuple(_reasons(effect)),
        origin=ORIGIN_WORDS[effect.origin],
        place=_place(effect.cause),
        held=is_mixed and bool(effect.held_by),
        privileged=effect.privileged,
    )


def _place(cause: Cause) -> str:
    place = show_place(cause.at)
    return f"{place} at the base" if place and cause.line == "removed" else place


def _reasons(effect: Effect) -> Iterator[str]:
    cause = effect.cause
    if cause.why:
        yield cause.why
    if cause.through:
        yield f"through {', '.join(shorten(key, 48) for key in cause.through)}"
    if cause.rule:
        yield f"by the rule {shorten(cause.rule, 48)}"
    if effect.unheard:
        yield UNHEARD
    if cause.until:
        yield f"until {cause.until.isoformat()}"
    if cause.line:
        yield _LINES[cause.line]
