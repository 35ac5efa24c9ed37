"""Exports of Entra, imported in process."""

import json
from pathlib import Path

from reconciler.desired.catalogue import (
    GROUP_ATTRIBUTES,
    GROUP_DERIVED,
    USER_ATTRIBUTES,
    USER_DERIVED,
)
from reconciler.entra.known import Known
from reconciler.entra.read import read_export
from reconciler.entra.translate import Choice, translate
from reconciler.gallery.load import load_gallery
from reconciler.model.values import Kind

CASES = Path(__file__).parent / "cases"
NAMES = sorted(item.name for item in CASES.iterdir())
KNOWN = Known(
    {
        Kind.USER: USER_DERIVED.union(USER_ATTRIBUTES),
        Kind.GROUP: GROUP_DERIVED.union(GROUP_ATTRIBUTES),
    },
    load_gallery(),
)


def import_case(name):
    """Import one case from its files."""
    more = {
        key: path.read_bytes() if (path := CASES / name / f"{key}.json").exists() else None
        for key in ("secrets", "job")
    }
    schema = (CASES / name / "schema.json").read_bytes()
    return translate(read_export(schema, file="schema.json", **more), KNOWN, Choice())


def import_schema(document, **choice):
    """Import a schema given as data."""
    export = read_export(json.dumps(document).encode(), file="schema.json")
    return translate(export, KNOWN, Choice(**choice))
