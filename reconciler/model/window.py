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


ALWAYS = Window()
