"""Who is meant: users and groups, by key."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from reconciler.values import Value


class Kind(StrEnum):
    """The two kinds of object that take the road together."""

    USER = "user"
    GROUP = "group"


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """A user or group by its key, whose id at the target may not be known yet."""

    kind: Kind
    key: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"


Wish: TypeAlias = "Value | Ref | tuple[Ref, ...]"
"""A wanted value: known, or references whose ids `execute` looks up when they are needed."""


def references_of(value: Wish) -> tuple[Ref, ...]:
    """Return every object that *value* refers to."""
    if value is None or isinstance(value, str):
        return ()  # By far the most.
    items = value if isinstance(value, tuple) else (value,)
    return tuple(item for item in items if isinstance(item, Ref))


def resolved(value: Wish, ids: Mapping[Ref, str]) -> Value:
    """Return *value* with every reference replaced by the id at the target."""
    if isinstance(value, tuple):
        return tuple(resolved(item, ids) for item in value)
    return ids[value] if isinstance(value, Ref) else value
