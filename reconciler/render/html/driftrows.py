"""The differences of a drift report as rows of a table, and what they can be filtered by."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from reconciler.model.drift import DriftItem, Sighting
from reconciler.model.drift_class import DriftClass
from reconciler.model.drift_report import Drift
from reconciler.render.drift.words import CLASSES, along_of, facts_of, span
from reconciler.render.html.facets import Facet, Marks, worth_showing
from reconciler.render.html.rows import MOST
from reconciler.render.html.values import Shown, cut
from reconciler.render.safe import shorten
from reconciler.render.stamp import stamp
from reconciler.render.values import SENSITIVE, show_path, show_place, show_value
from reconciler.render.words import Sign

_SAYS: Final = {
    DriftClass.MISSING: "it is not there",
    DriftClass.UNMANAGED: "it is there",
    DriftClass.CHANGED: "",
    DriftClass.EXTRA_MEMBER: "is in it and should not be",
    DriftClass.MISSING_MEMBER: "is not in it and should be",
}
_AGES: Final = ("new", "there before", "came back", "not known")


@dataclass(frozen=True, slots=True)
class DriftRow:
    """One difference. *since* is for machines, *age* for people; both may be empty."""

    marks: str
    sign: Sign
    kind: str
    key: str
    display: str
    target: str
    since: str
    age: str
    place: str
    member: str
    member_display: str
    says: str
    path: str
    expected: Shown | None
    found: Shown | None
    facts: tuple[str, ...]
    held_by: tuple[str, ...]
    privileged: bool


@dataclass(frozen=True, slots=True)
class Differences:
    """The table: *total* counts those that the page leaves out too."""

    rows: tuple[DriftRow, ...]
    total: int
    facets: tuple[Facet, ...]


class _Filters:
    """What the differences can be filtered by."""

    def __init__(self, drift: Drift) -> None:
        self.drift_class = Marks("Class", "c", CLASSES)
        self.target = Marks("Target", "t", (target.target for target in drift.targets))
        self.age = Marks("Seen", "e", _AGES)
        self.apply = Marks("An apply", "h", ("mends it", "leaves it", "is held"))
        self.sensitive = Marks("Sensitive", "s", ("privileged", "masked values", "neither"))
        self.kind = Marks("Kind", "k", ("user", "group"))

    def marks(self, item: DriftItem) -> str:
        """Return the marks of *item*, that of its class first."""
        doing = "is held" if item.held_by else "leaves it" if item.left else "mends it"
        sensitive = [*["privileged"] * item.privileged, *["masked values"] * item.sensitive]
        found = (
            *self.drift_class.of(item.drift_class),
            *self.target.of(item.target),
            *self.age.of(_state(item.sighting)),
            *self.apply.of(doing),
            *self.sensitive.of(*(sensitive or ["neither"])),
            *self.kind.of(item.kind),
        )
        return " ".join(found)

    def facets(self) -> tuple[Facet, ...]:
        """Return the filters that tell rows apart."""
        words = {name.value: sign.word for name, sign in CLASSES.items()}
        every = (
            self.drift_class,
            self.target,
            self.age,
            self.apply,
            self.sensitive,
            self.kind,
        )
        return worth_showing([marks.facet(words) for marks in every])


def differences_of(drift: Drift) -> Differences:
    """Return what differs at all targets, the most dangerous first."""
    every = sorted(drift.items, key=lambda item: item.danger)
    filters = _Filters(drift)
    rows = tuple(_row(item, drift, filters) for item in every[:MOST])
    return Differences(rows, len(every), filters.facets())


def _state(sighting: Sighting | None) -> str:
    if sighting is None:
        return "not known"
    if sighting.times == 1:
        return "new"
    return "came back" if sighting.has_come_back else "there before"


def _row(item: DriftItem, drift: Drift, filters: _Filters) -> DriftRow:
    seen = item.sighting
    hides = item.drift_class is not DriftClass.CHANGED
    return DriftRow(
        marks=filters.marks(item),
        sign=CLASSES[item.drift_class],
        kind=item.kind,
        key=shorten(item.key or item.display, 96),
        display=_other(item.display, item.key) if item.key else "",
        target=item.target,
        since=stamp(seen.began) if seen else "",
        age=_age(item, drift),
        place=show_place(item.at),
        member=shorten(item.member, 96),
        member_display=""
        if item.member_display == item.member
        else shorten(item.member_display, 96),
        says=_says(item),
        path=show_path(item.path) if item.path else "",
        expected=None if hides else _shown(item, expected=True),
        found=None if hides else _shown(item, expected=False),
        facts=tuple(_facts(item, drift)),
        held_by=item.held_by,
        privileged=item.privileged,
    )


def _says(item: DriftItem) -> str:
    return f"{_SAYS[item.drift_class]}{along_of(item)}"


def _age(item: DriftItem, drift: Drift) -> str:
    if item.sighting is None:
        return ""
    return "new" if item.sighting.times == 1 else span(item.sighting.age(drift.created))


def _facts(item: DriftItem, drift: Drift) -> Iterator[str]:
    """Yield what is known of an item beyond its badges."""
    badged = replace(item, privileged=False, held_by=())
    yield from facts_of(badged, drift.created, lambda text: shorten(text, 300))


def _other(display: str, name: str) -> str:
    return "" if display == name else shorten(display, 96)


def _shown(item: DriftItem, *, expected: bool) -> Shown:
    if item.sensitive:
        return Shown(SENSITIVE)
    return cut(show_value(item.expected if expected else item.found))
