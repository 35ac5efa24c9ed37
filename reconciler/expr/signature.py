"""What a function takes, so that mistakes are found before anything is evaluated."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from reconciler.expr.tree import Call, Number, Text, Word
from reconciler.expr.values import as_text, whole_number
from reconciler.values import Context, Result

Takes: TypeAlias = Literal["integer", "date"]
Gives: TypeAlias = Literal["any", "text", "integer", "boolean", "date", "list"]
Varies: TypeAlias = Literal["", "time", "chance"]
"""With the time a comparison may still settle; what is left to chance nothing settles."""
Lazy: TypeAlias = Callable[[], Result]
"""An argument that is evaluated only when it is needed."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one call: evaluated when asked for, None where omitted."""

    items: tuple[Lazy | None, ...]
    context: Context
    column: int = 0

    def __len__(self) -> int:
        return len(self.items)

    def value(self, index: int) -> Result:
        """Return argument *index*, null where it is omitted."""
        argument = self.items[index] if index < len(self.items) else None
        return None if argument is None else argument()

    def text(self, index: int) -> str | None:
        """Return argument *index* as text, None for null or omitted."""
        return as_text(self.value(index))

    def is_given(self, index: int) -> bool:
        """Tell whether argument *index* was written; an empty string literal was."""
        return index < len(self.items) and self.items[index] is not None

    def number(self, index: int, name: str) -> int:
        """Return argument *index* as a whole number; *name* is for the message."""
        found = self.text(index)
        return whole_number(found, name)


@dataclass(frozen=True, slots=True)
class Function:
    """A function: *least* to *most* arguments (None is any number), and what it does.

    *required* counts the leading arguments that must not be omitted. *words* names, by position,
    the bare words that an argument may be. *check* finds what these cannot say; it returns a
    sentence, or None.
    """

    run: Callable[[Arguments], Result]
    signature: str
    meaning: str
    least: int
    most: int | None
    required: int = 1
    check: Callable[[Call], str | None] | None = None
    words: Mapping[int, frozenset[str]] = field(default_factory=dict)
    takes: Mapping[int, Takes] = field(default_factory=dict)
    """By position, what an argument must be, where text alone will not do."""
    gives: Gives = "any"
    varies: Varies = ""
    """The value is another one at every run, so it may only flow when an object is created."""
    redacts: bool = False
    """What flows through it is masked wherever it is shown."""
    only_adds: bool = False
    """The values are added to those that are live, and never taken away."""
    outermost: bool = False
    """It may not stand inside another call."""
    examples: tuple[tuple[str, str], ...] = ()
    """Expressions and what they give for `table.EXAMPLE`, as the reference page shows them."""


def literal_number(call: Call, index: int) -> int | None:
    """Return the number that argument *index* is written as, None where it is anything else."""
    match call.arguments[index] if index < len(call.arguments) else None:
        case Number(value=value):
            return value
        case Text(value=value) if _NUMBER.fullmatch(value):
            return int(value)
        case _:
            return None


def literal_text(call: Call, index: int) -> str | None:
    """Return the text that argument *index* is written as, None where it is anything else."""
    match call.arguments[index] if index < len(call.arguments) else None:
        case Text(value=value):
            return value
        case Word(name=name):
            return name
        case _:
            return None


_NUMBER = re.compile(r"\s*-?[0-9]{1,19}\s*", re.ASCII)
