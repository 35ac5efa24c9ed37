"""The same users before and after: the export evaluated directly, beside the imported YAML.

The evaluator here reads the JSON alone: attribute by attribute, filter by filter.
"""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.expr import compile_expression
from reconciler.gallery.load import load_gallery
from reconciler.model.imported import Verdict
from reconciler.model.problem import Position
from reconciler.model.target import Assignment, Standing
from reconciler.model.values import Kind, Ref
from reconciler.pipeline import prepare_target
from reconciler.values import Context
from reconciler.yamldoc import write_yaml
from tests.entra.exports import CASES, NAMES, import_case

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
ROLE = "Admin"

USERS = {
    "ada": {
        "userPrincipalName": "ada@contoso.example",
        "mail": "Ada@contoso.example",
        "givenName": "Ada",
        "surname": "Lovelace",
        "displayName": "Ada Lovelace",
        "department": "Sales",
        "jobTitle": "Manager",
        "country": "NL",
        "city": "Amsterdam",
        "companyName": 'Contoso "West"',
        "employeeType": "Employee",
        "userType": "Member",
        "employeeId": "1000001",
        "mailNickname": "ada",
        "telephoneNumber": "+91 9998887777",
        "preferredLanguage": "nl_NL",
        "extension_0a1b2c_region": "EMEA",
        "extension_0a1b2c_level": 3,
    },
    "bo": {
        "userPrincipalName": "bo@ext.example.com",
        "givenName": "Bo",
        "displayName": "Bo",
        "jobTitle": "Chief Officer",
        "mail": "bo@contoso.example",
        "userType": "Guest",
        "country": "US",
        "city": "Berlin",
        "companyName": "back\\slash",
        "employeeType": "Contractor",
        "employeeId": "999999",
        "manager": "ada",
        "extension_0a1b2c_level": 2,
    },
    "cy#": {"userPrincipalName": "cy#EXT#@contoso.example", "department": "IT"},
    "dora": {
        "userPrincipalName": "dora@contoso.example",
        "surname": "Ünï \u202e",
        "mail": "",
        "department": "Sales",
        "jobTitle": "Engineer",
        "country": "DE",
        "city": "\u202e]}, # x",
        "preferredLanguage": " fr_FR ",
        "employeeType": "Employee",
        "userType": "Member",
        "employeeId": "x",
        "companyName": "Fabrikam",
        "telephoneNumber": "none",
        "extension_x_ünï": "x",
        "extension_0a1b2c_level": 10,
    },
    "eve": {
        "userPrincipalName": "eve@contoso.example",
        "mail": "eve@contoso.example",
        "givenName": "Eve",
        "surname": "Adams",
        "department": "Sales",
        "userType": "Member",
        "accountEnabled": False,
    },
}


def compile_imported(found, people=USERS):
    """Compile the imported files with *people*, each of them assigned to every target."""
    declared = [key for key in found.files if key.startswith("attributes/")]
    custom = found.files[declared[0]] if declared else ""
    users = {
        key: {name: value for name, value in user.items() if is_known(name, custom)}
        for key, user in people.items()
    }
    files = {**found.files, "users.yaml": write_yaml({"users": users})}
    sources = [SourceFile(path, text.encode()) for path, text in files.items()]
    desired, problems = load_desired(sources, load_gallery())
    assert [item for item in problems if item.severity == "error"] == []
    assigned = tuple(Assignment(Ref(Kind.USER, key), Position("t", 1), ROLE) for key in users)
    targets = {
        key: replace(target, assignments=assigned) for key, target in desired.targets.items()
    }
    return desired, targets, users


def is_known(name, custom):
    return not name.startswith("extension_") or f"  {name}:" in custom


def user_mappings(schema):
    """Yield the mappings of users in the order of their rules' priority, with their places."""
    rules = list(enumerate(schema["synchronizationRules"]))
    for index, rule in sorted(rules, key=lambda item: item[1]["priority"]):
        for number, item in enumerate(rule["objectMappings"]):
            if item["sourceObjectName"].lower() == "user":
                yield item, f"/synchronizationRules/{index}/objectMappings/{number}"


