"""What an import from another tool gives: files to write, and all that needs a person's eye."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What became of something that was found in an export."""

    LOST = "lost"
    """It cannot be expressed here, and is not in the YAML."""

    DECIDE = "decide"
    """It is in the YAML as well as it can be; a person has to decide or add something."""

    DIFFERS = "differs"
    """It is in the YAML, and means something else here or is written in another way."""

    UNUSED = "unused"
    """It has no meaning here, so it is left out."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that the YAML does not say as the export does.

    *place* is a JSON pointer (RFC 6901), behind `secrets:` or `job:` for a file of its own.
    """

    verdict: Verdict
    place: str
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """The *files* by their path in the desired state, in what they count, and the remarks."""

    targets: tuple[str, ...]
    profile: str
    because: str
    """Why this profile was taken."""
    files: Mapping[str, str]
    counts: Mapping[str, int]
    remarks: tuple[Remark, ...]
