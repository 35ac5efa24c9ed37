"""Users and groups: from what is written to the model's values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reconciler.desired.catalogue import (
    GROUP_ATTRIBUTES,
    GROUP_DERIVED,
    USER_ATTRIBUTES,
    USER_DERIVED,
    SourceType,
)
from reconciler.desired.documents.fields import Section
from reconciler.desired.documents.people import GroupDocument, MemberDocument, UserDocument
from reconciler.desired.entries import Entry
from reconciler.desired.limits import build_group_limit
from reconciler.desired.suggest import did_you_mean
from reconciler.model.directory import Group, Member, User
from reconciler.model.mapping import ScopeRule
from reconciler.model.problem import Position, Problem
from reconciler.model.values import Kind, Ref
from reconciler.model.window import ALWAYS, Window
from reconciler.values import Value


@dataclass(frozen=True, slots=True)
class SourceNames:
    """The source attributes that this desired state knows, and those that must be masked."""

    user: Mapping[str, SourceType]
    group: Mapping[str, SourceType]
    sensitive: frozenset[str]

    def readable(self, kind: Kind) -> frozenset[str]:
        """Return what an expression may read of *kind*."""
        if kind is Kind.USER:
            return USER_DERIVED.union(self.user)
        return GROUP_DERIVED.union(self.group)


def source_names(declared: Mapping[str, Entry]) -> SourceNames:
    """Join the catalogue with the section `attributes`."""
    types: dict[str, SourceType] = {
        name: entry.parsed.type if entry.parsed else "string" for name, entry in declared.items()
    }
    sensitive = (
        name for name, entry in declared.items() if entry.parsed and entry.parsed.sensitive
    )
    return SourceNames(
        {**types, **USER_ATTRIBUTES}, {**types, **GROUP_ATTRIBUTES}, frozenset(sensitive)
    )


def build_users(
    entries: Mapping[str, Entry], names: SourceNames
) -> tuple[dict[str, User], list[Problem]]:
    """Return the users by key, sorted: order in the files means nothing."""
    users: dict[str, User] = {}
    problems = _check_attributes(entries, names.user, UserDocument)
    for key in sorted(entries):
        entry = entries[key]
        document: UserDocument | None = entry.parsed
        if document is None:
            continue
        users[key] = User(
            key,
            _values(document.__pydantic_extra__),
            entry.at,
            entry.lines(),
            window_of(document.from_, document.until, entry, problems),
            document.required,
            document.owner,
            document.sensitive,
        )
    return users, problems


def build_groups(
    entries: Mapping[str, Entry], names: SourceNames, scopes: Mapping[str, ScopeRule]
) -> tuple[dict[str, Group], list[Problem]]:
    """Return the groups by key, sorted."""
    groups: dict[str, Group] = {}
    problems = _check_attributes(entries, names.group, GroupDocument)
    for key in sorted(entries):
        entry = entries[key]
        document: GroupDocument | None = entry.parsed
        if document is None:
            continue
        groups[key] = Group(
            key,
            {"displayName": document.display_name or key, **_values(document.__pydantic_extra__)},
            entry.at,
            entry.lines(),
            _members(document.members or [], entry, problems),
            scopes.get(document.members_where or ""),
            tuple(document.previously or ()),
            document.owner,
            document.sensitive,
            build_group_limit(document.limits, entry),
        )
    return groups, problems


def window_of(
    start: date | None, end: date | None, entry: Entry, problems: list[Problem], *steps: str | int
) -> Window:
    """Return the window from *start* to *end*; note a problem where it ends before it begins."""
    if start is None and end is None:
        return ALWAYS
    if start and end and end < start:
        message = f"'until' ({end}) is before 'from' ({start})"
        problems.append(Problem("empty-window", message, entry.position(*steps, "until")))
    return Window(start, end)


def one_ref(
    user: str | None, group: str | None, at: Position, problems: list[Problem]
) -> Ref | None:
    """Return who is meant; note a problem unless exactly one of both is given."""
    if user is not None and group is None:
        return Ref(Kind.USER, user)
    if group is not None and user is None:
        return Ref(Kind.GROUP, group)
    message = "Name one of both: {user: KEY} or {group: KEY}"
    problems.append(Problem("wrong-value", message, at))
    return None


def _members(
    documents: list[MemberDocument], entry: Entry, problems: list[Problem]
) -> tuple[Member, ...]:
    members: dict[Ref, Member] = {}
    places = entry.positions("members") if documents else []
    for index, (document, at) in enumerate(zip(documents, places, strict=True)):
        ref = one_ref(document.user, document.group, at, problems)
        window = window_of(document.from_, document.until, entry, problems, "members", index)
        if ref is not None:
            members[ref] = _once(
                members.get(ref), Member(ref, at, window, document.reason), problems
            )
    return tuple(sorted(members.values(), key=lambda item: (item.ref.kind, item.ref.key)))


def _once(first: Member | None, member: Member, problems: list[Problem]) -> Member:
    if first is None:
        return member
    message = f"'{member.ref.key}' is a member twice: on line {first.at.line} and here"
    problems.append(Problem("duplicate-member", message, member.at, hint="Keep one of them."))
    return first


def _values(written: Mapping[str, Any]) -> dict[str, Value]:
    """Null is the same as not given; a list becomes a tuple."""
    return {
        name: tuple(value) if type(value) is list else value
        for name, value in written.items()
        if value is not None
    }


def _check_attributes(
    entries: Mapping[str, Entry], known: Mapping[str, SourceType], form: type[Section]
) -> list[Problem]:
    """Check names and types; as the data is written, so that no other mistake hides these."""
    typed = {name: kind for name, kind in known.items() if kind != "string"}
    allowed = known.keys() | {field.alias or name for name, field in form.model_fields.items()}
    found = []
    for entry in entries.values():
        written = entry.written
        if isinstance(written, dict):
            if not written.keys() <= allowed:
                unknown = [name for name in written if name not in allowed]
                found += [_unknown_attribute(name, known, entry) for name in unknown]
            found += _wrong_types(written, typed, entry)
    return found


def _unknown_attribute(name: str, known: Mapping[str, SourceType], entry: Entry) -> Problem:
    at = entry.position(name)
    hint = did_you_mean(name, known) or "Declare it in the section 'attributes'."
    if name in USER_DERIVED:
        hint = "It is derived, so it cannot be given."
    return Problem("unknown-attribute", f"'{name[:60]}' is no source attribute", at, hint=hint)


_TYPES: Mapping[str, tuple[type, str, str]] = {
    "boolean": (bool, "must be true or false", "yes, no, on and off are text in YAML 1.2."),
    "integer": (int, "must be a whole number", "Write it without quotes."),
    "user": (str, "must be the key of a user", "Put a key that looks like a number in quotes."),
    "users": (list, "must be a list of keys of users", "Write it like [ada, grace]."),
}


def _wrong_types(
    written: Mapping[str, Any], types: Mapping[str, SourceType], entry: Entry
) -> list[Problem]:
    found = []
    for name in types.keys() & written.keys():
        expected, message, hint = _TYPES[types[name]]
        if type(written[name]) not in (expected, type(None), float, dict):
            at = entry.position(name)
            found.append(Problem("wrong-value", f"'{name}' {message}", at, hint=hint))
    return found
