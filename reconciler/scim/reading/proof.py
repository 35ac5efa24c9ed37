"""Hold a list against what else is known of a target.

A list that is cut, and counted so, looks whole, whatever its size. What gives it away is an object
that it leaves out: one that the ledger records, that a group names as its member, or that should
exist and that a filter finds. Only what is not listed costs a request, and never many, unless the
app hides whoever is inactive: then everybody who should be active and is not listed is asked for.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias, TypeVar

from reconciler.errors import TargetError
from reconciler.model.path import AttributePath, read_path
from reconciler.model.resource import Claim, Expected, Live, LookUp
from reconciler.model.service import Quirk
from reconciler.model.values import Kind
from reconciler.scim.reader import ScimReader

RECORDED, NAMED, WANTED = 25, 25, 10
"""The most that are asked for of one kind: recorded ids, ids of members, wanted objects."""

_Resource: TypeAlias = dict[str, Any]
_Question = TypeVar("_Question")
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Proof:
    """What a list left out, and whether that disproves it."""

    hidden: tuple[Live, ...]
    disproved: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The objects of one kind that a list showed, by everything that they are known by."""

    kind: Kind
    lives: Sequence[Live]
    ids: frozenset[str] = field(init=False)
    _external_ids: frozenset[str | None] = field(init=False)
    _values: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", frozenset(live.id for live in self.lives))
        marks = frozenset(live.external_id for live in self.lives)
        object.__setattr__(self, "_external_ids", marks)

    def values(self, path: AttributePath) -> Iterator[str]:
        """Yield what the objects hold at *path*, in the order of the list."""
        found = (read_path(path, live.resource) for live in self.lives)
        return (value for value in found if isinstance(value, str) and value)

    def answers(self, question: LookUp) -> bool:
        """Tell whether somebody has the value that *question* asks for; case does not count."""
        identity = question.path.identity
        if identity not in self._values:
            values = self.values(question.path)
            self._values[identity] = frozenset(value.casefold() for value in values)
        return question.value.casefold() in self._values[identity]

    def new(self, resources: Iterable[_Resource]) -> Iterator[Live]:
        """Yield those of *resources* that were not shown."""
        for item in resources:
            if item.get("id") and str(item["id"]) not in self.ids:
                yield Live(self.kind, str(item["id"]), item)

    def satisfies(self, claim: Claim) -> bool:
        """Tell whether what *claim* is about was shown."""
        return (
            claim.live_id in self.ids
            or claim.external_id in self._external_ids
            or any(map(self.answers, claim.look_ups))
        )


def check_list(
    reader: ScimReader,
    shown: Shown,
    expected: Expected,
    named: Sequence[str],
    *,
    everybody: bool = False,
) -> Proof:
    """Ask for some of what should be in a list and is not; *named* are ids of group members.

    *everybody* who should be active is asked for where the app hides inactive accounts: it says
    so, or some are found to be hidden for that.
    """
    everybody = everybody or Quirk.HIDES_INACTIVE in reader.service.quirks
    recorded = {live_id for kind, live_id in expected.recorded if kind is shown.kind}
    ordered = (key for kind, key in expected.recorded if kind is shown.kind)
    lost = [key for key in ordered if key not in shown.ids]
    known = shown.ids | recorded
    strange = [key for key in dict.fromkeys(named) if key not in known]
    due = _due(shown, expected) & set(lost[RECORDED:]) if everybody else set[str]()
    keys = (*lost[:RECORDED], *sorted(due), *strange[:NAMED])
    by_id = dict(
        zip(keys, ask(reader, keys, lambda key: reader.read(shown.kind, key)), strict=True)
    )
    wanted = islice(_sought(reader, shown, expected.claims), None if everybody else WANTED)
    by_filter = ask(reader, tuple(wanted), reader.find)
    hidden = tuple(_hidden(by_id, by_filter, shown).values())
    unclear = [by_id[key] for key in lost if isinstance(by_id.get(key), TargetError)]
    asleep = _are_hidden_for_being_inactive(hidden, shown)
    if hidden and asleep and not everybody:
        return check_list(reader, shown, expected, named, everybody=True)
    said = (
        _said_of_recorded(len(recorded), lost, by_id),
        _said_of_hidden(hidden, asleep=asleep),
        _said_of_wanted(by_filter),
    )
    return Proof(
        hidden,
        disproved=bool(unclear or (hidden and not asleep)),
        evidence="; ".join(sentence for sentence in said if sentence),
    )