OPERATORS = {
    "EQUALS": lambda value, operand: value == operand,
    "NOT EQUALS": lambda value, operand: value != operand,
    "IS TRUE": lambda value, _: value == "True",
    "IS NOT NULL": lambda *_: True,
    "IS_NOT_NULL": lambda *_: True,
    "REGEX MATCH": lambda value, operand: re.fullmatch(operand, value) is not None,
    "NOT REGEX MATCH": lambda value, operand: re.fullmatch(operand, value) is None,
    "Greater_Than_OR_EQUALS": lambda value, operand: value.isdigit() and int(value) >= int(operand),
    "greater_than": lambda value, operand: value.isdigit() and int(value) > int(operand),
    "ENDS_WITH": lambda value, operand: value.endswith(operand),
    "Includes": lambda value, operand: operand in value,
    "&": lambda value, operand: value in operand,
    "!&": lambda value, operand: value not in operand,
}


def holds(clause, attributes):
    """Tell whether Entra would say that the clause holds: null and empty fail but for IS NULL."""
    value = attributes.get(clause["sourceOperandName"].casefold())
    if clause["operatorName"] == "IS NULL":
        return value in (None, "")
    operand = (*clause["targetOperand"]["values"], "")[0]
    return value not in (None, "") and OPERATORS[clause["operatorName"]](str(value), operand)


def admits(groups, attributes):
    return not groups or any(
        all(holds(clause, attributes) for clause in group["clauses"]) for group in groups
    )


def lost_places(found):
    return {item.place for item in found.remarks if item.verdict is Verdict.LOST}


def value_of(source, attributes, *, is_boolean):
    """Return what Entra would send, None for nothing."""
    value = compile_expression(source["expression"]).evaluate(attributes, Context(NOW))
    if is_boolean:
        return {"true": True, "false": False}.get(str(value).casefold())
    return None if value in (None, "") else str(value)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_users_are_in_scope_before_and_after(name):
    schema = json.loads((CASES / name / "schema.json").read_text(encoding="utf-8"))
    found = import_case(name)
    desired, targets, users = compile_imported(found)
    lost, checked = lost_places(found), 0
    for (mapping, place), key in zip(user_mappings(schema), found.targets, strict=True):
        scope = mapping.get("scope") or {}
        groups = [
            group
            for index, group in enumerate(scope.get("groups", ()))
            if f"{place}/scope/groups/{index}" not in lost
        ]
        wanted, problems = prepare_target(desired, targets[key], NOW)
        del problems  # some of these users lack what others are matched by
        standings = {item.key: item.standing for item in wanted if item.kind is Kind.USER}
        for user, attributes in users.items():
            folded = {name.casefold(): value for name, value in attributes.items()}
            folded.setdefault("accountenabled", True)
            checked += 1
            assert (standings[user] is not Standing.OUT) == admits(groups, folded), user
    assert checked >= len(USERS)


# Candidates, roles and Guid are settled with the target, not by the expression alone.
@pytest.mark.parametrize("name", [name for name in NAMES if name != "roles-and-uniqueness"])
def test_the_same_values_flow_before_and_after(name):
    schema = json.loads((CASES / name / "schema.json").read_text(encoding="utf-8"))
    found = import_case(name)
    desired, targets, users = compile_imported(found)
    lost, checked = lost_places(found), 0
    for (mapping, place), key in zip(user_mappings(schema), found.targets, strict=True):
        # Everybody is in scope: the filters are the other test's.
        target = replace(targets[key], users=replace(targets[key].users, filter=None))
        wanted, _ = prepare_target(desired, target, NOW)
        everybody = [item for item in wanted if item.standing is Standing.ACTIVE]
        assert len(everybody) == len(users) - 1
        for index, item in enumerate(mapping["attributeMappings"]):
            where = f"{place}/attributeMappings/{index}"
            if any(
                remark.startswith(f"{where}/") and not remark.endswith("surprise")
                for remark in lost
            ):
                continue
            for one in everybody:
                checked += 1
                compare(item, one, users[one.key])
    assert checked


