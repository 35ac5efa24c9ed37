"""Which attributes a list has to show, so that everything that a plan looks at is there."""

from collections.abc import Mapping

from reconciler.model.path import AttributePath
from reconciler.model.service import Quirk
from reconciler.model.target import Target
from reconciler.model.values import Kind

_ALWAYS = {
    Kind.USER: ("schemas", "meta", "externalId", "userName", "displayName", "active"),
    Kind.GROUP: ("schemas", "meta", "externalId", "displayName"),
}
"""What says whose an object is, how it is called, whether it is active, and its version."""


def projection_of(target: Target) -> Mapping[Kind, tuple[str, ...]]:
    """Return the names for `attributes=` (RFC 7644 §3.9) by kind; nothing where all are to come.

    Whole attributes: of a name or an address, what is not ours is kept where it is sent whole.
    """
    if not target.service.projection:
        return {}
    return {kind: _names(target, kind) for kind in Kind}


def _names(target: Target, kind: Kind) -> tuple[str, ...]:
    mapped = (_name(item.definition.path) for item in target.rules(kind).mapping)
    members = {Kind.USER: "groups", Kind.GROUP: "members"}[kind]
    is_shown = kind is Kind.GROUP and Quirk.MEMBERS_BY_GROUP not in target.service.quirks
    tells = kind is Kind.USER and Quirk.MEMBERS_BY_USERS in target.service.quirks
    more = (members,) if is_shown or tells else ()
    found = {name.casefold(): name for name in (*mapped, *_ALWAYS[kind], *more)}
    if not (is_shown or tells):
        found.pop(members, None)
    return tuple(sorted(found.values()))


def _name(path: AttributePath) -> str:
    return f"{path.urn}:{path.name}" if path.urn else path.name
