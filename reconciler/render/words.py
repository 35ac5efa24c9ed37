"""The words and signs of the screen: one table, so that every reading uses the same alphabet."""

from typing import Final, NamedTuple

from reconciler.model.origin import Origin
from reconciler.model.outcome import Status
from reconciler.model.plan import Action


class Sign(NamedTuple):
    """How an action or a status looks: its glyph, its style, and what it is called."""

    glyph: str
    style: str
    word: str


ACTIONS: Final = {
    Action.CREATE: Sign("+", "green", "create"),
    Action.ADOPT: Sign("~", "cyan", "adopt"),
    Action.UPDATE: Sign("~", "yellow", "update"),
    Action.ENABLE: Sign("↺", "green", "enable"),
    Action.DISABLE: Sign("−", "red", "disable"),
    Action.DELETE: Sign("✗", "bold red", "delete"),
    Action.ADD_MEMBERS: Sign("+", "green", "add members"),
    Action.REMOVE_MEMBERS: Sign("−", "red", "remove members"),
}

STATUSES: Final = {
    Status.DONE: Sign("✓", "green", "done"),
    Status.FAILED: Sign("✗", "bold red", "failed"),
    Status.SKIPPED: Sign("·", "dim", "skipped"),
    Status.HELD: Sign("‖", "yellow", "held"),
}

ORIGIN_TITLES: Final[dict[Origin, str]] = {
    "this_change": "This change",
    "pending": "Pending: not applied yet",
    "drift": "Drift: live was changed since it was last applied",
    "unknown": "Not this change; it is not known what was last applied",
}
"""What stands above the changes of each origin, the strongest first."""

ORIGIN_WORDS: Final[dict[Origin, str]] = {
    "this_change": "this change",
    "pending": "pending",
    "drift": "drift",
    "unknown": "origin unknown",
}

GOOD: Final = Sign("✓", "green", "")
BAD: Final = Sign("✗", "bold red", "")
WARN: Final = Sign("!", "yellow", "")
HELD: Final = Sign("‖", "yellow", "held")
PRIVILEGED: Final = Sign("‼", "bold magenta", "privileged")
CONFLICT: Final = Sign("?", "magenta", "conflict")
UNMANAGED: Final = Sign("·", "dim", "")
WITHHELD: Final = Sign("○", "dim", "")
IDLE: Final = Sign("○", "yellow", "idle")


def count(number: int, one: str, many: str = "") -> str:
    """Return "1 user", "2 users": *number* with the word that fits it."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
