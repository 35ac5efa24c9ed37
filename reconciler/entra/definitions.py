"""Target attributes: what the export says of them that the profile does not (reference §1.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.entra.forms import Attribute
from reconciler.entra.place import at
from reconciler.entra.remarks import Remarks
from reconciler.model.mapping import AttributeDefinition

_TYPES: Mapping[str, str] = {
    "string": "string",
    "boolean": "boolean",
    "integer": "integer",
    "datetime": "dateTime",
    "reference": "reference",
    "binary": "string",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What the export says of one attribute, where, and what it calls users there."""

    attribute: Attribute
    place: str
    people: frozenset[str]


def definition_of(
    said: Said | None, known: AttributeDefinition | None, remarks: Remarks
) -> dict[str, Any] | None:
    """Return the words for the target's own `attributes`; None where the profile says it all.

    An attribute that the profile lacks is always written, though nothing may be said of it.
    """
    words = {} if said is None else _words(said.attribute, said, remarks)
    if known is None:
        return {name: value for name, value in words.items() if value not in (False, "string")}
    found = {name: value for name, value in words.items() if value != getattr(known, name)}
    if said is not None:
        _leave_to_profile(found, known, said, remarks)
    return found or None


def _leave_to_profile(
    found: dict[str, Any], known: AttributeDefinition, said: Said, remarks: Remarks
) -> None:
    """Take out what the profile knows better: how a value is sent, and that ids are exact."""
    for name, key in (("type", "type"), ("multi_valued", "multivalued")):
        if name in found:
            written, ours = found.pop(name), getattr(known, name)
            message = f"{known.path}: {key} is {written} in the export, {ours} in the profile"
            remarks.differs(at(said.place, key), f"{message}, which counts")
    is_id = known.type == "reference" or known.path.identity == "externalid"
    if is_id and found.get("case_exact") is False:
        del found["case_exact"]
        remarks.unused(at(said.place, "caseExact"), f"{known.path} is an id, whose case counts")


def _words(said: Attribute, whole: Said, remarks: Remarks) -> dict[str, Any]:
    place = whole.place
    words: dict[str, Any] = {
        "type": _type(said, whole, remarks),
        "case_exact": said.case_exact,
        "multi_valued": said.multivalued,
        "required": said.required,
        "read_only": None,
    }
    match said.mutability.casefold():
        case "readonly":
            words["read_only"] = True
        case "" | "readwrite":
            pass
        case _:
            message = f"{said.name} is {said.mutability}, which is not told apart here"
            remarks.differs(at(place, "mutability"), message)
    _note_others(said, place, remarks)
    return {name: value for name, value in words.items() if value is not None}


def _type(said: Attribute, whole: Said, remarks: Remarks) -> str | None:
    found = _TYPES.get(said.type.casefold())
    if said.type and (found is None or said.type.casefold() == "binary"):
        message = f"{said.name} is of type {said.type}, which is taken as string here"
        remarks.differs(at(whole.place, "type"), message)
    names = {item.referenced_object_name for item in said.referenced_objects}
    if found == "reference" and names and names.isdisjoint(whole.people):
        message = f"{said.name} refers to {', '.join(sorted(names))}; only users are known here"
        remarks.differs(at(whole.place, "referencedObjects"), f"{message}, so it is a string")
        return "string"
    return found


def _note_others(said: Attribute, place: str, remarks: Remarks) -> None:
    if said.flow_null_values:
        message = "flowNullValues is the target's null_values here, for all attributes alike"
        remarks.differs(at(place, "flowNullValues"), message)
    if said.api_expressions:
        remarks.unused(at(place, "apiExpressions"), "API expressions have no meaning here")
    for index, reference in enumerate(said.referenced_objects):
        if reference.referenced_property:
            message = f"{said.name} refers by {reference.referenced_property}, here always by id"
            remarks.differs(at(place, "referencedObjects", index, "referencedProperty"), message)
