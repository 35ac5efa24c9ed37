"""A case is a directory: exports in, the YAML and the report out.

`pytest tests/entra --update-golden` rewrites `expected/`; the review is `git diff`.
"""

import json
import re
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.errors import InputError
from reconciler.gallery.load import load_gallery
from reconciler.model.imported import Verdict
from reconciler.render.imported import render_imported
from reconciler.yamldoc import read_yaml
from tests.entra.exports import CASES, NAMES, import_case, import_schema

USER = b"users: {ada: {userPrincipalName: ada@contoso.example, displayName: Ada}}\n"
SAMPLE = json.loads((CASES / "reference-sample" / "schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_an_export_becomes_the_expected_files_and_report(name, request):
    found = import_case(name)
    actual = {**found.files, "report.txt": render_imported(found, "desired-state", width=100)}
    folder = CASES / name / "expected"
    if request.config.getoption("--update-golden"):
        for path, text in actual.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8", newline="\n")

    expected = {
        path.relative_to(folder).as_posix(): path.read_bytes().decode()
        for path in folder.rglob("*.*")
    }
    assert expected == actual


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_a_valid_desired_state(name):
    files = [SourceFile(path, text.encode()) for path, text in import_case(name).files.items()]
    _, problems = load_desired([*files, SourceFile("users.yaml", USER)], load_gallery())

    # An expression that Entra calls unsupported works here, and is remarked on.
    remarks = {"expression", "nobody-assigned", "unmapped-attribute"}
    assert {item.rule for item in problems} <= remarks
    assert [item for item in problems if item.severity == "error"] == []


# --- Nothing is dropped in silence --------------------------------------------------------------

SAYS_NOTHING = (None, "", 0, False, [], {}, "Always", "FlowWhenChanged")
"""Values that say what holds anyway."""


def leaves(value, place=""):
    if isinstance(value, dict):
        for key, item in value.items():
            escaped = key.replace("~", "~0").replace("/", "~1")
            yield from leaves(item, f"{place}/{escaped}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, f"{place}/{index}")
    elif value not in SAYS_NOTHING:
        yield place, value


def texts_of(value):
    """Yield every key and value of the YAML as text."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from texts_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item)
    else:
        yield str(value)


LOST_MAPPING = re.compile(r"(.*/attributeMappings/\d+)/(?:targetAttributeName|source)")
"""A remark on one of these speaks of the mapping as a whole where it is lost."""

MATTERS = ("/attributeMappings/", "/scope/", "/flowTypes", "/enabled")


def unaccounted(found, document, prefix=""):
    """Return the places of *document* that are neither in the YAML nor in a remark."""
    places = [remark.place for remark in found.remarks]
    lost = {
        match[1]
        for item in found.remarks
        if item.verdict is Verdict.LOST and (match := LOST_MAPPING.fullmatch(item.place))
    }
    data = [read_yaml(text.encode(), file=path)[0].data for path, text in found.files.items()]
    written = {text.casefold() for item in data for text in texts_of(item)}
    for place, value in leaves(document, prefix):
        if prefix == "" and not any(part in place for part in MATTERS):
            continue
        is_told = any(f"{place}/".startswith(f"{other}/") for other in places if other)
        is_told = is_told or any(other.startswith(f"{place}/") for other in places)
        is_lost = any(f"{place}/".startswith(f"{other}/") for other in lost)
        if not is_told and not is_lost and not is_written(place, value, written):
            yield place


def is_written(place, value, written):
    *_, parent, key = ("", *place.split("/"))
    if "/parameters/" in place or (parent == "source" and key == "type"):
        return True  # another way to say the expression; a difference is a remark
    if parent == "source" and key == "name":
        # Said again by the expression; where there is none, a word of it.
        return any(str(value).casefold() in text for text in written)
    if key in ("flowType", "flowTypes", "enabled", "operatorName", "matchingPriority"):
        return translated(key, value) <= written
    if parent == "source" and key == "expression":
        plain = re.sub(r"\\(.)", r"\1", value.strip()[1:-1]).casefold()
        return value.strip().casefold() in written or plain in written
    return str(value).casefold() in written


def translated(key, value):
    """Return the words that must stand in the YAML for *value*."""
    return {
        "flowType": lambda: {"apply", "create"} if value == "ObjectAddOnly" else {"apply", "add"},
        "flowTypes": lambda: (
            {{"add": "create"}.get(w.strip().lower(), w.strip().lower()) for w in value.split(",")}
            - {"delete"}
        ),
        "enabled": set,
        "operatorName": lambda: (
            {"".join("_" if c in " _" else c.lower() for c in value)}
            if value.strip("!&")
            else {"contained_in" if value == "&" else "not_contained_in"}
        ),
        "matchingPriority": lambda: {"match", str(value)},
    }[key]()


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_in_the_yaml_or_in_a_remark(name):
    found = import_case(name)
    schema = json.loads((CASES / name / "schema.json").read_text(encoding="utf-8"))

    assert list(unaccounted(found, schema)) == []


IN_THE_YAML = {
    "SyncAll": "scope: all",
    "SkipOutOfScopeDeletions": "out_of_scope: keep",
    "QuarantineTooManyDeletesThreshold": "removals: {percent: 0, floor: 500}",
}


def test_every_setting_is_in_the_yaml_or_in_a_remark():
    found = import_case("crm-with-defaults")
    folder = CASES / "crm-with-defaults"
    secrets, jobs = (
        json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["value"]
        for name in ("secrets", "job")
    )
    pairs = [(f"secrets:/value/{n}/value", item["key"]) for n, item in enumerate(secrets)]
    pairs += [
        (f"job:/value/0/synchronizationJobSettings/{n}/value", item["name"])
        for n, item in enumerate(jobs[0]["synchronizationJobSettings"])
    ]
    pairs += [("job:/value/0/schedule/interval", ""), ("job:/value/0/status", "")]
    told = {remark.place for remark in found.remarks}
    target = found.files["targets/contoso-crm.yaml"]

    silent = [(place, name) for place, name in pairs if place not in told]
    assert {name for _, name in silent} == set(IN_THE_YAML)
    assert all(IN_THE_YAML[name] in target for _, name in silent)


def objects(value, place=""):
    if isinstance(value, dict):
        yield place, value
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from objects(item, f"{place}/{key}")


PLACES = [place for place, _ in objects(SAMPLE)]


@given(
    st.sampled_from(PLACES), st.text("abcxyz~/ü ", min_size=1), st.sampled_from([1, "x", [1], {}])
)
def test_a_key_that_nobody_knows_is_named_wherever_it_stands(place, key, value):
    document = deepcopy(SAMPLE)
    holder = dict(objects(document))[place]
    holder[f"@{key}"] = value

    escaped = f"@{key}".replace("~", "~0").replace("/", "~1")
    told = [remark.place for remark in import_schema(document).remarks]
    assert f"{place}/{escaped}" in told or any(place.startswith(item) for item in told if item)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("flowType", "MultiValueAddOnl"),
        ("flowBehavior", "FlowAlways"),
        ("matchingPriority", -1),
        ("exportMissingReferences", True),
        ("targetAttributeName", "a b"),
        ("source", {"type": "Table"}),
    ],
)
def test_an_attribute_mapping_that_says_something_odd_is_named(sample, key, value):
    mapping = sample["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"][1]
    mapping[key] = value

    place = "/synchronizationRules/0/objectMappings/0/attributeMappings/1/"
    assert any(remark.place.startswith(place + key) for remark in import_schema(sample).remarks)


@pytest.mark.parametrize("value", ["0", "yes", 7])
def test_a_default_that_is_no_boolean_is_named_and_not_written(value):
    sample = deepcopy(SAMPLE)
    mappings = sample["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"]
    (active,) = [item for item in mappings if item["targetAttributeName"] == "active"]
    active["defaultValue"] = value
    found = import_schema(sample)
    said = f"the default '{value}' is neither true nor false; none is set"
    assert [item.hint for item in found.remarks if item.message == said] == [
        "Write default: true or false."
    ]
    files = [SourceFile(path, text.encode()) for path, text in found.files.items()]
    assert not [item for item in load_desired(files, load_gallery())[1] if item.severity == "error"]


# --- Whatever stands in an export ---------------------------------------------------------------

odd = (
    st.none()
    | st.booleans()
    | st.integers(-3, 12)
    | st.text(max_size=12)
    | st.sampled_from(
        [
            *("members", "[members]", "ToLower([mail])", "Guid()", "[x y]", '"x"', "<<", "x"),
            *("id", 'emails[type eq "work"].value', "urn:a:1.0.b", "Reference", "Boolean"),
            *("IS NULL", "NOT REGEX MATCH", "(", "ObjectAddOnly", "Group", "Function", "Switch"),
        ]
    )
)


@given(st.data())
def test_an_export_with_odd_values_is_refused_or_becomes_a_valid_desired_state(data):
    document = deepcopy(SAMPLE)
    rules = document["synchronizationRules"]
    holders = [item for _, item in objects(rules) if item]
    for _ in range(data.draw(st.integers(1, 4))):
        holder = data.draw(st.sampled_from(holders))
        holder[data.draw(st.sampled_from(sorted(holder)))] = data.draw(odd)
    try:
        found = import_schema(document)
    except InputError:
        return
    files = [SourceFile(path, text.encode()) for path, text in found.files.items()]
    _, problems = load_desired(files, load_gallery())
    assert [item for item in problems if item.severity == "error"] == [], found.files


# --- What it does -------------------------------------------------------------------------------


def test_the_same_export_gives_the_same_bytes():
    assert import_case("several-rules") == import_case("several-rules")


def test_no_secret_stands_anywhere():
    found = import_case("crm-with-defaults")
    said = str(found)

    for secret in ("tok-3n", "hunter2", "x-hidden-x", "admin@contoso"):
        assert secret not in said


def test_settings_may_stand_in_the_same_file(sample):
    sample["secrets"] = [{"key": "BaseAddress", "value": "https://app.example/scim"}]
    sample["synchronizationJobSettings"] = [
        {"name": "QuarantineTooManyDeletesThreshold", "value": "7"}
    ]
    wrapped = {key: sample.pop(key) for key in ("secrets", "synchronizationJobSettings")}
    beside = import_schema({**sample, **wrapped})
    around = import_schema({"schema": sample, **wrapped, "odd": 1})

    assert beside.files == around.files
    assert "url: https://app.example/scim\n" in beside.files["targets/customappsso.yaml"]
    assert "removals: {percent: 0, floor: 7}" in beside.files["targets/customappsso.yaml"]
    assert "/odd" in [remark.place for remark in around.remarks]


@pytest.mark.parametrize(
    ("directory", "address", "profile"),
    [
        ("customappsso", None, "generic-scim"),
        ("Envoy", None, "envoy"),
        ("AWS IAM Identity Center", None, "aws-iam-identity-center"),
        ("customappsso", "https://app.envoy.com/scim/v2", "envoy"),
        ("Nobody knows", "https://[broken", "generic-scim"),
    ],
)
def test_the_profile_is_guessed_from_address_and_directory(sample, directory, address, profile):
    sample["synchronizationRules"][0]["targetDirectoryName"] = directory
    if address:
        sample["secrets"] = [{"key": "BaseAddress", "value": address}]

    assert import_schema(sample).profile == profile


def test_name_and_profile_may_be_given(sample):
    found = import_schema(sample, target="front-desk", profile="envoy")

    assert (found.targets, found.profile, found.because) == (
        ("front-desk",),
        "envoy",
        "it was asked for",
    )
    assert "targets/front-desk.yaml" in found.files
    assert "env: FRONT_DESK_SCIM_TOKEN" in found.files["targets/front-desk.yaml"]


def test_a_profile_that_does_not_exist_is_wrong_input(sample):
    with pytest.raises(InputError, match="there is no profile 'envoi'"):
        import_schema(sample, profile="envoi")


def test_without_a_matching_attribute_the_mapping_is_left_out(sample):
    sample["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"][0][
        "matchingPriority"
    ] = 0
    found = import_schema(sample)

    assert "customappsso-users:" not in found.files["mappings/customappsso.yaml"]
    assert "mapping:" not in found.files["targets/customappsso.yaml"].split("groups:")[0]
    assert any("nothing matches" in item.message for item in found.remarks)


def test_what_narrows_the_scope_and_is_lost_switches_the_target_off(sample):
    clauses = sample["synchronizationRules"][0]["objectMappings"][0]["scope"]["groups"][0][
        "clauses"
    ]
    clauses[0]["operatorName"] = "IsMemberOf"
    found = import_schema(sample)

    assert "provisioning: off" in found.files["targets/customappsso.yaml"]
    assert "Sales in US" not in found.files["scopes/customappsso.yaml"]


def test_the_old_extension_stays_where_the_profile_does_not_know_the_new_one(sample):
    mapping = sample["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"][2]
    mapping["targetAttributeName"] = "urn:scim:schemas:extension:enterprise:1.0.department"
    old = "urn:scim:schemas:extension:enterprise:1.0:department: "
    new = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department: "

    assert new in import_schema(sample).files["mappings/customappsso.yaml"]
    assert old in import_schema(sample, profile="envoy").files["mappings/customappsso.yaml"]


def test_a_constant_without_quotes_is_taken_from_its_name(sample):
    mapping = sample["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"][3]
    mapping["source"] = {"type": "Constant", "name": "Staff", "expression": "Staff"}

    assert (
        "userType: {constant: Staff, apply: create}"
        in (import_schema(sample).files["mappings/customappsso.yaml"])
    )


def test_a_group_cannot_read_what_only_users_have(sample):
    mapping = sample["synchronizationRules"][0]["objectMappings"][1]["attributeMappings"][1]
    mapping["source"] = {"type": "Attribute", "expression": "[IsSoftDeleted]"}
    (lost,) = (item for item in import_schema(sample).remarks if item.verdict is Verdict.LOST)

    assert lost.message == "[IsSoftDeleted] is an attribute of a user, and cannot be read here"


def test_a_rule_into_entra_itself_is_lost(sample):
    sample["synchronizationRules"][0]["targetDirectoryName"] = "Azure Active Directory"
    found = import_schema(sample)

    assert (found.targets, dict(found.files)) == ((), {})
    assert found.remarks[0].message == (
        "the rule USER_OUTBOUND_USER provisions into Azure Active Directory, not an app"
    )


def test_values_that_are_only_added_say_so(sample):
    mapping = sample["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"][5]
    mapping.update(
        targetAttributeName="roles",
        flowType="MultiValueAddOnly",
        source={"type": "Attribute", "expression": "[otherMails]"},
    )

    assert (
        '      roles: {expression: "[otherMails]", apply: add}\n'
        in (import_schema(sample).files["mappings/customappsso.yaml"])
    )


def test_a_large_export_takes_no_time(sample):
    mappings = sample["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"]
    mappings += [
        {
            "targetAttributeName": f"attribute{number}",
            "source": {"type": "Attribute", "expression": f"[extensionAttribute{number % 15 + 1}]"},
        }
        for number in range(2000)
    ]
    found = import_schema(sample)

    assert found.counts["mapped_attributes"] == 9 + 2000
    assert not [item for item in found.remarks if item.verdict is Verdict.LOST]
