"""One of several equal parts of all targets, for jobs that share the work."""

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Shard:
    """Part *number* of *count*, counted from 1; every target is in exactly one part."""

    number: int
    count: int

    def holds(self, key: str) -> bool:
        """Tell whether the target *key* is in this part, on every machine and for ever."""
        place = int.from_bytes(sha256(key.encode()).digest()[:8])
        return place % self.count == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


WHOLE = Shard(1, 1)
"""All targets."""