def ask(
    reader: ScimReader, questions: Sequence[_Question], put: Callable[[_Question], _Answer]
) -> list[_Answer | TargetError]:
    """Put every question, `service.concurrency` at a time; what fails gives its error."""

    def answer(question: _Question) -> _Answer | TargetError:
        try:
            return put(question)
        except TargetError as error:
            return error

    if not questions:
        return []
    with ThreadPoolExecutor(max_workers=reader.service.concurrency) as pool:
        return list(pool.map(answer, questions))


def _due(shown: Shown, expected: Expected) -> set[str]:
    """Return the recorded ids of those who should be active."""
    claims = (claim for claim in expected.claims if claim.kind is shown.kind and claim.active)
    return {claim.live_id for claim in claims if claim.live_id is not None}


def _sought(reader: ScimReader, shown: Shown, claims: Iterable[Claim]) -> Iterator[LookUp]:
    """Yield one look-up each for wanted objects that are neither listed nor recorded."""
    filterable = {name.casefold() for name in reader.service.filterable}
    for claim in claims:
        if claim.kind is not shown.kind or not claim.active or claim.live_id is not None:
            continue
        if not shown.satisfies(claim):
            yield from [item for item in claim.look_ups if item.path.identity in filterable][:1]


def _hidden(
    by_id: dict[str, _Resource | TargetError | None],
    by_filter: Iterable[Sequence[_Resource] | TargetError],
    shown: Shown,
) -> dict[str, Live]:
    """Return who is there all the same, by id."""
    read = ((key, item) for key, item in by_id.items() if isinstance(item, dict))
    found = {key: Live(shown.kind, key, item) for key, item in read}
    for hits in by_filter:
        if not isinstance(hits, TargetError):
            found.update((live.id, live) for live in shown.new(hits))
    return found


def _are_hidden_for_being_inactive(hidden: Sequence[Live], shown: Shown) -> bool:
    """Tell whether the app lists active accounts only, all of them: then nothing is amiss."""
    listed_active = bool(shown.lives) and all(live.active for live in shown.lives)
    return listed_active and not any(live.active for live in hidden)


def _said_of_recorded(
    count: int, lost: Sequence[str], by_id: dict[str, _Resource | TargetError | None]
) -> str:
    if not count:
        return ""
    if not lost:
        return f"all {count:,} on record are listed"
    asked = [by_id[key] for key in lost if key in by_id]
    gone = sum(item is None for item in asked)
    said = f"{len(lost):,} of {count:,} on record not listed"
    said += f", {gone} of {len(asked)} asked for gone"
    errors = [item for item in asked if isinstance(item, TargetError)]
    return f"{said}, {len(errors)} cannot be read ({errors[0].message})" if errors else said


def _said_of_hidden(hidden: Sequence[Live], *, asleep: bool) -> str:
    if not hidden:
        return ""
    names = hidden[0].display + (f" and {len(hidden) - 1} more" if len(hidden) > 1 else "")
    why = "inactive accounts are not listed here" if asleep else "the list leaves out who is there"
    return f"{names} found by asking: {why}"


def _said_of_wanted(by_filter: Sequence[object]) -> str:
    if not by_filter:
        return ""
    missing = sum(items == () for items in by_filter)
    failed = sum(isinstance(items, TargetError) for items in by_filter)
    said = f"{missing} of {len(by_filter)} looked up by filter not found"
    return f"{said}, {failed} could not be asked" if failed else said
