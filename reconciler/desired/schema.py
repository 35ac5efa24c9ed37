"""The JSON Schema of a desired-state file, for editors (`reconciler schema`)."""

from typing import Any

from reconciler.desired.documents.file import DesiredDocument


def desired_schema() -> dict[str, Any]:
    """Return JSON Schema 2020-12 with a title, a description and examples for the keys."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **DesiredDocument.model_json_schema(by_alias=True, mode="validation"),
        "title": "Desired state of reconciler",
    }
