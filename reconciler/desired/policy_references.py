"""Check that what policies name is there: users, groups, targets and scopes."""

from collections.abc import Iterator

from reconciler.desired.documents.policies import PolicyDocument
from reconciler.desired.entries import Entries, Entry
from reconciler.desired.references import check_ref, missing
from reconciler.model.problem import Position, Problem
from reconciler.model.values import Kind, Ref


def check_policies(entries: Entries) -> Iterator[Problem]:
    """Yield the problems of names in policies."""
    for entry in entries["policies"].values():
        if entry.parsed is not None:
            for kind, name, at in _names(entry):
                yield from _check(kind, name, at, entries)


def _check(kind: str, name: str, at: Position, entries: Entries) -> Iterator[Problem]:
    if kind in ("user", "group"):
        yield from check_ref(Ref(Kind(kind), name), at, entries)
    elif name not in entries[f"{kind}s"]:
        yield missing(kind, name, entries[f"{kind}s"], at)


def _names(entry: Entry) -> Iterator[tuple[str, str, Position]]:
    document: PolicyDocument = entry.parsed
    for key, scope in (("where", document.where), ("must", document.must)):
        if scope is not None:
            yield "scope", scope, entry.position(key)
    for kind in ("target", "group"):
        for index, name in enumerate(getattr(document, f"{kind}s") or ()):
            yield kind, name, entry.position(f"{kind}s", index)
    for steps, items in (("of", document.of), ("exceptions", document.exceptions)):
        for index, item in enumerate(items or ()):
            given = item.model_dump(include={"user", "group", "target"}, exclude_none=True)
            yield from ((kind, name, entry.position(steps, index)) for kind, name in given.items())
