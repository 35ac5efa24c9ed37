"""The top of a plan's page: the verdict, the numbers, and where everything was read."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from reconciler.model.plan import Action, Plan, TargetPlan
from reconciler.render.html.notes import Remarks, remarks_of
from reconciler.render.plan.compared import Setting, incomparable, settings_of
from reconciler.render.plan.forecast import allowance_of, cost_of, lateness_of
from reconciler.render.plan.idle import idle_noted
from reconciler.render.plan.summary import count_plan
from reconciler.render.stamp import readable, stamp
from reconciler.render.words import ACTIONS, CONFLICT, HELD, IDLE, UNMANAGED, Sign, count

_UNCHANGED: Final = Sign("=", "dim", "unchanged")
_MEMBERS: Final = {
    "add_members": (ACTIONS[Action.ADD_MEMBERS], "member to add", "members to add"),
    "remove_members": (ACTIONS[Action.REMOVE_MEMBERS], "member to remove", "members to remove"),
}
_STATES: Final = {
    "held": (HELD, "held", "held"),
    "conflicts": (CONFLICT, "conflict", "conflicts"),
    "unchanged": (_UNCHANGED, "unchanged", "unchanged"),
    "unmanaged": (UNMANAGED, "unmanaged", "unmanaged"),
    "idle": (IDLE, "idle", "idle"),
}


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the plan under its sign."""

    sign: Sign
    number: int
    word: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to think of the plan at first sight; *tone* is a style of `render.words`."""

    title: str
    sentence: str
    tone: str


@dataclass(frozen=True, slots=True)
class Place:
    """One target: how it was read, what an apply costs, what is left alone there."""

    target: str
    url: str
    profile: str
    live: str
    unread: str
    """Why nobody looked there; empty where somebody did."""
    taken: str
    taken_stamp: str
    complete: bool
    evidence: tuple[str, ...]
    costs: tuple[str, ...]
    late: str
    notes: tuple[str, ...]
    remarks: tuple[Remarks, ...]


def verdict_of(plan: Plan, waiting: int) -> Verdict:
    """Return the verdict; *waiting* counts what needs a decision."""
    if bad := incomparable(plan):
        return Verdict("Nothing was planned", " ".join(bad), "red")
    changes = len(plan.changes)
    title = count(changes, "change") if changes else "No changes"
    if waiting:
        needs, them = ("needs", "it is") if waiting == 1 else ("need", "they are")
        sentence = (
            f"{count(waiting, 'thing')} {needs} a decision. What is held does not happen until "
            f"{them} accepted for this plan."
        )
        return Verdict(title, sentence, "yellow")
    if unread := [target.target for target in plan.targets if target.unread is not None]:
        were = "was" if len(unread) == 1 else "were"
        sentence = f"{count(len(unread), 'target')} {were} not contacted: what is listed there is "
        return Verdict(title, f"{sentence}how this differs from its base.", "yellow")
    if changes:
        return Verdict(title, "Nothing is held: what is listed here is what will happen.", "green")
    unchanged = count(count_plan(plan)["unchanged"], "object")
    return Verdict(title, f"{unchanged} as the YAML says.{idle_noted(plan)}", "green")


def settings_by_effect(plan: Plan) -> tuple[tuple[str, tuple[Setting, ...]], ...]:
    """Return the settings that are not for this change to decide, by what becomes of them."""
    listed, _ = settings_of(plan)
    groups = groupby(listed, key=lambda setting: setting.effect)
    return tuple((effect, tuple(settings)) for effect, settings in groups)


def numbers_of(plan: Plan) -> tuple[Number, ...]:
    """Return the numbers of the plan that are not zero; those of actions leave out what is held."""
    return tuple(_numbers(count_plan(plan)))


def place_of(target: TargetPlan) -> Place:
    """Return what a page says of *target* besides its changes."""
    users, groups = count(target.live_users, "user"), count(target.live_groups, "group")
    forecast = target.forecast
    costs: tuple[str, ...] = ()
    if forecast is not None:
        budgets = (f"{allowance_of(item)}." for item in forecast.allowances)
        costs = (cost_of(forecast), *budgets)
    return Place(
        target=target.target,
        url=target.url,
        profile=target.profile,
        live=f"{users}, {groups}",
        unread=target.unread or "",
        taken=readable(target.taken),
        taken_stamp=stamp(target.taken),
        complete=target.complete,
        evidence=target.evidence,
        costs=costs,
        late=lateness_of(forecast) if forecast else "",
        notes=target.notes,
        remarks=remarks_of(target),
    )


def _numbers(counts: dict[str, int]) -> Iterator[Number]:
    for action, sign in ACTIONS.items():
        if number := counts.get(action.value, 0):
            yield Number(sign, number, f"to {sign.word}")
    for words in (_MEMBERS, _STATES):
        for key, (sign, one, many) in words.items():
            if number := counts[key]:
                yield Number(sign, number, one if number == 1 else many)