ATTRIBUTES = ("mail", "givenName", "surname", "department", "jobTitle", "country", "userType")
texts = (
    st.none()
    | st.text(max_size=12)
    | st.sampled_from(
        [
            "Sales",
            "Guest",
            "Manager",
            "Chief Officer",
            "NL",
            "a@contoso.example",
            "nl_NL",
            "+1 2345678901",
        ]
    )
)
people = st.fixed_dictionaries(
    dict.fromkeys((*ATTRIBUTES, "preferredLanguage", "telephoneNumber", "employeeType"), texts)
)
DEEP = json.loads((CASES / "deep-nests" / "schema.json").read_text(encoding="utf-8"))
IMPORTED = import_case("deep-nests")


@given(people)
def test_the_same_holds_for_anybody(person):
    found = {name: value for name, value in person.items() if value is not None}
    found["userPrincipalName"] = "any@contoso.example"
    desired, targets, users = compile_imported(IMPORTED, {"any": found})
    target = targets["customappsso"]
    ((mapping, _),) = user_mappings(DEEP)
    (wanted,) = prepare_target(desired, target, NOW)[0]
    folded = {name.casefold(): value for name, value in found.items()}

    assert (wanted.standing is Standing.ACTIVE) == admits(mapping["scope"]["groups"], folded)
    if wanted.standing is Standing.ACTIVE:
        for item in mapping["attributeMappings"]:
            compare(item, wanted, users["any"])


def compare(item, wanted, attributes):
    """Hold one attribute of one user to what Entra would send."""
    written = written_as(item["targetAttributeName"])
    flows = {str(flow.definition.path).casefold(): flow for flow in wanted.attributes}
    source = item["source"]
    if source is not None and "expression" not in source:
        source = {"expression": BY_PARAMETERS[item["targetAttributeName"]]}
    elif source is not None:
        source = {"expression": MENDED.get(source["expression"], source["expression"])}
    context = {
        "accountEnabled": True,
        **attributes,
        "userprincipalname": attributes["userPrincipalName"],
        "objectId": wanted.key,
        "IsSoftDeleted": False,
        "appRoleAssignments": (ROLE,),
    }
    is_boolean = item["targetAttributeName"].casefold() in BOOLEANS
    value = None if source is None else value_of(source, context, is_boolean=is_boolean)
    flow = flows[written]
    if written == "externalid" and value is None:
        value = wanted.key  # the key is the externalId of whoever has no other (design §5)
    assert plain(flow.value) == value, (wanted.key, written)
    default = item.get("defaultValue") or DEFINED_DEFAULTS.get(item["targetAttributeName"])
    assert plain(flow.initial) == (default if value is None else value), (wanted.key, written)


BOOLEANS = {"active", "isactive", "locked", "ismanager"}
DEFINED_DEFAULTS = {"userType": "Employee"}
"""The default of the attribute's definition counts where the mapping has none."""

BY_PARAMETERS = {
    "userName": "[userPrincipalName]",
    "active": 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
    "userType": '"Employee"',
    "name.formatted": 'Join(" ", [givenName], [surname])',
    "preferredLanguage": 'Replace([preferredLanguage], "-", , , "_", , )',
    "nickName": "Append([givenName], Mid([surname], 1, 3))",
    "displayName": "Coalesce([displayName], [userPrincipalName])",
}
"""What the case without expressions means, read by a person."""

MENDED = {'Join(" ", [givenName], [surname]': 'Join(" ", [givenName], [surname])'}
"""What an expression that cannot be read means, says the tree of its parameters."""


def plain(value):
    if isinstance(value, Ref):
        return value.key
    return value if isinstance(value, bool) or value is None else str(value)


def written_as(path):
    """Return the path as it is compared here."""
    folded = path.replace(".[", "[").casefold().replace("eq true]", 'eq "true"]')
    old = "urn:scim:schemas:extension:enterprise:1.0."
    new = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user:"
    return re.sub(r"(2\.0:user)\.(?=\w)", r"\1:", folded.replace(old, new))
