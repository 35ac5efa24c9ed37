"""Exit codes (design §8): the scripts and CI jobs of other people stand on them."""

from typing import Final

DONE: Final = 0
WRONG_INPUT: Final = 1
DIFFERENCES: Final = 2
HELD: Final = 3
FAILED: Final = 4
STALE: Final = 5
BUG: Final = 70
INTERRUPTED: Final = 130
