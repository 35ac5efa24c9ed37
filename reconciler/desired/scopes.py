"""Scope rules: from what is written to tests that run."""

from collections.abc import Mapping

from reconciler.desired.documents.mappings import ClauseDocument
from reconciler.desired.entries import Entry
from reconciler.desired.people import SourceNames
from reconciler.desired.suggest import did_you_mean
from reconciler.errors import ExpressionError
from reconciler.expr import compile_operator
from reconciler.model.mapping import Clause, Filter, ScopeRule
from reconciler.model.problem import Problem
from reconciler.model.values import Kind
from reconciler.values import Value


def build_scopes(
    entries: Mapping[str, Entry], names: SourceNames
) -> tuple[dict[str, ScopeRule], list[Problem]]:
    """Return the scope rules by key. A clause may name an attribute of users or of groups."""
    known = names.readable(Kind.USER) | names.readable(Kind.GROUP)
    scopes: dict[str, ScopeRule] = {}
    problems: list[Problem] = []
    for key in sorted(entries):
        entry = entries[key]
        if entry.parsed is None:
            continue
        filters = []
        for number, document in enumerate(entry.parsed):
            clauses = (
                _clause(clause, entry, (number, "all", index), problems)
                for index, clause in enumerate(document.all)
            )
            filters.append(Filter(document.name, tuple(filter(None, clauses))))
            problems += _unknown_attributes(document.all, known, entry, number)
        scopes[key] = ScopeRule(key, tuple(filters), entry.at)
    return scopes, problems


def _clause(
    document: ClauseDocument, entry: Entry, steps: tuple[int, str, int], problems: list[Problem]
) -> Clause | None:
    value: Value = tuple(document.value) if isinstance(document.value, list) else document.value
    try:
        test = compile_operator(document.operator, value, anchor=document.anchor)
    except ExpressionError as error:
        at = entry.position(*steps, "operator")
        message = f"'{document.attribute[:60]}': {error.message}"
        problems.append(Problem("scope-operator", message, at, hint=error.hint))
        return None
    anchored = " anywhere" if document.anchor == "anywhere" else ""
    operator = document.operator + anchored
    return Clause(document.attribute, operator, value, test, entry.position(*steps))


def _unknown_attributes(
    clauses: list[ClauseDocument], known: frozenset[str], entry: Entry, number: int
) -> list[Problem]:
    return [
        Problem(
            "unknown-attribute",
            f"'{clause.attribute[:60]}' is no source attribute",
            entry.position(number, "all", index, "attribute"),
            hint=did_you_mean(clause.attribute, known) or "Declare it in the section 'attributes'.",
        )
        for index, clause in enumerate(clauses)
        if clause.attribute not in known
    ]
