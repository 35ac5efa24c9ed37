"""Remarks as they are collected while an export is translated."""

from dataclasses import dataclass, field

from reconciler.model.imported import Remark, Verdict


@dataclass(slots=True)
class Remarks:
    """Remarks in the order in which they were made."""

    found: list[Remark] = field(default_factory=list)

    def lost(self, place: str, message: str, hint: str | None = None) -> None:
        """Note what cannot be expressed here."""
        self.found.append(Remark(Verdict.LOST, place, message, hint))

    def decide(self, place: str, message: str, hint: str | None = None) -> None:
        """Note what a person has to decide or add."""
        self.found.append(Remark(Verdict.DECIDE, place, message, hint))

    def differs(self, place: str, message: str, hint: str | None = None) -> None:
        """Note what means something else here, or is written in another way."""
        self.found.append(Remark(Verdict.DIFFERS, place, message, hint))

    def unused(self, place: str, message: str) -> None:
        """Note what has no meaning here."""
        self.found.append(Remark(Verdict.UNUSED, place, message))
