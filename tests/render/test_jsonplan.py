import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from reconciler.errors import InputError
from reconciler.model.fingerprint import fingerprint
from reconciler.model.plan import Action
from reconciler.render.planfile.dump import dump_plan, plan_schema
from reconciler.render.planfile.load import load_approved

SCHEMA = Path(__file__).parents[2] / "docs" / "plan.schema.json"


def test_the_published_schema_is_the_one_in_the_code(request):
    if request.config.getoption("--update-golden"):
        SCHEMA.write_text(json.dumps(plan_schema(), indent=2) + "\n", encoding="utf-8")
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == plan_schema()


def test_a_plan_file_fits_the_schema(plan):
    jsonschema.Draft202012Validator(plan_schema()).validate(json.loads(dump_plan(plan)))


def test_a_change_stands_in_the_file_as_the_design_says(plan):
    change = json.loads(dump_plan(plan))["targets"][0]["changes"][1]
    assert change == {
        "id": "envoy/user/grace",
        "operation": "envoy/user/grace",
        "action": "update",
        "kind": "user",
        "key": "grace",
        "live_id": "41",
        "display": "grace@contoso.example",
        "attributes": [
            {
                "path": "nickName",
                "before": {"sensitive": True},
                "after": {"sensitive": True},
                "sensitive": True,
                "at": None,
                "origin": "unknown",
            },
            {
                "path": 'phoneNumbers[type eq "work"].value',
                "before": "+1 555 0100",
                "after": None,
                "sensitive": False,
                "at": None,
                "origin": "unknown",
            },
            {
                "path": "title",
                "before": "Engineer",
                "after": "Principal Engineer",
                "sensitive": False,
                "at": "users/engineering.yaml:26",
                "origin": "unknown",
            },
            {
                "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
                "before": None,
                "after": {"ref": "user/ada"},
                "sensitive": False,
                "at": "users/engineering.yaml:27",
                "origin": "unknown",
            },
        ],
        "members": {"add": [], "remove": [], "origins": {}},
        "why": "assigned directly",
        "at": "users/engineering.yaml:20",
        "origin": "unknown",
        "held_by": [],
    }


def test_a_violation_names_what_to_pass(plan):
    violation = json.loads(dump_plan(plan))["targets"][0]["violations"][0]
    assert violation["accept"] == f"removals:{fingerprint(plan)}"
    assert violation["numbers"] == {"removals": 4, "ours": 30, "limit": 3}


def test_sensitive_values_are_nowhere_in_the_file(plan):
    text = dump_plan(plan)
    assert '"old"' not in text
    assert '"new"' not in text


def test_what_is_written_is_read_back(plan):
    approved = load_approved(dump_plan(plan))
    operations = approved.targets["envoy"].operations
    assert approved.fingerprint == fingerprint(plan)
    assert approved.created == plan.created
    assert approved.targets["envoy"].url == "https://app.envoy.com/scim/v2"
    assert operations["envoy/user/ada"].action is Action.CREATE
    assert operations["envoy/user/ada"].attributes["userName"] == (None, "ada@contoso.example")
    masked = {"sensitive": True}
    assert operations["envoy/user/grace"].attributes["nickName"] == (masked, masked)
    assert operations["envoy/user/tom"].held_by == ("removals",)
    assert operations["envoy/group/oncall/remove-members"].remove == {"id:99"}


def test_the_parts_of_one_membership_change_are_one_operation_again(plan):
    target = plan.targets[0]
    (whole,) = target.waves[2]
    held = replace(
        whole,
        remove=(replace(whole.remove[0], live_id="100"),),
        part="held",
        held_by=("removals",),
    )
    split = replace(plan, targets=(replace(target, waves=((whole, held),)),))
    operations = load_approved(dump_plan(split)).targets["envoy"].operations
    (operation,) = operations.values()
    assert operation.id == "envoy/group/oncall/remove-members"
    assert operation.remove == {"id:99", "id:100"}
    assert operation.held_members == {"id:100"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the plan file is not JSON"),
        ("[]", "this is no plan file of the format reconciler.plan/1"),
        ("[" * 100000, "the plan file is nested too deeply"),
        ('{"format": 1, "format": 1}', "the plan file is not JSON: one object has a key twice"),
        ('{"format": "terraform"}', "this is no plan file of the format reconciler.plan/1"),
        ('{"format": "reconciler.plan/1"}', "the plan file is damaged at fingerprint"),
        ("{" * 5000, "the plan file is not JSON"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_the_next_step(text, message):
    with pytest.raises(InputError) as caught:
        load_approved(text)
    assert caught.value.message.startswith(message)
    assert caught.value.hint == "Make a new one: reconciler plan --format json --output plan.json"


@pytest.mark.parametrize(
    ("found", "altered"),
    [
        ("https://app.envoy.com/scim/v2", "https://evil.example/scim/v2"),
        ("Principal Engineer", "Chief Engineer"),
        ('"id:99"', '"id:98"'),
        ('"action": "disable"', '"action": "delete"'),
    ],
)
def test_an_altered_plan_is_refused(plan, found, altered):
    text = dump_plan(plan)
    assert found in text
    with pytest.raises(InputError, match="altered"):
        load_approved(text.replace(found, altered))


def test_additions_of_later_versions_are_ignored(plan):
    document = json.loads(dump_plan(plan)) | {"novelty": 1}
    document["targets"][0]["changes"][0]["novelty"] = 2
    assert load_approved(json.dumps(document)).fingerprint == fingerprint(plan)
