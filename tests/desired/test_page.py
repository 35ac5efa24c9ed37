"""The tables of docs/mappings.md are those of the documents; its example is sound."""

import json
import re
from pathlib import Path

import pytest

from reconciler.desired.documents.mappings import AttributeMappingDocument, MappingDocument

PAGE = Path(__file__).parents[2] / "docs" / "mappings.md"
BLOCKS = {"mapping": MappingDocument, "attribute": AttributeMappingDocument}


def table(document):
    rows = [
        f"| `{field.alias or name}` | {field.description} | {default(field)} |"
        for name, field in document.model_fields.items()
    ]
    return "\n".join(["| key | says | default |", "|---|---|---|", *rows])


def default(field):
    if field.is_required():
        return "must be given"
    return "" if field.default is None else f"`{json.dumps(field.default)}`".replace('"', "")


@pytest.mark.parametrize("name", BLOCKS)
def test_a_table_of_the_page_is_that_of_the_documents(name, pytestconfig):
    block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    page = PAGE.read_text(encoding="utf-8")
    filled = block.sub(lambda found: f"{found[1]}{table(BLOCKS[name])}\n{found[2]}", page)
    if pytestconfig.getoption("--update-golden"):
        PAGE.write_text(filled, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == filled, "just docs"


def test_the_example_of_the_page_is_sound(load):
    written = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]
    target = """
targets:
  app: {profile: envoy, auth: {bearer: {env: A}}, scope: all, users: {mapping: envoy-users,
        attributes: {nickName: {}, userType: {}, preferredLanguage: {}, name.formatted: {}}}}
"""
    _, problems = load(written + target)
    assert [item for item in problems if item.severity == "error"] == []
