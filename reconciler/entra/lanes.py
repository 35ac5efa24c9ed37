"""Lanes: which object mappings make one target together, by the priority of their rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from reconciler.entra.forms import Attribute, Directory, ObjectMapping, Rule, Schema
from reconciler.entra.place import at
from reconciler.entra.remarks import Remarks
from reconciler.model.values import Kind

_ENTRA = frozenset({"azure active directory", "microsoft entra id", "active directory"})
"""What Entra calls its own directories: rules into them bring people in, from an HR system."""

_KINDS = {"user": Kind.USER, "group": Kind.GROUP}


@dataclass(frozen=True, slots=True)
class Side:
    """An object mapping with its place, and the definitions of both of its objects."""

    kind: Kind
    mapping: ObjectMapping
    place: str
    source: dict[str, tuple[Attribute, str]]
    target: dict[str, tuple[Attribute, str]]
    people: frozenset[str]
    """What users are called at the target: only references to them are references here."""


@dataclass(frozen=True, slots=True)
class Lane:
    """What makes one target: at most one mapping for users and one for groups."""

    directory: str
    place: str
    users: Side | None = None
    groups: Side | None = None
    is_whole: bool = True
    """false: the rule narrows its scope in a way that cannot be expressed."""


def lanes_of(schema: Schema, place: str, remarks: Remarks) -> list[Lane]:
    """Return the lanes, the rule of lowest priority first; what fits none is a remark."""
    rules = [
        (rule, at(place, "synchronizationRules", n))
        for n, rule in enumerate(schema.synchronization_rules)
    ]
    rules.sort(key=lambda item: item[0].priority or 0)
    lanes = [
        lane for rule, where in rules for lane in _lanes_of(rule, where, schema, place, remarks)
    ]
    if len(lanes) > 1:
        remarks.decide(
            at(place, "synchronizationRules"),
            f"{len(lanes)} mappings of users or groups go to this app: each is a target of its own",
            "The scopes of targets with one address must not overlap.",
        )
    return lanes


def _lanes_of(
    rule: Rule, place: str, schema: Schema, root: str, remarks: Remarks
) -> Iterator[Lane]:
    if rule.target_directory_name.casefold() in _ENTRA:
        message = f"the rule {rule.name} provisions into {rule.target_directory_name}, not an app"
        remarks.lost(place, message, "Here the YAML is the directory: write the users into it.")
        return
    sides: dict[Kind, list[Side]] = {Kind.USER: [], Kind.GROUP: []}
    people = frozenset(
        item.target_object_name
        for item in rule.object_mappings
        if _KINDS.get(item.source_object_name.casefold()) is Kind.USER
    )
    for index, mapping in enumerate(rule.object_mappings):
        where = at(place, "objectMappings", index)
        kind = _KINDS.get(mapping.source_object_name.casefold())
        if kind is None:
            name, lost = mapping.source_object_name or "nothing", len(mapping.attribute_mappings)
            message = f"{name} is neither User nor Group; its {lost} attribute mappings are lost"
            remarks.lost(where, message, "Only users and groups of the directory are provisioned.")
            continue
        source = _definitions(schema, root, rule.source_directory_name, mapping.source_object_name)
        target = _definitions(schema, root, rule.target_directory_name, mapping.target_object_name)
        sides[kind].append(Side(kind, mapping, where, source, target, people))
    whole = _is_whole(rule, place, remarks)
    for users, groups in zip_longest(sides[Kind.USER], sides[Kind.GROUP]):
        yield Lane(rule.target_directory_name, place, users, groups, whole)


def _is_whole(rule: Rule, place: str, remarks: Remarks) -> bool:
    """Note filters on containers or groups: they narrow the scope, and have no counterpart."""
    whole = True
    for key, found in (
        ("containerFilter", rule.container_filter),
        ("groupFilter", rule.group_filter),
    ):
        if found and found != {} and any(_leaves(found)):
            remarks.lost(at(place, key), f"{key} narrows what is read, and cannot be expressed")
            whole = False
    return whole


def _leaves(found: object) -> Iterator[bool]:
    if isinstance(found, dict | list):
        for value in found.values() if isinstance(found, dict) else found:
            yield from _leaves(value)
    else:
        yield bool(found)


def _definitions(
    schema: Schema, place: str, directory: str, name: str
) -> dict[str, tuple[Attribute, str]]:
    """Return the attributes of an object by name, each with its place."""
    found: dict[str, tuple[Attribute, str]] = {}
    for number, candidate in enumerate(schema.directories):
        if candidate.name == directory:
            found |= _of_object(candidate, at(place, "directories", number), name)
    return found


def _of_object(directory: Directory, place: str, name: str) -> dict[str, tuple[Attribute, str]]:
    return {
        attribute.name: (attribute, at(place, "objects", number, "attributes", index))
        for number, item in enumerate(directory.objects)
        if item.name == name
        for index, attribute in enumerate(item.attributes)
    }
