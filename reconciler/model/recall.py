"""What earlier looks saw, as questions for the next one: it may not be in a list any more."""

from dataclasses import dataclass

from reconciler.model.resource import LookUp
from reconciler.model.values import Kind


@dataclass(frozen=True, slots=True)
class Recall:
    """Whom to ask for where a list does not show them: strangers by id, ours by what finds them."""

    ids: tuple[tuple[Kind, str], ...] = ()
    look_ups: tuple[LookUp, ...] = ()


NOTHING = Recall()
