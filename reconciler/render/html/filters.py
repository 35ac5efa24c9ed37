"""The filters of a plan's page: its list of changes and its list of people share them."""

from collections.abc import Iterable
from typing import Final

from reconciler.model.plan import Action, Plan
from reconciler.render.html.facets import Facet, Marks, worth_showing
from reconciler.render.words import ACTIONS, ORIGIN_WORDS

BY_DANGER: Final = (
    Action.DELETE,
    Action.DISABLE,
    Action.REMOVE_MEMBERS,
    Action.CREATE,
    Action.ENABLE,
    Action.ADD_MEMBERS,
    Action.ADOPT,
    Action.UPDATE,
)
"""The order of the filter, of sorting by action, and of what a page leaves out: the end first."""

_FREE: Final = "not held"
_WORDS: Final[dict[str, str]] = dict(
    [*((action.value, ACTIONS[action].word) for action in Action), *ORIGIN_WORDS.items()]
)


class PlanFilters:
    """What the rows of *plan* can be filtered by; `marks` notes what there is."""

    def __init__(self, plan: Plan) -> None:
        self._action = Marks("Action", "a", BY_DANGER)
        self._target = Marks("Target", "t", (target.target for target in plan.targets))
        self._origin = Marks("Origin", "o", ORIGIN_WORDS)
        self._kind = Marks("Kind", "k", ("user", "group"))
        self._held = Marks("Held", "h", (_FREE,))
        self._sensitive = Marks("Sensitive", "s", ("privileged", "masked values", "neither"))

    def marks(self, target: str, kind: str, actions: Iterable[str], origins: Iterable[str]) -> str:
        """Return the marks of a row; that of its most dangerous action stands first."""
        found = (
            *self._action.of(*actions),
            *self._target.of(target),
            *self._origin.of(*origins),
            *self._kind.of(kind),
        )
        return " ".join(found)

    def states(self, held_by: Iterable[str], *, privileged: bool, masked: bool = False) -> str:
        """Return the marks for what holds a row, and for what deserves a closer look in it."""
        sensitive = [*["privileged"] * privileged, *["masked values"] * masked] or ["neither"]
        return " ".join(
            (*self._held.of(*(tuple(held_by) or (_FREE,))), *self._sensitive.of(*sensitive))
        )

    def facets(self) -> tuple[Facet, ...]:
        """Return the filters that tell rows apart, once every row has its marks."""
        every = (
            self._action,
            self._target,
            self._origin,
            self._held,
            self._sensitive,
            self._kind,
        )
        return worth_showing([item.facet(_WORDS) for item in every])
