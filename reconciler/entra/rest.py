"""The rest of an export: unknown keys, metadata, and definitions that nothing maps."""

from collections.abc import Iterator
from typing import Any

from reconciler.entra.forms import DirectoryObject, Form
from reconciler.entra.place import at
from reconciler.entra.read import Export
from reconciler.entra.remarks import Remarks


def note_rest(export: Export, remarks: Remarks) -> None:
    """Name what nobody looked at: every unknown key, and in one line each what has no meaning."""
    for place in export.beside:
        remarks.lost(place, "this is not known here")
    parts: list[tuple[Form, str]] = [(export.schema, export.schema_at)]
    parts += list(export.secrets)
    if export.job is not None:
        parts.append((export.job, export.job_at))
    for part, place in parts:
        for form, where in _forms(part, place):
            _note(form, where, remarks)
    mapped = {
        mapping.target_attribute_name.casefold()
        for rule in export.schema.synchronization_rules
        for item in rule.object_mappings
        for mapping in item.attribute_mappings
    }
    sources = {rule.source_directory_name for rule in export.schema.synchronization_rules}
    for number, directory in enumerate(export.schema.directories):
        for index, item in enumerate(directory.objects):
            where = at(export.schema_at, "directories", number, "objects", index, "attributes")
            if directory.name not in sources:
                _note_unmapped(item, where, mapped, remarks)


def _note(form: Form, place: str, remarks: Remarks) -> None:
    for key in form.model_extra or {}:
        if not key.startswith("@odata."):
            remarks.lost(at(place, key), f"the key {key[:60]} is not known here")
    metadata = getattr(form, "metadata", None)
    if metadata:
        what = f"{len(metadata)} keys of metadata" if len(metadata) > 1 else "one key of metadata"
        remarks.unused(at(place, "metadata"), f"{what}, which tell Entra how to run")


def _note_unmapped(item: DirectoryObject, place: str, mapped: set[str], remarks: Remarks) -> None:
    names = [
        attribute.name for attribute in item.attributes if attribute.name.casefold() not in mapped
    ]
    if names:
        remarks.unused(place, f"defined and not mapped: {', '.join(names)}")


def _forms(value: Any, place: str) -> Iterator[tuple[Form, str]]:
    if isinstance(value, Form):
        yield value, place
        for name, field in type(value).model_fields.items():
            yield from _forms(getattr(value, name), at(place, field.alias or name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _forms(item, at(place, index))
