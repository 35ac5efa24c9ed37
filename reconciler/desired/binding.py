"""Bind a mapping to a target: what it extends, and what the target's attributes are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeAlias

from reconciler.desired.mappings import NamedMapping, overlaps
from reconciler.desired.people import SourceNames
from reconciler.desired.suggest import did_you_mean
from reconciler.errors import EvaluationError
from reconciler.model.mapping import Apply, AttributeDefinition, AttributeMapping
from reconciler.model.problem import Problem
from reconciler.model.typed import typed_value
from reconciler.model.values import Kind
from reconciler.values import Context, Value

Definitions: TypeAlias = Mapping[str, AttributeDefinition]
"""Target attributes by `AttributePath.identity`."""

PROFILE = "profile"
"""What `extends` calls the default mapping of the target's app."""


def bind(
    mapping: tuple[AttributeMapping, ...], definitions: Definitions, names: SourceNames
) -> tuple[tuple[AttributeMapping, ...], list[AttributeMapping]]:
    """Give every attribute its definition at a target; return those that the target lacks too."""
    bound, unknown = [], []
    for item in mapping:
        definition = definitions.get(item.definition.path.identity)
        if definition is None:
            unknown.append(item)
            continue
        reads = item.expression.reads if item.expression else frozenset()
        redacts = item.expression is not None and item.expression.redacts
        sensitive = item.sensitive or redacts or not names.sensitive.isdisjoint(reads)
        bound.append(replace(item, definition=definition, sensitive=sensitive))
    return tuple(bound), unknown


@dataclass(frozen=True, slots=True)
class Written:
    """The mappings of the desired state and of one profile, for one kind."""

    kind: Kind
    named: Mapping[str, NamedMapping]
    profile: tuple[AttributeMapping, ...]

    def attributes(self, name: str | None) -> tuple[AttributeMapping, ...]:
        """Return the attributes of the mapping *name*, with all that it extends.

        The profile's where there is no such mapping. A circle ends at the mapping that closes it;
        `check_extends` names it.
        """
        base, *changes = reversed(self._layers(name))
        found = _by_path(base)
        for layer in changes:
            found.update(_by_path(layer))
            found = {path: item for path, item in found.items() if not _takes_out(item)}
        return tuple(sorted(found.values(), key=_precedence))

    def extended(self, name: str | None) -> NamedMapping | None:
        """Return the mapping *name* where it extends another."""
        mapping = self.named.get(name or "")
        return mapping if mapping is not None and mapping.extends is not None else None

    def _layers(self, name: str | None) -> list[tuple[AttributeMapping, ...]]:
        """Return what is laid over what, the last below; a chain may be as long as a file."""
        layers: list[tuple[AttributeMapping, ...]] = []
        seen: set[str] = set()
        while name not in seen:
            mapping = self.named.get(name or "")
            if mapping is None or mapping.kind is not self.kind:
                return [*layers, self.profile]
            layers.append(mapping.attributes)
            if mapping.extends is None:
                return layers
            seen.add(name or "")
            name = mapping.extends
        return layers


def _by_path(attributes: tuple[AttributeMapping, ...]) -> dict[str, AttributeMapping]:
    return {item.definition.path.identity: item for item in attributes}


def _takes_out(item: AttributeMapping) -> bool:
    """Tell whether an attribute is given empty: what is extended must not map it."""
    return item.expression is None and item.default is None


def _precedence(mapping: AttributeMapping) -> tuple[bool, int, str]:
    return (mapping.match == 0, mapping.match, mapping.definition.path.identity)


def check_extends(named: Mapping[str, NamedMapping]) -> Iterator[Problem]:
    """Yield what is wrong with `extends`: unknown, of the other kind, or in a circle."""
    for key, mapping in named.items():
        if mapping.extends in (None, PROFILE):
            continue
        base = named.get(mapping.extends or "")
        if base is None:
            hint = did_you_mean(mapping.extends or "", [*named, PROFILE])
            message = f"There is no mapping '{mapping.extends}' to extend"
            yield Problem("missing-reference", message, mapping.at, hint=hint)
        elif base.kind is not mapping.kind:
            message = f"'{mapping.extends}' maps a {base.kind}, and '{key}' a {mapping.kind}"
            yield Problem("wrong-value", message, mapping.at)
        elif key in _above(key, named):
            message = f"'{key}' extends itself, through '{mapping.extends}'"
            yield Problem("wrong-value", message, mapping.at, hint="Break the circle.")


def _above(key: str, named: Mapping[str, NamedMapping]) -> set[str]:
    found: set[str] = set()
    base = named[key].extends
    while base is not None and base in named and base not in found:
        found.add(base)
        base = named[base].extends
    return found


def check_bound(
    mapping: tuple[AttributeMapping, ...], extended: NamedMapping | None
) -> Iterator[Problem]:
    """Yield what only shows once a mapping meets its target and what it extends."""
    if extended is not None and not any(item.match for item in mapping):
        hint = "Give one attribute a precedence: {expression: …, match: 1}."
        message = "No attribute has 'match', so no live account would ever be found"
        yield Problem("no-match", message, extended.at, hint=hint)
    for item in mapping:
        if item.apply is Apply.ADD and not item.definition.holds_many:
            path = item.definition.path
            message = f"'{path}' holds one value, and apply: add is for many"
            yield Problem("wrong-value", message, item.at, hint="Use apply: always.")
        yield from _misfits(item)
    yield from overlaps(mapping)


def _misfits(item: AttributeMapping) -> Iterator[Problem]:
    """Say once, at its line, what would else be said for every user."""
    for what, value in (("default", item.default), ("constant", _constant(item))):
        try:
            typed_value(value, item.definition)
        except EvaluationError as error:
            message = f"The {what} does not fit: {error.message}"
            yield Problem("wrong-value", message, item.at, hint=error.hint)


def _constant(item: AttributeMapping) -> Value:
    """Return the value of an expression that is the same for everybody, None for any other."""
    if item.expression is None or item.expression.reads or item.expression.varies:
        return None
    try:
        found = item.expression.evaluate({}, Context(datetime.min.replace(tzinfo=UTC)))
    except EvaluationError:
        return None  # A function that fails for everybody is found with the first user.
    return found if isinstance(found, str | bool | int | tuple) else None
