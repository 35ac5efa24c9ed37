"""What was told last, so that a loop tells at length only what is news."""

from collections.abc import Hashable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Repeats:
    """What was last told of each topic. The cycles of a loop share one; an apply begins anew."""

    _last: dict[Hashable, Hashable] = field(default_factory=dict)

    def repeats(self, topic: Hashable, told: Hashable) -> bool:
        """Note what is *told* of *topic* now; tell whether it is what was told last."""
        known = topic in self._last and self._last[topic] == told
        self._last[topic] = told
        return known

    def forget(self, topic: Hashable) -> None:
        """Let whatever is told of *topic* next be news."""
        self._last.pop(topic, None)
