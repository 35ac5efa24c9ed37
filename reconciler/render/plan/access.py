"""What a plan means for people, in words: one wording for the terminal, Markdown and HTML.

A sentence is a tuple of pieces. What comes from the data is marked, and whoever shows it escapes
it in the manner of the page.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from reconciler.model.access import Cause, Effect, Ending, PersonAccess, Reviewer, Thing, Turn
from reconciler.model.origin import Origin
from reconciler.render.words import count


class Form(StrEnum):
    """What a piece of a sentence is."""

    WORDS = "words"
    """Ours."""
    NAME = "name"
    """A name or a place from the data."""
    PROSE = "prose"
    """A sentence in which names from the data may stand."""


class Piece(NamedTuple):
    """A part of a sentence."""

    text: str
    form: Form = Form.WORDS


Sentence: TypeAlias = tuple[Piece, ...]

UNHEARD: Final = "the app is not told of it"
NAMED: Final = 5
"""How many groups a short form names."""
_LINES: Final = {"removed": " at the base is removed", "added": " is added", "": ""}
"""Where a line stands, and what becomes of it: one that is removed stands nowhere else."""
_ACCOUNT: Final = {
    Turn.CREATED: "gets an account",
    Turn.ENABLED: "gets the account back",
    Turn.DISABLED: "loses everything: the account, which is disabled",
    Turn.DELETED: "loses everything: the account, which is deleted",
}


def effects_of(
    person: PersonAccess, *, gains: bool, origin: Origin | None = None
) -> tuple[Effect, ...]:
    """Return one side of what happens to *person*, perhaps of one origin alone."""
    return tuple(
        item
        for item in person.effects
        if item.turn.gains == gains and origin in (None, item.origin)
    )


def who(person: PersonAccess) -> Sentence:
    """Return the key, and what else they are called."""
    key = Piece(person.name, Form.NAME)
    if person.display in ("", person.name):
        return (key,)
    return (key, Piece(" ("), Piece(person.display, Form.NAME), Piece(")"))


def what(effects: Sequence[Effect], *, limit: int | None = NAMED) -> Sentence:
    """Return what is gained or lost, at most *limit* groups by name; one side at a time."""
    together = _held_together(effects)
    parts = [
        part
        for part in (
            _account(effects, alone=together),
            _list(effects, Thing.ROLE, None, alone=together),
            _list(effects, Thing.GROUP, limit, alone=together),
        )
        if part
    ]
    joined: list[Piece] = []
    for index, part in enumerate(parts):
        if index:
            final = ", and " if index == 1 and _departs(effects) else " and "
            joined.append(Piece(final if index == len(parts) - 1 else ", "))
        joined += part
    until = {item.cause.until for item in effects}
    if len(until) == 1 and (last := until.pop()) is not None and effects[0].turn.gains:
        joined.append(Piece(f", until {last}"))
    if together and effects[0].held_by:
        joined.append(Piece(f"; held by {', '.join(effects[0].held_by)}"))
    return tuple(joined)


def causes(effects: Sequence[Effect], *, limit: int = 3) -> Iterator[Sentence]:
    """Yield why, each reason once: the line that says so, the way through groups, the rule."""
    found = dict.fromkeys(item.cause for item in effects)
    sentences = dict.fromkeys(filter(None, (_cause(cause) for cause in found)))
    yield from list(sentences)[:limit]
    if len(sentences) > limit:
        more = len(sentences) - limit
        yield (Piece(f"and {count(more, 'more reason')}"),)


def is_held(effects: Sequence[Effect]) -> bool:
    """Tell whether nothing of *effects* would happen."""
    return bool(effects) and all(item.held_by for item in effects)


def is_privileged(person: PersonAccess, effects: Iterable[Effect]) -> bool:
    """Tell whether *effects* deserve a closer look."""
    return person.sensitive or any(item.privileged for item in effects)


def ending_said(ending: Ending) -> Sentence:
    """Return whose access ends, and when."""
    person = Piece(ending.key, Form.NAME)
    at, until = Piece(ending.target, Form.NAME), Piece(f" until {ending.until}")
    name = Piece(ending.name, Form.NAME)
    match ending.thing:
        case Thing.ACCOUNT:
            return (person, Piece(" has an account at "), at, until)
        case Thing.ROLE:
            return (person, Piece(" has the role "), name, Piece(" at "), at, until)
        case Thing.GROUP:
            return (person, Piece(" is in the group "), name, Piece(" at "), at, until)


def reviewer_said(reviewer: Reviewer) -> Sentence:
    """Return who answers for what; a text that calls nobody."""
    names = [Piece(name, Form.NAME) for name in (*reviewer.groups, *reviewer.people)[:NAMED]]
    more = len(reviewer.groups) + len(reviewer.people) - len(names)
    rest = (Piece(f" and {more:,} more"),) if more else ()
    return (Piece(reviewer.owner, Form.NAME), Piece(" for "), *_commas(names), *rest)


def _account(effects: Sequence[Effect], *, alone: bool) -> Sentence:
    found = next((item for item in effects if item.thing is Thing.ACCOUNT), None)
    if found is None:
        return ()
    return (Piece(_ACCOUNT[found.turn] + _held(found, alone=alone)),)


def _list(effects: Sequence[Effect], thing: Thing, limit: int | None, *, alone: bool) -> Sentence:
    """Return "leaves 3 groups: a, b, c"; what is privileged first, for the rest may be cut."""
    found = [item for item in effects if item.thing is thing]
    if not found:
        return ()
    found.sort(key=lambda item: not item.privileged)
    shown = found[:limit]
    names: list[Piece] = []
    for index, item in enumerate(shown):
        is_alone = item.unheard and len(found) == 1
        marks = ("privileged",) * item.privileged + (UNHEARD,) * is_alone
        mark = f" ({', '.join(marks)})" if marks else ""
        names += [Piece(", ")] if index else []
        names += [Piece(item.name, Form.NAME), Piece(mark + _held(item, alone=alone))]
    if len(found) > len(shown):
        names.append(Piece(f" and {len(found) - len(shown):,} more"))
    verb = "" if _has_account(effects) else f"{_verb(found[0], thing)} "
    noun = _noun(len(found), thing, " (the app is not told of them)" * found[0].unheard)
    return (Piece(f"{verb}{noun} "), *names)


def _departs(effects: Sequence[Effect]) -> bool:
    """Tell whether the account goes, which is said in a clause of its own."""
    return _has_account(effects) and not effects[0].turn.gains


def _has_account(effects: Sequence[Effect]) -> bool:
    return any(item.thing is Thing.ACCOUNT for item in effects)


def _verb(effect: Effect, thing: Thing) -> str:
    if thing is Thing.ROLE:
        return "gets" if effect.turn.gains else "loses"
    return "joins" if effect.turn.gains else "leaves"


def _noun(number: int, thing: Thing, remark: str) -> str:
    return f"the {thing}" if number == 1 else f"{number:,} {thing}s{remark}:"


def _held_together(effects: Sequence[Effect]) -> bool:
    """Tell whether all of it is held by the same, so that it is said once."""
    return len({item.held_by for item in effects}) == 1


def _held(effect: Effect, *, alone: bool) -> str:
    return "" if alone or not effect.held_by else f" (held by {', '.join(effect.held_by)})"


def _cause(cause: Cause) -> Sentence:
    parts: list[Sentence] = []
    if cause.at is not None:
        parts.append((Piece(str(cause.at), Form.NAME), Piece(_LINES[cause.line])))
    if cause.through:
        names = [Piece(name, Form.NAME) for name in cause.through]
        parts.append((Piece("through "), *_commas(names, " > ")))
    if cause.rule and cause.rule not in cause.why:
        parts.append((Piece("by the rule "), Piece(cause.rule, Form.NAME)))
    if cause.why:
        parts.append((Piece(cause.why, Form.PROSE),))
    return tuple(_joined(parts))


def _joined(parts: Sequence[Sentence]) -> Iterator[Piece]:
    """Yield *parts* with commas between; a reason in words follows a colon."""
    for index, part in enumerate(parts):
        if index:
            yield Piece(": " if part[0].form is Form.PROSE else ", ")
        yield from part


def _commas(names: Sequence[Piece], between: str = ", ") -> Iterator[Piece]:
    for index, name in enumerate(names):
        if index:
            yield Piece(between)
        yield name
