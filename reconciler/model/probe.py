"""What `check --probe` learns of a server: facts, each with the requests that show it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from reconciler.model.service import Quirk
from reconciler.model.values import Kind


class Subject(StrEnum):
    """What a fact is about, in the order of the report."""

    DISCOVERY = "discovery"
    PAGING = "paging"
    FILTERS = "filters"
    READING = "reading"
    GROUPS = "groups"
    CREATE = "create"
    PATCH = "patch"
    PUT = "put"
    MEMBERS = "members"
    LIFE = "disable and delete"


class Part(StrEnum):
    """Which part of a profile a knob stands in."""

    PAGE_SIZE = "page_size"
    MEMBERS_PER_REQUEST = "members_per_request"
    FILTERABLE = "filterable"
    QUIRKS = "quirks"
    STORES_EXTERNAL_ID = "stores_external_id"
    ACTIONS = "actions"
    STORED = "stored"


@dataclass(frozen=True, slots=True)
class Knob:
    """One setting: *name* is the quirk, the attribute path or the verb, where there is one."""

    part: Part
    name: str = ""
    kind: Kind | None = None

    def __str__(self) -> str:
        owner = f"{self.kind}s." if self.kind else ""
        return f"{owner}{self.part}" + (f": {self.name}" if self.name else "")


Setting: TypeAlias = bool | int
"""What a knob is set to: a number for a size; else whether its name belongs in the list."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was asked, what came of it in words, and the requests that show it.

    With a *knob*, *value* is what it should be set to, None where that could not be told.
    *failed*: the question could not be put.
    """

    subject: Subject
    name: str
    says: str
    evidence: tuple[str, ...] = ()
    knob: Knob | None = None
    value: Setting | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """What the objects of one probe are called: *mark* is random, so that nobody else bears it.

    *is_bare*: the app takes no whole address for a userName.
    """

    mark: str
    domain: str
    is_bare: bool = False

    def user(self, letter: str) -> str:
        """Return the userName of one of its users: in both cases, as some servers fold it."""
        return f"Probe-{self.mark}-{letter}" if self.is_bare else self.address(letter)

    def address(self, letter: str) -> str:
        """Return the e-mail address of one of its users."""
        return f"Probe-{self.mark}-{letter}@{self.domain}"

    def group(self) -> str:
        """Return the displayName of its group."""
        return f"reconciler-probe-{self.mark}"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a probe made: *live_id* is None where its creation had no answer."""

    kind: Kind
    name: str
    live_id: str | None = None


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something of a probe's that could not be taken away, and why.

    *inactive*: the app keeps whom it deletes; there is nothing more that could be done.
    """

    thing: Thing
    why: str
    inactive: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a server is not as its profile says, and the requests that show it."""

    knob: Knob
    profile: Setting
    server: Setting
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Probe:
    """Everything that was learned of one target."""

    target: str
    url: str
    profile: str
    facts: tuple[Fact, ...]
    requests: int
    wrote: bool = False
    leftovers: tuple[Leftover, ...] = ()

    @property
    def failed(self) -> bool:
        """Tell whether a question could not be put, or something was left behind that could go."""
        if any(fact.failed for fact in self.facts):
            return True
        return not all(item.inactive for item in self.leftovers)


def quirk(word: Quirk) -> Knob:
    """Return the knob of a quirk."""
    return Knob(Part.QUIRKS, word)


def filterable(path: str) -> Knob:
    """Return the knob that says whether objects are found by *path*."""
    return Knob(Part.FILTERABLE, path)


def action(verb: str, kind: Kind) -> Knob:
    """Return the knob that says whether the app does *verb* to objects of *kind*."""
    return Knob(Part.ACTIONS, verb, kind)
