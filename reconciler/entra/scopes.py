"""Scoping filters: the groups of an object mapping to a scope rule (reference §3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.entra.attributes import SourceAttributes
from reconciler.entra.forms import Clause, Filter, FilterGroup
from reconciler.entra.place import at
from reconciler.entra.remarks import Remarks
from reconciler.errors import ExpressionError
from reconciler.expr import OPERATORS, compile_operator
from reconciler.model.values import Kind
from reconciler.yamldoc import Inline

_SPELLED: Mapping[str, str] = {
    **{name.replace("_", ""): name for name in OPERATORS},
    "isnotequal": "not_equals",
    "notequal": "not_equals",
    "&": "contained_in",
    "!&": "not_contained_in",
}
"""Operators as the portal, the page and the JSON write them, without case, spaces, `_` and `-`."""

_PATTERNS = ("regex_match", "not_regex_match")
_ANCHORED = re.compile(r"(\^|\.\*).*(\$|\.\*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Scope:
    """The *filters* of a scope rule; *complete* tells whether they admit whom Entra admits."""

    filters: list[Any]
    complete: bool


def scope_of(
    scope: Filter, kind: Kind, place: str, attributes: SourceAttributes, remarks: Remarks
) -> Scope:
    """Return the filters; one that cannot be expressed whole is left out, with a remark.

    Half a filter would admit people whom Entra keeps out.
    """
    filters = []
    for index, group in enumerate(scope.groups):
        where = at(place, "groups", index)
        written = _filter(group, index, kind, where, _Context(attributes, remarks))
        if written is not None:
            filters.append(written)
    complete = len(filters) == len(scope.groups)
    for name, groups, what in (
        ("inputFilterGroups", scope.input_filter_groups, _INPUT),
        ("categoryFilterGroups", scope.category_filter_groups, _CATEGORY),
    ):
        for index, group in enumerate(groups):
            complete = False
            shown = f"{group.name or 'a filter'} ({_shown(group)})"
            remarks.lost(at(place, name, index), f"{shown} {what}", _BY_HAND)
    return Scope(filters, complete)


_INPUT = "is applied when Entra reads; whoever leaves it is not deprovisioned"
_CATEGORY = "decides whether an object belongs to this mapping"
_BY_HAND = "Write its clauses into the scope by hand where they should count; see out_of_scope."


@dataclass(frozen=True, slots=True)
class _Context:
    attributes: SourceAttributes
    remarks: Remarks


def _filter(
    group: FilterGroup, index: int, kind: Kind, place: str, context: _Context
) -> dict[str, Any] | None:
    name = group.name.strip()[:1000] or f"Filter {index + 1}"
    if not group.clauses:
        context.remarks.lost(place, f"the filter {name} has no clause, so it says nothing")
        return None
    clauses = [
        _clause(clause, kind, at(place, "clauses", number), context)
        for number, clause in enumerate(group.clauses)
    ]
    if None in clauses:
        message = f"the filter {name} is left out as a whole: one of its clauses is lost"
        context.remarks.lost(place, message, "Write it by hand, then take out `provisioning: off`.")
        return None
    return {"name": name, "all": [Inline(clause) for clause in clauses]}


def _clause(clause: Clause, kind: Kind, place: str, context: _Context) -> dict[str, Any] | None:
    remarks = context.remarks
    operator = _SPELLED.get(re.sub(r"[\s_-]", "", clause.operator_name).casefold())
    if operator is None:
        message = f"there is no operator {clause.operator_name[:60]} here ({_text(clause)})"
        remarks.lost(at(place, "operatorName"), message)
        return None
    where = at(place, "sourceOperandName")
    name = context.attributes.name_of(clause.source_operand_name, frozenset({kind}), where)
    if name is None:
        return None
    values = clause.target_operand.values if clause.target_operand else []
    written: dict[str, Any] = {"attribute": name, "operator": operator}
    if OPERATORS[operator].unary:
        if any(values):
            message = f"{operator} takes no value, and {', '.join(values)} is given"
            remarks.unused(at(place, "targetOperand"), message)
        return written
    if len(values) != 1:
        message = f"{operator} needs one value, and there are {len(values)} ({_text(clause)})"
        remarks.lost(at(place, "targetOperand"), message)
        return None
    return _with_value(written, values[0], at(place, "targetOperand", "values", 0), remarks)


def _with_value(
    written: dict[str, Any], value: str, place: str, remarks: Remarks
) -> dict[str, Any] | None:
    operator = written["operator"]
    try:
        compile_operator(operator, value)
    except ExpressionError as error:
        remarks.lost(place, f"{written['attribute']} {operator}: {error.message}", error.hint)
        return None
    if operator in _PATTERNS and not _ANCHORED.fullmatch(value):
        remarks.differs(
            place,
            f"the pattern {value} must match the whole value here",
            "Add `anchor: anywhere` to the clause where a part is enough, as for .NET's IsMatch.",
        )
    return {**written, "value": value}


def _shown(group: FilterGroup) -> str:
    return " and ".join(map(_text, group.clauses)) or "no clause"


def _text(clause: Clause) -> str:
    values = clause.target_operand.values if clause.target_operand else []
    return " ".join((clause.source_operand_name, clause.operator_name, *values))[:300]
