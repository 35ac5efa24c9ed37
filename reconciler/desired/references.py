"""Names of other entries: whether they are there, and what was probably meant."""

from collections.abc import Iterable, Iterator

from reconciler.desired.entries import Entries
from reconciler.desired.suggest import did_you_mean
from reconciler.model.problem import Position, Problem
from reconciler.model.values import Kind, Ref

SECTION_OF = {Kind.USER: "users", Kind.GROUP: "groups"}


def check_ref(ref: Ref, at: Position, entries: Entries) -> Iterator[Problem]:
    """Yield the problem of a user or group that is not there."""
    section = SECTION_OF[ref.kind]
    if ref.key in entries[section]:
        return
    other = Kind.GROUP if ref.kind is Kind.USER else Kind.USER
    if ref.key in entries[SECTION_OF[other]]:
        message = f"There is no {ref.kind} '{ref.key}', but a {other}"
        hint = f"Write {{{other}: {ref.key}}}."
        yield Problem("missing-reference", message, at, hint=hint)
    else:
        yield missing(ref.kind, ref.key, entries[section], at)


def missing(kind: str, name: str, known: Iterable[str], at: Position) -> Problem:
    """Return the problem of a name that nothing bears, with what was probably meant."""
    message = f"There is no {kind} '{name[:60]}'"
    hint = did_you_mean(name, known) or _WHERE.get(
        kind, f"Add it to the section '{kind}s', or take the name out here."
    )
    return Problem("missing-reference", message, at, hint=hint)


_WHERE = {"profile": "`reconciler gallery` lists the profiles."}
