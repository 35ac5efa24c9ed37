"""What a plan does not do, as lists: not done, rewritten by the server, unmanaged."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from reconciler.model.access import Ending, Thing
from reconciler.model.idle import Idle
from reconciler.model.plan import Plan, TargetPlan
from reconciler.model.remarks import Unmanaged, Withheld
from reconciler.model.resource import Rewrite
from reconciler.render.plan.idle import IDLE_LEAD, idle_before, why_idle
from reconciler.render.safe import shorten
from reconciler.render.values import ARROW, show_place
from reconciler.render.words import IDLE, UNMANAGED, WARN, WITHHELD, Sign

_LISTED: Final = 1_000
"""How many of one list a page shows; the JSON plan holds all of them."""

_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing: its kind and name, what of it, why, and the line that says so, if any."""

    kind: str
    name: str
    what: str
    why: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Remarks:
    """A list under a title; *total* counts what is not shown too."""

    sign: Sign
    title: str
    lead: str
    items: tuple[Item, ...]
    total: int


def some(things: Sequence[_Thing], show: Callable[[_Thing], Item]) -> tuple[Item, ...]:
    """Return as many of *things* as a page lists."""
    return tuple(show(thing) for thing in things[:_LISTED])


def remarks_of(target: TargetPlan) -> tuple[Remarks, ...]:
    """Return the lists of *target* that hold anything."""
    return tuple(found for found in _every(target) if found.total)


def ending_of(plan: Plan) -> Remarks:
    """Return whose access ends soon by its window; nothing has to be done for it to end."""
    lead = "By a window in the YAML; who is to keep it needs a later day there."
    items = tuple(_ending(item) for item in plan.ending[:_LISTED])
    return Remarks(WARN, "Access that ends soon", lead, items, len(plan.ending))


def idle_of(plan: Plan) -> Remarks:
    """Return whom this change gives something that nothing comes of."""
    found = [(item, target.target) for target in plan.targets for item in target.idle]
    lead = f"{IDLE_LEAD[0].upper()}{IDLE_LEAD[1:]}."
    items = some(found, _idle)
    return Remarks(IDLE, "Idle by this change", lead, items, len(found))


def _idle(found: tuple[Idle, str]) -> Item:
    item, target = found
    what = f"at {target}: {item.given}"
    return Item(item.ref.kind, shorten(item.ref.key, 96), what, why_idle(item), show_place(item.at))


def _ending(item: Ending) -> Item:
    what = "account" if item.thing is Thing.ACCOUNT else f"{item.thing} {shorten(item.name, 96)}"
    privileged = ", privileged" if item.privileged else ""
    ends = f"at {item.target}{privileged}; the last day is {item.until.isoformat()}"
    return Item("", shorten(item.display or item.key, 96), what, ends, show_place(item.at))


def _every(target: TargetPlan) -> Iterator[Remarks]:
    if before := idle_before(target):
        rest = target.idle_count - len(target.idle)
        yield Remarks(IDLE, "Idle, and only counted", before.replace("`", ""), (), rest)
    lead = "Right by the YAML, but a setting or the server forbids it."
    items = some(target.withheld, show_withheld)
    yield Remarks(WITHHELD, "Not done", lead, items, len(target.withheld))
    lead = "What the server kept is not what was sent; it is not sent at every run."
    items = some(target.rewritten, _rewrite)
    yield Remarks(WARN, "Rewritten by the server", lead, items, len(target.rewritten))
    lead = "Live, not ours, left alone."
    items = some(target.unmanaged, _stranger)
    yield Remarks(UNMANAGED, "Unmanaged", lead, items, target.unmanaged_count)


def show_withheld(item: Withheld) -> Item:
    """Return what is not done with an object, and why."""
    kind, _, key = item.object_id.partition("/")[2].partition("/")
    return Item(kind, shorten(key, 96), item.what, item.why, show_place(item.at))


def _rewrite(item: Rewrite) -> Item:
    values = f"sent {shorten(item.sent, 96)}{ARROW}kept {shorten(item.kept, 96)}"
    return Item(item.kind, shorten(item.live_id, 96), shorten(item.path), values)


def _stranger(item: Unmanaged) -> Item:
    return Item(item.kind, shorten(item.display, 96), "", item.why)
