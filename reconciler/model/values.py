"""Who is meant: users and groups, by key."""

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


Wish: TypeAlias = "Value | Ref"
"""A wanted value: known, or a reference whose id `execute` looks up when it is needed."""
