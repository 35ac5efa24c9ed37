"""Notices: what is told to people who do not watch, once for each cause."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final, Literal, TypeAlias

from reconciler.model.auth import SecretSource

TARGET: Final = "target"
"""The subject of a target that failed as a whole, whoever noticed it."""
MANY: Final = "many"
"""The mark of more items than are told apart: it is told once, whoever is among them."""
_MOST: Final = 1000

Channel: TypeAlias = Literal["email", "webhook"]
State: TypeAlias = Literal["new", "more", "over"]
"""Of a cause: nobody was told, there is more of it than was told, or it has ended."""


class Event(StrEnum):
    """What a target may be told of."""

    FAILURE = "failure"
    HELD = "held"
    QUARANTINE = "quarantine"
    DRIFT = "drift"


class Format(StrEnum):
    """What a webhook takes."""

    JSON = "json"
    BLOCKS = "slack"
    """The blocks of the chat that began with them; others read them too."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a notice is posted. The URL is a secret: whoever knows it can write there."""

    url: SecretSource
    format: Format = Format.JSON


@dataclass(frozen=True, slots=True)
class Notify:
    """Who is told of what happens at a target."""

    email: tuple[str, ...] = ()
    webhook: Webhook | None = None
    on: frozenset[Event] = frozenset(Event)


@dataclass(frozen=True, slots=True)
class Step:
    """What helps, in words, and where there is one the command, to be pasted as it is."""

    words: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class Commands:
    """The commands that help at one target; *accept* holds one for each guard that may pass."""

    look: str
    """What a run sent there, and what was answered; a `--status` may follow."""
    check: str
    plan: str
    apply: str
    leave: str
    drift: str
    accept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why somebody is told: *subject* is what stays the same from run to run, *items* its parts.

    *items* maps what tells a part from others to what is said of it. *said* is to be known of the
    whole, with the numbers of the day: it makes no cause another one.
    """

    event: Event
    subject: str
    title: str
    items: Mapping[str, str]
    said: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def marks(self) -> Mapping[str, str]:
        """Short marks of the items, by which the ledger knows them again, to what is said."""
        if len(self.items) > _MOST:
            return {MANY: f"{len(self.items):,} in all"}
        return {sha256(key.encode()).hexdigest()[:12]: said for key, said in self.items.items()}


@dataclass(frozen=True, slots=True)
class Situation:
    """What one run found at one target, and which causes it would have found.

    *subjects* are those that may be told to have ended, all of an event where they are None; a run
    that did only a part of what there is knows nothing of the rest.
    """

    target: str
    causes: tuple[Cause, ...]
    judged: Mapping[Event, frozenset[str] | None]
    is_part: bool = False

    def judges(self, event: Event, subject: str) -> bool:
        """Tell whether the run would have noticed this cause, so that without it it is over."""
        subjects = self.judged.get(event, frozenset())
        return subjects is None or subject in subjects


@dataclass(frozen=True, slots=True)
class Told:
    """A cause that people were told of and that lasts, as the ledger keeps it."""

    event: Event
    subject: str
    title: str
    marks: frozenset[str]
    since: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """What a notice says of one cause: the *lines* that nobody was told yet."""

    state: State
    event: Event
    title: str
    lines: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told of a situation, and what the ledger holds once it was told.

    *quietly* is to be kept even where nothing is told: there is less of a cause than before.
    """

    entries: tuple[Entry, ...] = ()
    kept: tuple[Told, ...] = ()
    ended: tuple[Told, ...] = ()
    quietly: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """One message about one target, which is at *url*."""

    target: str
    entries: tuple[Entry, ...]
    at: datetime
    url: str = ""
    run: int | None = None
    trigger: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a notice on one channel; *remark* says why, or what else is to be known."""

    target: str
    channel: Channel
    is_sent: bool = True
    remark: str = ""


def failed_target(reason: str, commands: Commands) -> Cause:
    """Return the cause of a target that failed: an apply and a report of drift find the same."""
    step = Step("What is wrong, by reading alone", commands.check)
    said = {without_numbers(reason): reason}
    return Cause(Event.FAILURE, TARGET, "the target failed", said, steps=(step,))


def without_numbers(text: str) -> str:
    """Return *text* as a mark that no number of the day changes."""
    return re.sub(r"\d+", "#", text)
