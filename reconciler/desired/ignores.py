"""Ignores: from what is written to the model's values."""

from collections.abc import Iterable, Iterator, Mapping

from reconciler.desired.documents.ignores import IgnoreDocument
from reconciler.desired.entries import Entry
from reconciler.desired.suggest import did_you_mean
from reconciler.errors import PathError
from reconciler.model.drift_class import DriftClass
from reconciler.model.ignore import Ignore
from reconciler.model.path import AttributePath, parse_path
from reconciler.model.problem import Excerpt, Problem
from reconciler.model.values import Kind

_OF_MEMBERS = frozenset({DriftClass.EXTRA_MEMBER, DriftClass.MISSING_MEMBER})
_NOT_ALONE = {
    "externalid": "It says whose the object is. Ignore the object, without 'attribute'.",
    "members": "Write member: KEY, or member: '*' for all of them.",
}
"""Attributes that nothing can be ignored of by themselves."""


def build_ignores(
    entries: Mapping[str, Entry], targets: Iterable[str]
) -> tuple[tuple[Ignore, ...], list[Problem]]:
    """Return the ignores in the order of their keys; *targets* are all that are written."""
    known = tuple(targets)
    ignores: list[Ignore] = []
    problems: list[Problem] = []
    for key in sorted(entries):
        entry = entries[key]
        if entry.parsed is None:
            continue
        path, found = _path(entry)
        found += [*_subject(entry), *_target(entry, known), *_sense(entry)]
        problems += found
        if not found:
            ignores.append(_ignore(entry, path))
    return tuple(ignores), problems


def _ignore(entry: Entry, path: AttributePath | None) -> Ignore:
    document: IgnoreDocument = entry.parsed
    return Ignore(
        key=entry.key,
        at=entry.at,
        target=document.target,
        kind=Kind.USER if document.group is None else Kind.GROUP,
        pattern=document.user or document.group or "",
        reason=document.reason,
        until=document.until,
        what_for=document.for_,
        classes=frozenset(document.classes or ()),
        path=path,
        member=document.member,
    )


def _path(entry: Entry) -> tuple[AttributePath | None, list[Problem]]:
    text, at = entry.parsed.attribute, entry.position("attribute")
    if text is None:
        return None, []
    try:
        path = parse_path(text)
    except PathError as error:
        excerpt = Excerpt(text, error.column)
        return None, [
            Problem("attribute-path", error.message, at, hint=error.hint, excerpt=excerpt)
        ]
    hint = _NOT_ALONE.get(path.identity)
    if hint is None:
        return path, []
    return None, [Problem("wrong-value", f"'{path}' cannot be ignored by itself", at, hint=hint)]


def _subject(entry: Entry) -> Iterator[Problem]:
    if (entry.parsed.user is None) == (entry.parsed.group is None):
        message = "Name one of both: {user: PATTERN} or {group: PATTERN}"
        yield Problem("wrong-value", message, entry.at)


def _target(entry: Entry, known: tuple[str, ...]) -> Iterator[Problem]:
    name = entry.parsed.target
    if name not in known:
        hint = did_you_mean(name, known) or "Add it to the section 'targets'."
        message, at = f"There is no target '{name[:60]}'", entry.position("target")
        yield Problem("missing-reference", message, at, hint=hint)


def _sense(entry: Entry) -> Iterator[Problem]:
    """Yield what makes an entry one that could never cover anything."""
    document: IgnoreDocument = entry.parsed
    at = entry.position("class") if document.classes else entry.at
    classes = frozenset(document.classes or ())
    if document.member is not None and document.user is not None:
        message = "Only a group has members"
        yield Problem("wrong-value", message, entry.position("member"), hint="Name a group.")
    elif document.member is not None and document.attribute is not None:
        message = "Name one of both: an attribute or a member"
        yield Problem("wrong-value", message, entry.position("attribute"))
    elif document.member is not None and not classes <= _OF_MEMBERS:
        message = "A member is extra-member or missing-member, and nothing else"
        yield Problem("wrong-value", message, at)
    elif document.attribute is not None and not classes <= {DriftClass.CHANGED}:
        yield Problem("wrong-value", "An attribute is changed, and nothing else", at)
    elif document.user is not None and classes & _OF_MEMBERS:
        yield Problem("wrong-value", "Only a group has members", at, hint="Name a group.")
