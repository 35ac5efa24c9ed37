"""An object mapping of Entra to a mapping of ours, attribute by attribute (reference §1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.entra.attributes import SourceAttributes
from reconciler.entra.definitions import Said, definition_of
from reconciler.entra.forms import Attribute, AttributeMapping
from reconciler.entra.paths import target_path
from reconciler.entra.place import at
from reconciler.entra.remarks import Remarks
from reconciler.entra.sources import Flow, flow_of, text_of
from reconciler.errors import PathError
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import AttributePath
from reconciler.model.values import Kind
from reconciler.yamldoc import Inline, Remarked

_HIGHEST_MATCH = 9
_FLOW_TYPES: Mapping[str, str | None] = {
    "": None,
    "always": None,
    "objectaddonly": "create",
    "multivalueaddonly": "add",
}


@dataclass(slots=True)
class MappingWriter:
    """Writes the attributes of one mapping, and the definitions that the profile lacks."""

    kind: Kind
    profile: Mapping[str, AttributeDefinition]
    """The target attributes that the profile knows, by `AttributePath.identity`."""
    defined: Mapping[str, Said]
    """What the export says of its target attributes, by name without case."""
    attributes: SourceAttributes
    remarks: Remarks
    written: dict[str, Any] = field(default_factory=dict)
    definitions: dict[str, Any] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)
    _matches: dict[str, tuple[int, str]] = field(default_factory=dict)

    def add(self, mapping: AttributeMapping, place: str) -> None:
        """Write one attribute, or say why not; nothing is dropped in silence."""
        path = self._path(mapping.target_attribute_name, at(place, "targetAttributeName"))
        if path is None:
            self._leave_out(mapping)
            return
        whole = self.defined.get(mapping.target_attribute_name.casefold())
        said = whole.attribute if whole else None
        known = self.profile.get(path.identity)
        definition = definition_of(whole, known, self.remarks)
        flow = self._flow(mapping, place)
        if flow is None:
            self._leave_out(mapping)
            return
        self._taken.add(path.identity)
        if definition is not None:
            self.definitions[str(path)] = Inline(definition)
        entry = self._entry(mapping, flow, place)
        if flow.constant is not None:
            entry["constant"] = _typed(flow.constant, known, said)
        default = mapping.default_value or (said.default_value if said else "")
        if default:
            self._add_default(entry, _typed(default, known, said), (known, said), place)
        self._take_match(mapping, str(path), place)
        self.written[str(path)] = self._commented(path, entry, flow, place)

    def _add_default(
        self,
        entry: dict[str, Any],
        default: str | bool,
        what: tuple[AttributeDefinition | None, Attribute | None],
        place: str,
    ) -> None:
        if _is_boolean(*what) and not isinstance(default, bool):
            said = f"the default '{default}' is neither true nor false; none is set"
            self.remarks.lost(at(place, "defaultValue"), said, "Write default: true or false.")
        else:
            entry["default"] = default

    def finish(self) -> bool:
        """Give matching attributes their precedence; tell whether there is one."""
        numbers = sorted({number for number, _ in self._matches.values()})
        renumbered = bool(numbers) and numbers[-1] > _HIGHEST_MATCH
        for path, (number, place) in self._matches.items():
            rank = numbers.index(number) + 1 if renumbered else number
            if rank > _HIGHEST_MATCH:
                self.remarks.lost(place, f"{path} matches nothing: at most 9 attributes may match")
                continue
            self._entry_of(path)["match"] = rank
            if rank != number:
                self.remarks.differs(
                    place, f"{path} has precedence {rank} here instead of {number}"
                )
        return bool(self._matches)

    def lines(self) -> dict[str, Any]:
        """Return the attributes as they are written: short where nothing but the source counts."""
        return {path: _shortened(value) for path, value in self.written.items()}

    def _path(self, text: str, place: str) -> AttributePath | None:
        try:
            path = target_path(text, self.profile.values())
        except PathError as error:
            self.remarks.lost(place, error.message, error.hint)
            return None
        if path.identity == "id":
            message = "id is the target's own, and is never mapped"
            self.remarks.lost(place, message, "The ledger keeps it.")
            return None
        if path.identity in self._taken:
            self.remarks.lost(place, f"{path} is mapped twice; the first mapping is kept")
            return None
        if str(path) != text:
            self.remarks.differs(place, f"{text} is written {path} here")
        return path

    def _take_match(self, mapping: AttributeMapping, path: str, place: str) -> None:
        priority = mapping.matching_priority or 0
        if priority < 0:
            message = f"{path} matches nothing: its precedence is {priority}"
            self.remarks.differs(at(place, "matchingPriority"), message)
        if priority <= 0:
            return
        self._matches[path] = (priority, at(place, "matchingPriority"))
        words = self.definitions.get(path)
        if words is not None and words.value.get("case_exact"):
            # Entra leaves the comparison to the server's filter; ours would miss the account.
            del words.value["case_exact"]
            self.remarks.differs(at(place, "matchingPriority"), f"{path} matches in any case here")
            if not words.value and path.casefold() in self.profile:
                del self.definitions[path]

    def _leave_out(self, mapping: AttributeMapping) -> None:
        source = text_of(mapping.source) if mapping.source else "nothing"
        self.left_out.append(f"{mapping.target_attribute_name} ← {source}")

    def _flow(self, mapping: AttributeMapping, place: str) -> Flow | None:
        if mapping.source is None:
            return Flow()
        where = at(place, "source")
        return flow_of(mapping.source, self.kind, where, self.attributes, self.remarks)

    def _entry(self, mapping: AttributeMapping, flow: Flow, place: str) -> dict[str, Any]:
        entry: dict[str, Any] = {}
        if flow.expression is not None:
            entry["expression"] = flow.expression
        apply = self._apply(mapping, flow, place)
        if apply is not None:
            entry["apply"] = apply
        self._note_rest(mapping, place)
        return entry

    def _apply(self, mapping: AttributeMapping, flow: Flow, place: str) -> str | None:
        written = mapping.flow_type.strip().casefold()
        where = at(place, "flowType")
        if written not in _FLOW_TYPES:
            message = f"there is no flow type {mapping.flow_type[:60]} here; it is taken as Always"
            self.remarks.decide(where, message, "Write apply: create if it flows only once.")
        found = _FLOW_TYPES.get(written)
        if flow.compiled is not None and flow.compiled.varies and found != "create":
            message = (
                f"{flow.expression} gives another value each time, so it flows at creation only"
            )
            self.remarks.differs(where, message)
            return "create"
        return found

    def _note_rest(self, mapping: AttributeMapping, place: str) -> None:
        if mapping.flow_behavior.casefold() not in ("", "flowwhenchanged"):
            message = f"{mapping.flow_behavior} has no meaning here: live state is always compared"
            self.remarks.unused(at(place, "flowBehavior"), message)
        if mapping.export_missing_references:
            message = "references to whom the target lacks are added as soon as they can be"
            self.remarks.unused(at(place, "exportMissingReferences"), message)

    def _commented(
        self, path: AttributePath, entry: dict[str, Any], flow: Flow, place: str
    ) -> dict[str, Any] | Remarked:
        if path.identity != "externalid" or flow.compiled is None:
            return entry
        if "objectId" not in flow.compiled.reads:
            return entry
        self.remarks.decide(
            at(place, "source"),
            f"[objectId] is Entra's id of the {self.kind}; here it is the key of its entry",
            f"Name the {self.kind}s in the YAML by their Entra object id to keep the live "
            "externalIds, or say `takeover: allow` for the first apply, which writes new ones.",
        )
        comment = (
            f"[objectId] is the key of the {self.kind} here. Entra wrote its own object id: use "
            "those as keys, or say `takeover: allow` until the first apply has written the keys."
        )
        return Remarked(entry, comment)

    def _entry_of(self, path: str) -> dict[str, Any]:
        found = self.written[path]
        entry: dict[str, Any] = found.value if isinstance(found, Remarked) else found
        return entry


def _typed(text: str, known: AttributeDefinition | None, said: Attribute | None) -> str | bool:
    """Write "True" for a boolean attribute as true."""
    if _is_boolean(known, said) and text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    return text


def _is_boolean(known: AttributeDefinition | None, said: Attribute | None) -> bool:
    written = known.type if known else (said.type if said else "")
    return written.casefold() == "boolean"


_ORDER = ("expression", "constant", "match", "default", "apply")


def _shortened(value: Any) -> Any:
    if isinstance(value, Remarked):
        return Remarked(_shortened(value.value), value.comment)
    if value.keys() == {"expression"}:
        return value["expression"]
    return Inline({name: value[name] for name in _ORDER if name in value})
