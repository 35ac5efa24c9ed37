import json
from pathlib import Path

import jsonschema

from reconciler.render.drift.documents import DriftDocument
from reconciler.render.drift.json import drift_schema, dump_drift
from tests.render.corpus import CORPUS
from tests.render.drifts import drift

SCHEMA = Path(__file__).parents[3] / "docs" / "drift.schema.json"


def test_the_published_schema_is_the_one_in_the_code(request):
    if request.config.getoption("--update-golden"):
        SCHEMA.write_text(json.dumps(drift_schema(), indent=2) + "\n", encoding="utf-8")
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == drift_schema()


def test_a_report_fits_the_schema_and_can_be_read_again():
    text = dump_drift(drift())

    jsonschema.Draft202012Validator(drift_schema()).validate(json.loads(text))
    assert DriftDocument.model_validate_json(text).summary.extra_member == 1


def test_every_item_has_a_name_of_its_own_and_its_ages():
    (first, *rest) = json.loads(dump_drift(drift()))["targets"][0]["items"]

    assert len({item["id"] for item in (first, *rest)}) == len(rest) + 1
    assert first["id"] == "envoy/group/admins/extra-member/id:77"
    assert first["seen"] == {
        "first_seen": "2026-06-01T06:00:00Z",
        "began": "2026-07-01T06:00:00Z",
        "last_seen": "2026-07-04T06:00:00Z",
        "times": 6,
        "episodes": 2,
        "gone_since": None,
    }


def test_nothing_in_the_file_can_mislead():
    text = dump_drift(drift("".join(CORPUS.values())))

    assert text.isascii()
    assert json.loads(text)["format"] == "reconciler.drift/1"
