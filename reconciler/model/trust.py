"""What a change under review may not decide for its own plan (design §7, §9)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reconciler.model.directory import Desired
from reconciler.model.problem import Position


class Effect(StrEnum):
    """What becomes of a changed setting in the plan of the change itself."""

    NOT_CONTACTED = "not contacted"
    """Nothing is sent to the target, and its secret is not read."""
    BASE_HOLDS = "the base holds"
    """The plan goes by the base until this is merged."""
    LEFT_ALONE = "left alone"
    """The target is gone, so nothing of it is planned."""


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting by its path in the YAML; None where one side does not have it."""

    name: str
    before: str | None
    after: str | None
    effect: Effect
    at: Position | None = None


@dataclass(frozen=True, slots=True)
class Trusted:
    """A desired state to be planned, as far as its base can answer for it.

    *strangers* are the targets that must not be contacted, each with the reason.
    """

    desired: Desired
    settings: tuple[SettingChange, ...] = ()
    strangers: Mapping[str, str] = field(default_factory=dict)
