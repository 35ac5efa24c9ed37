"""What a plan means for each person: who loses or gains what, at which target."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from reconciler.model.plan import Action, Change, MemberChange, Plan
from reconciler.model.values import Kind
from reconciler.render.markdown.budget import Rank, Row
from reconciler.render.markdown.spans import bullet, code, prose
from reconciler.render.values import show_place

_LOSSES = {Action.DELETE: "account deleted", Action.DISABLE: "account disabled"}
_GAINS = {
    Action.CREATE: "account created",
    Action.ENABLE: "account enabled",
    Action.ADOPT: "account adopted",
}
_NAMED = 5
"""How many groups the short form names."""


@dataclass(slots=True)
class _Person:
    """What happens to one person's access at one target."""

    target: str
    name: str
    display: str
    account: Change | None = None
    leaves: list[tuple[Change, MemberChange]] = field(default_factory=list)
    joins: list[tuple[Change, MemberChange]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Access:
    """Who loses something, accounts first, and who gains something; of some all is held back."""

    losses: tuple[Row, ...]
    gains: tuple[Row, ...]
    losses_held: int
    gains_held: int


def access_of(plan: Plan) -> Access:
    """Return what *plan* means for each person."""
    people = list(_people(plan))
    losers = [person for person in people if _loses(person)]
    gainers = [person for person in people if person.joins or _gains_account(person)]
    return Access(
        tuple(sorted(map(_loss, losers), key=lambda row: row.rank)),
        tuple(map(_gain, gainers)),
        sum(_is_held(person.account, person.leaves) for person in losers),
        sum(_is_held(person.account, person.joins) for person in gainers),
    )


def _is_held(account: Change | None, groups: list[tuple[Change, MemberChange]]) -> bool:
    changes = [change for change, _ in groups] + ([account] if account else [])
    return all(change.held_by for change in changes)


def _people(plan: Plan) -> Iterator[_Person]:
    for target in plan.targets:
        people: dict[str, _Person] = {}
        for change in target.changes:
            if change.kind is Kind.USER:
                if change.action in _LOSSES or change.action in _GAINS:
                    person = _find(people, change.target, change.key, change.display)
                    person.account = change
                    person.display = change.display
                continue
            for member in change.remove:
                found = _find(people, change.target, member.name, member.display)
                found.leaves.append((change, member))
            for member in change.add:
                found = _find(people, change.target, member.name, member.display)
                found.joins.append((change, member))
        yield from people.values()


def _find(people: dict[str, _Person], target: str, name: str, display: str) -> _Person:
    return people.setdefault(name, _Person(target, name, display))


def _loses(person: _Person) -> bool:
    return bool(person.leaves) or (person.account is not None and person.account.action in _LOSSES)


def _gains_account(person: _Person) -> bool:
    return person.account is not None and person.account.action in _GAINS


def _loss(person: _Person) -> Row:
    account = person.account if person.account and person.account.action in _LOSSES else None
    rank = Rank.LOSS
    if account is not None:
        rank = Rank.DELETE if account.action is Action.DELETE else Rank.DISABLE
    said = [_LOSSES[account.action] + _held(account)] if account else []
    return _row(rank, "−", person, said, "leaves", person.leaves)


def _gain(person: _Person) -> Row:
    account = person.account if _gains_account(person) else None
    said = [_GAINS[account.action] + _held(account)] if account else []
    return _row(Rank.GAIN, "+", person, said, "joins", person.joins)


def _row(
    rank: Rank,
    sign: str,
    person: _Person,
    said: list[str],
    verb: str,
    *groups: list[tuple[Change, MemberChange]],
) -> Row:
    named = [(change, member) for group in groups for change, member in group]
    head = f"- {bullet(sign)} {_who(person)} at {code(person.target)}: "
    return Row(
        rank,
        head + ", ".join([*said, *_groups(verb, named, len(named))]) + _because(person, named),
        head + ", ".join([*said, *_groups(verb, named, _NAMED)]),
    )


def _who(person: _Person) -> str:
    same = person.display in ("", person.name)
    return code(person.name) if same else f"{code(person.name)} ({code(person.display, 64)})"


def _groups(verb: str, named: list[tuple[Change, MemberChange]], limit: int) -> Iterator[str]:
    if not named:
        return
    names = [code(change.display or change.key, 64) + _held(change) for change, _ in named[:limit]]
    more = f" and {len(named) - limit:,} more" if len(named) > limit else ""
    noun = "group" if len(named) == 1 else f"{len(named):,} groups"
    yield f"{verb} the {noun} {', '.join(names)}{more}"


def _held(change: Change) -> str:
    return f" (held by {', '.join(change.held_by)})" if change.held_by else ""


def _because(person: _Person, named: list[tuple[Change, MemberChange]]) -> str:
    """Return why, and the lines that say so, each reason once."""
    reasons = [person.account.why] if person.account else []
    reasons += [change.why for change, _ in named]
    places = [person.account.at] if person.account else []
    places += [member.at or change.at for change, member in named]
    shown = dict.fromkeys(show_place(at) for at in places if at is not None)
    why = "; ".join(prose(reason) for reason in dict.fromkeys(reasons) if reason)
    lines = ", ".join(code(place) for place in list(shown)[:_NAMED])
    return (f"\\\n  {why}" if why else "") + (f" · {lines}" if lines else "")
