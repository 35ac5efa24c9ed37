"""What a plan says of objects that nothing happens to, and why."""

from dataclasses import dataclass

from reconciler.model.problem import Position
from reconciler.model.values import Kind, Ref


@dataclass(frozen=True, slots=True)
class Conflict:
    """It is unclear who is who; nothing happens until a person decides."""

    kind: Kind
    key: str
    message: str
    hint: str
    at: Position | None = None
    live_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmanaged:
    """A live object that is left alone, and why."""

    kind: Kind
    live_id: str
    display: str
    why: str
    key: str = ""
    """Whom it matches in the YAML, if anybody."""

    @property
    def ref(self) -> Ref:
        """Whom it matches, by kind and key; nobody has the empty key."""
        return Ref(self.kind, self.key)


@dataclass(frozen=True, slots=True)
class Withheld:
    """Something that would be right but is not done, because a setting or the server forbids."""

    object_id: str
    what: str
    why: str
    at: Position | None = None
    member: str = ""
    """The key of the member meant, where the object is a group."""
