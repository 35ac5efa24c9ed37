"""What was told last, so that a loop tells at length only what is news."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Repeats:
    """What was last told of each topic. The cycles of a loop share one; an apply begins anew."""

    _last: dict[Hashable, Hashable] = field(default_factory=dict)
    _since: dict[Hashable, dict[Hashable, datetime]] = field(default_factory=dict)

    def repeats(self, topic: Hashable, told: Hashable) -> bool:
        """Note what is *told* of *topic* now; tell whether it is what was told last."""
        known = topic in self._last and self._last[topic] == told
        self._last[topic] = told
        return known

    def since(self, topic: Hashable, items: frozenset[Hashable], now: datetime) -> datetime | None:
        """Note that all *items* of *topic* are told now; return when they were told before.

        That is when the first of them was, or None where one of them is news. One that is gone and
        comes back is news.
        """
        known = self._since.get(topic, {})
        self._since[topic] = {item: known.get(item, now) for item in items}
        return min(map(known.__getitem__, items)) if items and items <= known.keys() else None

    def forget(self, topic: Hashable) -> None:
        """Let whatever is told of *topic* next be news."""
        self._last.pop(topic, None)
