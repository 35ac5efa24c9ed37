"""The cells of the matrix: all of them, or as many as there is time for, drawn by a seed."""

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import NamedTuple

from tests.faults.kinds import FAULTS
from tests.faults.scenarios import SCENARIOS
from tests.faults.servers import SERVERS

HOW_MANY = os.environ.get("RECONCILER_MATRIX", "48")
"""`all`, or a number of cells."""


@dataclass(frozen=True, slots=True)
class Draw:
    """A scenario with the place of the fault: from 0 to 1, or None for each request in turn."""

    scenario: str
    place: float | None

    def positions(self, length: int) -> Sequence[int]:
        """Return which of *length* requests the fault meets."""
        return range(length) if self.place is None else [int(self.place * length)]


class Share(NamedTuple):
    """What is to be run of one server with one fault."""

    server: str
    fault: str
    draws: Sequence[Draw]


def shares(seed: str) -> Sequence[Share]:
    """Return all that is to be run."""
    everything = list(product(SERVERS, FAULTS, SCENARIOS))
    found = defaultdict(list)
    chance = Random(seed)
    is_all = HOW_MANY == "all"
    drawn = everything if is_all else chance.choices(everything, k=int(HOW_MANY))
    for server, fault, scenario in drawn:
        found[server, fault].append(Draw(scenario, None if is_all else chance.random()))
    return [Share(*pair, draws) for pair, draws in found.items()]


def as_table(counts: Mapping[tuple[str, str], tuple[int, int]]) -> str:
    """Return a line for each fault and a column for each server: cells, and how many went wrong."""
    servers = [name for name in SERVERS if any(name == server for server, _ in counts)]
    rows = [["", *servers]]
    rows += ([fault, *(_entry(counts.get((name, fault))) for name in servers)] for fault in FAULTS)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(text.rjust(w) for text, w in zip(row, widths, strict=True)) for row in rows]
    total, wrong = (sum(column) for column in zip(*counts.values(), strict=True))
    return "\n".join([*lines, f"{total} cases, {wrong} wrong"])


def _entry(count: tuple[int, int] | None) -> str:
    if count is None:
        return "-"
    return f"{count[0]} ({count[1]} wrong)" if count[1] else str(count[0])
