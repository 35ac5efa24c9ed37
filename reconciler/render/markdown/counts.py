"""The numbers of a plan as a table: what happens to accounts, groups and members."""

from collections import Counter
from typing import Final

from reconciler.model.plan import Action, Change, Plan
from reconciler.model.values import Kind

_ACTIONS: Final = {
    Action.CREATE: "create",
    Action.ADOPT: "adopt",
    Action.UPDATE: "update",
    Action.ENABLE: "enable",
    Action.DISABLE: "disable",
    Action.DELETE: "delete",
    Action.ADD_MEMBERS: "join",
    Action.REMOVE_MEMBERS: "leave",
}
_KINDS: Final = {Kind.USER: "accounts", Kind.GROUP: "groups"}
_HELD: Final = "held"


def count_table(plan: Plan) -> str:
    """Return the table; a column or row of nothing but zeros is left out. Members are counted."""
    found: Counter[tuple[Kind, str]] = Counter()
    for change in plan.changes:
        column = _HELD if change.held_by else _ACTIONS[change.action]
        found[change.kind, column] += _weight(change)
    columns = [
        name for name in (*_ACTIONS.values(), _HELD) if any(found[kind, name] for kind in Kind)
    ]
    kinds = [kind for kind in _KINDS if any(found[kind, name] for name in columns)]
    lines = [_line("", *columns), "|---|" + "--:|" * len(columns)]
    lines += [
        _line(_KINDS[kind], *(_number(found[kind, name]) for name in columns)) for kind in kinds
    ]
    return "\n".join(lines)


def _weight(change: Change) -> int:
    return len(change.add) + len(change.remove) or 1


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _number(number: int) -> str:
    return f"{number:,}" if number else ""
