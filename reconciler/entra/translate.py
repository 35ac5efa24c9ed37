"""Translate an export: Entra's synchronization schema to a desired state, and what it cannot say.

Pure: the same export gives the same bytes. Nothing is dropped in silence: whatever is not in the
YAML is a remark.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from reconciler.entra.attributes import SourceAttributes
from reconciler.entra.definitions import Said
from reconciler.entra.known import Known
from reconciler.entra.lanes import Lane, Side, lanes_of
from reconciler.entra.mappings import MappingWriter
from reconciler.entra.place import at
from reconciler.entra.profiles import choose_profile
from reconciler.entra.read import Export
from reconciler.entra.remarks import Remarks
from reconciler.entra.rest import note_rest
from reconciler.entra.scopes import scope_of
from reconciler.entra.settings import Settings, settings_of
from reconciler.entra.target import Written, switched_off, target_of
from reconciler.model.imported import Imported
from reconciler.model.target import Profile
from reconciler.model.values import Kind
from reconciler.yamldoc import Remarked, write_yaml

HEADER = "yaml-language-server: $schema=../.schemas/desired-state.schema.json"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person chose: the name of the target, and its profile; None to guess."""

    target: str | None = None
    profile: str | None = None


def translate(export: Export, known: Known, choice: Choice) -> Imported:
    """Return the files of the desired state and the remarks, in the order of the export."""
    remarks = Remarks()
    settings = settings_of(export, remarks)
    lanes = lanes_of(export.schema, export.schema_at, remarks)
    directory = lanes[0].directory if lanes else ""
    profile, because = choose_profile(choice.profile, directory, settings.url, known.profiles)
    name = choice.target or _slug(directory) or profile.key
    work = _Work(profile, settings, SourceAttributes(known, remarks), remarks)
    names = [name if index == 0 else f"{name}-{index + 1}" for index in range(len(lanes))]
    for lane, target in zip(lanes, names, strict=True):
        work.add(lane, target)
    if not lanes:
        remarks.lost(at(export.schema_at, "synchronizationRules"), "no rule maps users or groups")
    note_rest(export, remarks)
    return Imported(
        targets=tuple(names),
        profile=profile.key,
        because=because,
        files=work.files(name),
        counts=work.counts(),
        remarks=tuple(dict.fromkeys(remarks.found)),
    )


@dataclass(slots=True)
class _Work:
    """The sections as they grow."""

    profile: Profile
    settings: Settings
    attributes: SourceAttributes
    remarks: Remarks
    targets: dict[str, Any] = field(default_factory=dict)
    mappings: dict[str, Any] = field(default_factory=dict)
    scopes: dict[str, Any] = field(default_factory=dict)
    mapped: int = 0

    def add(self, lane: Lane, name: str) -> None:
        """Write the target of one lane, and its mappings and scopes."""
        sides: dict[Kind, Written] = {}
        is_whole = lane.is_whole
        for side in (lane.users, lane.groups):
            if side is not None:
                sides[side.kind], side_is_whole = self._side(side, f"{name}-{side.kind}s")
                is_whole = is_whole and side_is_whole
        target = target_of(name, self.profile, self.settings, sides, self.remarks)
        if not is_whole or self.settings.is_off:
            target = switched_off(target, _OFF if is_whole else _NOT_WHOLE)
        self.targets[name] = target

    def _side(self, side: Side, name: str) -> tuple[Written, bool]:
        self.attributes.defined = side.source
        mapping, definitions = self._mapping(side, name)
        if side.mapping.scope is None:
            return Written(side, mapping, None, definitions), True
        where = at(side.place, "scope")
        scope = scope_of(side.mapping.scope, side.kind, where, self.attributes, self.remarks)
        has_filter = bool(side.mapping.scope.groups)
        if has_filter:
            self.scopes[name] = scope.filters
        return Written(side, mapping, name if has_filter else None, definitions), scope.complete

    def _mapping(self, side: Side, name: str) -> tuple[str | None, dict[str, Any]]:
        profile = self.profile.of(side.kind).attributes
        defined = {
            name.casefold(): Said(attribute, place, side.people)
            for name, (attribute, place) in side.target.items()
        }
        writer = MappingWriter(side.kind, profile, defined, self.attributes, self.remarks)
        where = at(side.place, "attributeMappings")
        for index, item in enumerate(side.mapping.attribute_mappings):
            writer.add(item, at(where, index))
        if not writer.finish():
            message = "nothing matches, so no live account would be found; the mapping is left out"
            hint = "The profile's mapping counts until one with `match` is written."
            self.remarks.lost(where, message, hint)
            return None, {}
        self.mapped += len(writer.written)
        entry = {"for": str(side.kind), "attributes": writer.lines()}
        left_out = "\n".join(f"Not imported: {item}" for item in writer.left_out)
        self.mappings[name] = Remarked(entry, left_out) if left_out else entry
        return name, writer.definitions

    def files(self, name: str) -> dict[str, str]:
        """Return the text of every file by its path."""
        sections = {
            "targets": self.targets,
            "mappings": self.mappings,
            "scopes": self.scopes,
            "attributes": self.attributes.declared,
        }
        return {
            f"{section}/{name}.yaml": write_yaml({section: entries}, header=HEADER)
            for section, entries in sections.items()
            if entries
        }

    def counts(self) -> dict[str, int]:
        """Return how much was written."""
        filters = [item for scope in self.scopes.values() for item in scope]
        return {
            "targets": len(self.targets),
            "mappings": len(self.mappings),
            "mapped_attributes": self.mapped,
            "scopes": len(self.scopes),
            "filters": len(filters),
            "clauses": sum(len(item["all"]) for item in filters),
            "declared_attributes": len(self.attributes.declared),
        }


_OFF = "The job was switched off in Entra."
_NOT_WHOLE = "Not everything that narrows the scope could be imported: add it, then switch this on."


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:60]
