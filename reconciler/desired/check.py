"""Check what one entry says of another: references, circles, and what can have no effect."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.desired.entries import Entries, Entry
from reconciler.desired.people import source_names
from reconciler.desired.policy_references import check_policies
from reconciler.desired.references import SECTION_OF, check_ref, missing
from reconciler.desired.suggest import did_you_mean
from reconciler.model.directory import Desired, Group
from reconciler.model.problem import Problem
from reconciler.model.values import Kind, Ref

_REFER = frozenset({"user", "users"})


def check(desired: Desired, entries: Entries, profiles: Iterable[str]) -> Iterator[Problem]:
    """Yield the problems between entries.

    A name counts as known where it is written at all, so that a mistake within an entry is not
    reported again wherever the entry is named. Circles of managers are allowed: they happen.
    """
    yield from _people(desired, entries)
    yield from _scopes(entries)
    yield from _targets(entries, profiles)
    yield from check_policies(entries)
    yield from _circles(desired.groups)


def _people(desired: Desired, entries: Entries) -> Iterator[Problem]:
    users = entries["users"]
    names = [
        name for name, kind in source_names(entries["attributes"]).user.items() if kind in _REFER
    ]
    for user in desired.users.values():
        for name in names:
            value = user.attributes.get(name)
            for key in value if isinstance(value, tuple) else (value,):
                if isinstance(key, str) and key not in users:
                    yield missing("user", key, users, user.position_of(name) or user.at)
    for group in desired.groups.values():
        for member in group.members:
            yield from check_ref(member.ref, member.at, entries)
    yield from _earlier_keys(desired.groups, entries["groups"])


def _earlier_keys(groups: Mapping[str, Group], entries: Mapping[str, Entry]) -> Iterator[Problem]:
    """Yield the groups that claim to have been another one: its live group could be either's."""
    claimed: dict[str, str] = {}
    for group in groups.values():
        for index, key in enumerate(group.previously):
            first = claimed.setdefault(key, group.key)
            if key in entries or first != group.key:
                at = entries[group.key].position("previously", index)
                reason = "is a group still" if key in entries else f"was '{first}' before"
                message = f"'{key}' {reason}, so '{group.key}' cannot have been it"
                hint = "Let one group say of an earlier key that it was it."
                yield Problem("wrong-value", message, at, hint=hint)


def _scopes(entries: Entries) -> Iterator[Problem]:
    scopes = entries["scopes"]
    for entry in entries["groups"].values():
        name = entry.parsed.members_where if entry.parsed else None
        if name is not None and name not in scopes:
            yield missing("scope", name, scopes, entry.position("members_where"))


def _targets(entries: Entries, profiles: Iterable[str]) -> Iterator[Problem]:
    known = set(profiles)
    for entry in entries["targets"].values():
        document = entry.parsed
        if document is None:
            continue
        if document.profile not in known:
            yield missing("profile", document.profile, known, entry.position("profile"))
        yield from _assignments(entry, entries)
        yield from _sensitive_roles(entry)
        for kind in Kind:
            yield from _rules(entry, kind, entries)


def _assignments(entry: Entry, entries: Entries) -> Iterator[Problem]:
    document = entry.parsed
    for index, item in enumerate(document.assignments or ()):
        at = entry.position("assignments", index)
        for kind, key in ((Kind.USER, item.user), (Kind.GROUP, item.group)):
            if key is not None:
                yield from check_ref(Ref(kind, key), at, entries)
    if not document.assignments and document.scope == "assigned" and document.provisioning == "on":
        yield Problem(
            "nobody-assigned",
            f"Nobody is assigned to '{entry.key}', so nobody is in its scope",
            entry.at,
            hint="Give it assignments, or say scope: all.",
            severity="warning",
        )


def _sensitive_roles(entry: Entry) -> Iterator[Problem]:
    """Warn of a role that is probably misspelt: a badge that never shows would be missed."""
    assignments = entry.parsed.assignments or ()
    given = {item.role.casefold(): item.role for item in assignments if item.role}
    for index, role in enumerate(entry.parsed.sensitive_roles or ()):
        meant = None if role.casefold() in given else did_you_mean(role, given.values())
        if meant is not None:
            message = f"No assignment gives the role '{role[:60]}' that sensitive_roles names"
            at = entry.position("sensitive_roles", index)
            yield Problem("unknown-role", message, at, hint=meant, severity="warning")


def _rules(entry: Entry, kind: Kind, entries: Entries) -> Iterator[Problem]:
    """Check the mapping and the filter that a target names for users or for groups."""
    section = SECTION_OF[kind]
    document = getattr(entry.parsed, section)
    if document is None:
        return
    if document.filter is not None and document.filter not in entries["scopes"]:
        at = entry.position(section, "filter")
        yield missing("scope", document.filter, entries["scopes"], at)
    if document.mapping is None:
        return
    at, mappings = entry.position(section, "mapping"), entries["mappings"]
    if document.mapping not in mappings:
        yield missing("mapping", document.mapping, mappings, at)
        return
    found = mappings[document.mapping].parsed
    if found is not None and found.for_ != kind:
        message = f"Mapping '{document.mapping}' is for a {found.for_}, not for a {kind}"
        hint = f"Name one with for: {kind}."
        yield Problem("wrong-kind", message, at, hint=hint)


def _circles(groups: Mapping[str, Group]) -> Iterator[Problem]:
    """Yield every circle of nested groups that a walk from group to group closes."""
    done: set[str] = set()
    for key in groups:
        path: dict[str, None] = {}
        walks = [iter([key])]
        while walks:
            found = next(walks[-1], None)
            if found is None:
                walks.pop()
                done.update(path.popitem()[:1] if path else ())
            elif found in path:
                names = list(path)
                yield _circle(names[names.index(found) :], groups)
            elif found not in done and found in groups:
                path[found] = None
                walks.append(_nested(groups[found]))


def _nested(group: Group) -> Iterator[str]:
    return (item.ref.key for item in group.members if item.ref.kind is Kind.GROUP)


def _circle(path: Sequence[str], groups: Mapping[str, Group]) -> Problem:
    """Begin the circle at its smallest key, so that its name does not depend on the walk."""
    first = path.index(min(path))
    names = [*path[first:], *path[:first], path[first]]
    step = Ref(Kind.GROUP, names[1])
    at = next(member.at for member in groups[names[0]].members if member.ref == step)
    message = f"Groups are nested in a circle: {' → '.join(names)}"
    return Problem("group-circle", message, at, hint="Take one of these members out.")
