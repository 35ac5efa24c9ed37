"""What a function takes, so that mistakes are found before anything is evaluated."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from reconciler.expr.tree import Call
from reconciler.expr.values import Value

Lazy: TypeAlias = Callable[[], Value]
"""An argument that is evaluated only when it is needed."""
Arguments: TypeAlias = tuple[Lazy | None, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A function: *least* to *most* arguments (None is any number), and what it does.

    *required* counts the leading arguments that must not be omitted. *check* finds what the
    numbers cannot say; it returns a sentence, or None. *run* gets the arguments, None where one
    was omitted.
    """

    run: Callable[[Arguments], Value]
    signature: str
    meaning: str
    least: int
    most: int | None
    required: int = 1
    check: Callable[[Call], str | None] | None = None
