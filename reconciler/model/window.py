"""When something holds: days in UTC, both ends included (design §5)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Window:
    """UTC days, both included; None is open."""

    start: date | None = None
    end: date | None = None

    def contains(self, day: date) -> bool:
        """Tell whether *day* lies in the window."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def refusal(self, day: date) -> str | None:
        """Say when it opens, or when it closed; None where *day* lies in the window."""
        if self.start is not None and day < self.start:
            return f"starts on {self.start}"
        return None if self.contains(day) else f"ended on {self.end}"


ALWAYS = Window()
