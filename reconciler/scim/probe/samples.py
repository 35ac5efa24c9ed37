"""Whom to ask about: what a probe made itself, before whoever happens to be there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from reconciler.model.path import AttributePath, lookup, read_path
from reconciler.model.values import Kind
from reconciler.scim.probe.asking import Reply, Resource

Made: TypeAlias = tuple[tuple[Kind, Resource], ...]
"""Objects of the probe's own, as they were read back."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Objects of each kind; *made* are the probe's own."""

    users: Reply
    groups: Reply
    made: Made = ()

    def of(self, kind: Kind) -> Iterator[Resource]:
        """Yield the objects of *kind*, the probe's own first."""
        yield from (resource for made, resource in self.made if made is kind)
        yield from (self.users if kind is Kind.USER else self.groups).rows

    def holding(self, kind: Kind, path: AttributePath) -> Iterator[tuple[Resource, str]]:
        """Yield the objects that hold a text at *path*, with the text."""
        for resource in self.of(kind):
            value = read_path(path, resource) or _of_first(path, resource)
            if isinstance(value, str) and value:
                yield resource, value


def _of_first(path: AttributePath, resource: Resource) -> object:
    """Return the sub-attribute of the first of many values: `emails.value` is one of them."""
    found = lookup(resource, path.name) if path.element is None and path.sub else None
    first = found[0] if isinstance(found, list) and found else None
    return lookup(first, path.sub or "") if isinstance(first, dict) else None
