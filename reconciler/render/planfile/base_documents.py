"""What a plan file says of the base that it was compared with, and of the change under review."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from reconciler.model.trust import Effect

_Count = Annotated[int, Field(ge=0)]


class _Document(BaseModel):
    """A part of the file; additions by later versions are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class BaseDocument(_Document):
    """The desired state that it was compared with; with *errors* it could not be.

    *branch* is the one that *ref* stands for, where that is no name of one, such as `HEAD`.
    """

    ref: str
    commit: str
    errors: _Count = 0
    branch: str = ""


class OwnDocument(_Document):
    """What the change under review causes itself: its own fingerprint, and how many changes."""

    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    changes: _Count


class SettingDocument(_Document):
    """A setting that the change alters; its base decides it for this plan."""

    name: str
    before: str | None
    after: str | None
    effect: Effect
    at: str | None
