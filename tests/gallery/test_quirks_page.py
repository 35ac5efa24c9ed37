"""docs/quirks.md has every knob of the code, and what it says of each is so."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from reconciler.desired.documents.service import ServiceDocument
from reconciler.gallery.schema import AttributeDocument, KindDocument, ProfileDocument
from reconciler.model.meaning import MEANINGS
from reconciler.model.service import Quirk, Service
from reconciler.yamldoc import read_yaml
from tests.gallery import knobs
from tests.survival import exists

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "quirks.md"
SANDBOX = ROOT / "reconciler" / "sandbox"
PROFILES = ROOT / "reconciler" / "gallery" / "profiles"


def written(key):
    source = (PROFILES / f"{key}.yaml").read_bytes()
    return read_yaml(source, file=key)[0].data


GALLERY = {path.stem: written(path.stem) for path in sorted(PROFILES.glob("*.yaml"))}
ALL = (["create", "update", "disable", "delete"], ["create", "update", "delete"])


def does(form):
    return {name: field.description for name, field in form.model_fields.items()}


TABLES = {
    "quirks": (knobs.QUIRKS, {quirk.value: MEANINGS[quirk] for quirk in Quirk}),
    "service": (knobs.SERVICE, does(ServiceDocument)),
    "attributes": (knobs.ATTRIBUTES, does(AttributeDocument)),
    "kinds": (knobs.KINDS, does(KindDocument)),
    "apps": (knobs.APPS, does(ProfileDocument)),
}


def sets(table, name, data):
    """Tell whether a profile says something of the knob; of `actions`, that some are missing."""
    kinds = [data[section] for section in ("users", "groups") if section in data]
    service = data.get("service", {})
    match table:
        case "quirks":
            return name in service.get("quirks", ())
        case "service":
            return name in service or any(name in kind for kind in kinds)
        case "attributes":
            own = (item for kind in kinds for item in kind.get("own_attributes", {}).values())
            return any(name in item for item in own)
        case "kinds":
            return any(name in kind and kind[name] not in ALL for kind in kinds)
    return name in data


def table_of(table):
    rows, meanings = TABLES[table]
    lines = ["| knob | what it does | set by | simulated in | shown by |", "|---|---|---|---|---|"]
    for name, knob in rows.items():
        users = ", ".join(key for key, item in GALLERY.items() if sets(table, name, item))
        place = f"`sandbox/{knob.simulated}.py`" if knob.simulated else "ours"
        shown = f"`tests/{knob.case}`"
        lines.append(f"| `{name}` | {meanings[name]} | {users or '–'} | {place} | {shown} |")
    return "\n".join(lines)


@pytest.mark.parametrize("table", TABLES)
def test_the_tables_are_those_of_the_code(table, pytestconfig):
    page = PAGE.read_text(encoding="utf-8")
    block = re.compile(rf"(<!-- {table} -->\n).*?(<!-- /{table} -->)", re.DOTALL)
    filled = block.sub(lambda found: f"{found[1]}{table_of(table)}\n{found[2]}", page)
    if pytestconfig.getoption("--update-golden"):
        PAGE.write_text(filled, encoding="utf-8")
    assert f"<!-- {table} -->" in page
    assert PAGE.read_text(encoding="utf-8") == filled, "just docs"


def test_no_knob_of_the_code_is_left_out():
    assert set(knobs.QUIRKS) == {quirk.value for quirk in Quirk}
    assert set(knobs.SERVICE) == {item.name for item in fields(Service)} - {"quirks"}
    assert set(knobs.ATTRIBUTES) == set(AttributeDocument.model_fields)


@pytest.mark.parametrize(
    ("name", "knob"), [item for rows, _ in TABLES.values() for item in rows.items()]
)
def test_what_is_said_of_a_knob_is_there(name, knob):
    assert exists(knob.case)
    if knob.simulated:
        source = (SANDBOX / f"{knob.simulated}.py").read_text(encoding="utf-8")
        as_scim = re.sub("_(.)", lambda found: found[1].upper(), name)
        assert re.search(rf"\b({name}|{as_scim})\b", source)
