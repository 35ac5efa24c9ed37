"""Policies: from what is written to the model's values."""

import re
from collections.abc import Iterator, Mapping

from reconciler.desired.documents.policies import PartDocument, PolicyDocument
from reconciler.desired.entries import Entry
from reconciler.desired.people import SourceNames, one_ref
from reconciler.desired.suggest import did_you_mean
from reconciler.model.mapping import ScopeRule
from reconciler.model.policy import (
    Demand,
    Domain,
    EndDate,
    Exemption,
    Fit,
    Kind,
    Membership,
    Part,
    Policy,
    Separation,
)
from reconciler.model.problem import Problem
from reconciler.model.values import Kind as ObjectKind

_MOST = 100
"""More policies than this nobody oversees, and each is held against everybody."""
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)

KEYS_OF: Mapping[Kind, tuple[str, ...]] = {
    "separation": ("of",),
    "end_date": ("days",),
    "membership": ("groups", "needs", "days"),
    "domain": ("attributes", "domains"),
    "scope": ("must",),
}
"""What belongs to each kind, beside the keys that all have."""
_NEEDED: Mapping[Kind, str] = {"separation": "of", "domain": "domains", "scope": "must"}


def build_policies(
    entries: Mapping[str, Entry], names: SourceNames, scopes: Mapping[str, ScopeRule]
) -> tuple[dict[str, Policy], list[Problem]]:
    """Return the policies by id; one whose demand is incomplete is left out."""
    policies: dict[str, Policy] = {}
    problems: list[Problem] = []
    for number, key in enumerate(sorted(entries)):
        entry = entries[key]
        if number == _MOST:
            message = f"There are {len(entries)} policies, and {_MOST} are the limit"
            problems.append(Problem("wrong-value", message, entry.at, hint="Join some of them."))
        if not _ID.fullmatch(key):
            problems.append(_bad_id(entry))
        if entry.parsed is None:
            continue
        problems += _misplaced(entry)
        problems += _unknown_attributes(entry, names)
        demand = _demand(entry, scopes, problems)
        if demand is not None:
            policies[key] = _policy(entry, demand, scopes, problems)
    return policies, problems


def _policy(
    entry: Entry, demand: Demand, scopes: Mapping[str, ScopeRule], problems: list[Problem]
) -> Policy:
    document: PolicyDocument = entry.parsed
    return Policy(
        key=entry.key,
        at=entry.at,
        demand=demand,
        severity=document.severity,
        message=document.message or "",
        where=scopes.get(document.where or ""),
        targets=frozenset(document.targets or ()),
        exceptions=tuple(_exemptions(entry, problems)),
    )


def _exemptions(entry: Entry, problems: list[Problem]) -> Iterator[Exemption]:
    for index, item in enumerate(entry.parsed.exceptions or ()):
        at = entry.position("exceptions", index)
        ref = one_ref(item.user, item.group, at, problems)
        if ref is not None:
            yield Exemption(ref, item.reason, item.until, at)


def _demand(
    entry: Entry, scopes: Mapping[str, ScopeRule], problems: list[Problem]
) -> Demand | None:
    document: PolicyDocument = entry.parsed
    needed = _NEEDED.get(document.kind)
    if needed is not None and getattr(document, needed) is None:
        message = f"'{needed}' is missing in '{entry.key}', a policy of the kind {document.kind}"
        problems.append(Problem("missing-key", message, entry.at))
        return None
    match document.kind:
        case "separation":
            if len(document.of or ()) == 1:
                message = "'of' names one, and of one nobody can have two"
                problems.append(Problem("wrong-value", message, entry.position("of")))
            return Separation(tuple(_parts(document.of or [], entry, problems)))
        case "end_date":
            return EndDate(document.days)
        case "membership":
            groups = None if document.groups is None else frozenset(document.groups)
            needs = frozenset(document.needs or ("owner", "reason", "until"))
            return Membership(groups, needs, document.days)
        case "domain":
            return Domain(tuple(document.attributes or ["mail"]), tuple(document.domains or ()))
        case "scope":
            rule = scopes.get(document.must or "")
            return None if rule is None else Fit(rule)


def _parts(documents: list[PartDocument], entry: Entry, problems: list[Problem]) -> Iterator[Part]:
    for index, item in enumerate(documents):
        if (item.group is None) == (item.target is None) or (item.group and item.role):
            message = "Name one of both: {group: KEY}, or {target: KEY, role: NAME}"
            problems.append(Problem("wrong-value", message, entry.position("of", index)))
        else:
            yield Part(item.group or "", item.target or "", item.role)


def _misplaced(entry: Entry) -> Iterator[Problem]:
    """Yield the keys that mean nothing in a policy of this kind."""
    known = KEYS_OF[entry.parsed.kind]
    others = {key for keys in KEYS_OF.values() for key in keys}
    if entry.parsed.kind == "membership":
        others.add("where")
    for key in sorted(others.difference(known)):
        if key in entry.written:
            message = f"'{key}' means nothing in a policy of the kind {entry.parsed.kind}"
            hint = f"Its keys are {', '.join(known)}."
            yield Problem("wrong-value", message, entry.position(key), hint=hint)


def _unknown_attributes(entry: Entry, names: SourceNames) -> Iterator[Problem]:
    known = names.readable(ObjectKind.USER)
    for index, name in enumerate(entry.parsed.attributes or ()):
        if name not in known:
            yield Problem(
                "unknown-attribute",
                f"'{name[:60]}' is no source attribute",
                entry.position("attributes", index),
                hint=did_you_mean(name, known) or "Declare it in the section 'attributes'.",
            )


def _bad_id(entry: Entry) -> Problem:
    return Problem(
        "wrong-key",
        f"'{entry.key[:60]}' cannot be the id of a policy",
        entry.at,
        hint="Use up to 64 small letters, digits, dots and hyphens: it stands in --accept.",
    )
