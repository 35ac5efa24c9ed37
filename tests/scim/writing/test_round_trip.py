"""What is planned is taken by a server, and the next plan is empty: every shape of value."""

import pytest

from reconciler.model.outcome import Status
from reconciler.model.values import Kind
from tests.world import World

STATE = """\
users:
  ada: {{userPrincipalName: ada@contoso.example, {user}}}
  bob: {{userPrincipalName: bob@contoso.example}}
mappings:
  people:
    for: user
    attributes:
      userName: {{expression: "[userPrincipalName]", match: 1}}
      {mapping}
targets:
  app:
    profile: generic-scim
    url: https://app.example/scim/v2
    auth: {{bearer: {{env: APP_TOKEN}}}}
    users: {{mapping: people, attributes: {{{attributes}}}}}
    groups: {{provision: none}}
    {service}
    assignments: [{assignments}]
"""
SINGLE = """roles[primary eq "True"].value: "SingleAppRoleAssignment([appRoleAssignments])"
      roles[primary eq "True"].type: {constant: WindowsAzureActiveDirectoryRole}"""
TYPE = """'roles[primary eq "True"].type': {}"""
ASSERTIVE = 'roles: "AssertiveAppRoleAssignmentsComplex([appRoleAssignments])"'
# Entra's AppRoleAssignmentsComplex gives a `displayName`, which RFC 7643 does not know: a strict
# server refuses it.
ADDED = """roles:
        expression: "AssertiveAppRoleAssignmentsComplex([appRoleAssignments])"
        apply: add"""
MAILS = 'emails: "[otherMails]"'
LIST = "emails: {type: complex, multi_valued: true}"
WHOLE = """'emails[type eq "work"]': "[mail]\""""
SERVICES = [
    "",
    "service: {quirks: [no_patch]}",
    "service: {quirks: [no_value_filter_paths]}",
    "service: {quirks: [pathless_patch]}",
    "service: {quirks: [no_sub_attribute_paths]}",
    "service: {quirks: [pascal_case_ops, one_operation_each], etag: required}",
]


def state(mapping, *roles, attributes="", user="", service=""):
    return STATE.format(
        mapping=mapping,
        attributes=attributes,
        user=user,
        service=service,
        assignments=", ".join(
            ["{user: bob}", "{user: ada}", *(f"{{user: ada, role: {role}}}" for role in roles)]
        ),
    )


def settle(app):
    """Apply the plan, hold that the next one is empty, and return the live account of ada."""
    assert {item.status for item in app.apply(app.plan())} <= {Status.DONE}
    plan = app.plan()
    assert (plan.changes, plan.targets[0].rewritten) == ((), ())
    return next(item for item in app.sandbox.show() if item["userName"].startswith("ada"))


def values(resource, name):
    return sorted(item["value"] for item in resource.get(name, ()))


@pytest.mark.parametrize("service", SERVICES)
def test_one_role_is_the_primary_element(service):
    more = {"attributes": TYPE, "service": service}
    app = World(state(SINGLE, "Admin", **more), dressed=True)
    role = {"primary": True, "type": "WindowsAzureActiveDirectoryRole", "value": "Admin"}
    assert settle(app)["roles"] == [role]
    app.change(state(SINGLE, "Auditor", **more))
    assert settle(app)["roles"] == [{**role, "value": "Auditor"}]


@pytest.mark.parametrize("service", SERVICES)
def test_the_role_goes_with_the_assignment(service):
    mapping = SINGLE.splitlines()[0]
    app = World(state(mapping, "Admin", service=service), dressed=True)
    settle(app)
    app.change(state(mapping, service=service))
    assert settle(app).get("roles", []) == []


@pytest.mark.parametrize("service", SERVICES)
def test_assertive_roles_are_exactly_those_assigned(service):
    app = World(state(ASSERTIVE, "Admin", "Auditor", service=service), dressed=True)
    assert settle(app)["roles"][0] == {
        "primary": False,
        "type": "WindowsAzureActiveDirectoryRole",
        "display": "Admin",
        "value": "Admin",
    }
    app.change(state(ASSERTIVE, "Auditor", "User", service=service))
    assert values(settle(app), "roles") == ["Auditor", "User"]
    app.change(state(ASSERTIVE, service=service))
    assert values(settle(app), "roles") == []


@pytest.mark.parametrize("service", SERVICES)
def test_with_apply_add_roles_are_only_added(service):
    app = World(state(ADDED, "Admin", service=service), dressed=True)
    settle(app)
    app.change(state(ADDED, "Auditor", service=service))
    assert values(settle(app), "roles") == ["Admin", "Auditor"]
    app.change(state(ADDED, service=service))
    assert values(settle(app), "roles") == ["Admin", "Auditor"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_whole_list_is_exactly_what_is_wanted(service):
    more = {"attributes": LIST, "service": service}
    app = World(state(MAILS, user="otherMails: [a@x.example, b@x.example]", **more), dressed=True)
    assert values(settle(app), "emails") == ["a@x.example", "b@x.example"]
    app.change(state(MAILS, user="otherMails: [b@x.example, c@x.example]", **more))
    assert values(settle(app), "emails") == ["b@x.example", "c@x.example"]
    app.change(state(MAILS, **more))
    assert values(settle(app), "emails") == []


def test_what_stays_in_a_list_keeps_what_others_wrote_into_it():
    app = World(
        state(MAILS, user="otherMails: [a@x.example, b@x.example]", attributes=LIST), dressed=True
    )
    mark = {"op": "replace", "path": 'emails[value eq "a@x.example"].type', "value": "home"}
    app.client.patch(Kind.USER, settle(app)["id"], [mark])
    app.change(state(MAILS, user="otherMails: [a@x.example]", attributes=LIST))
    assert settle(app)["emails"] == [{"type": "home", "value": "a@x.example"}]


@pytest.mark.parametrize("service", SERVICES)
def test_a_whole_element_holds_its_value(service):
    more = {"attributes": """'emails[type eq "work"]': {}""", "service": service}
    app = World(state(WHOLE, user="mail: a@x.example", **more), dressed=True)
    assert settle(app)["emails"] == [{"type": "work", "primary": True, "value": "a@x.example"}]
    app.change(state(WHOLE, user="mail: b@x.example", **more))
    assert settle(app)["emails"] == [{"type": "work", "primary": True, "value": "b@x.example"}]
    app.change(state(WHOLE, **more))
    assert settle(app).get("emails", []) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_part_of_a_complex_value_leaves_the_others(service):
    mapping = 'name.familyName: "[surname]"\n      active: "[accountEnabled]"'
    app = World(state(mapping, user="surname: Byron", service=service), dressed=True)
    ada = settle(app)
    body = {name: value for name, value in ada.items() if name != "meta"}
    body["name"] = {"familyName": "Byron", "givenName": "Ada"}
    app.client.replace(Kind.USER, ada["id"], body, ada["meta"]["version"])
    app.change(state(mapping, user="surname: Lovelace", service=service))
    assert settle(app)["name"] == {"familyName": "Lovelace", "givenName": "Ada"}
    app.change(state(mapping, user="accountEnabled: false", service=service))
    assert settle(app)["active"] is False


BADGE = "urn:ietf:params:scim:schemas:extension:CustomExtension:2.0:User"


def test_an_extension_of_ones_own_is_named_in_the_schemas_and_kept():
    mapping = f'{BADGE}:badge: "[employeeId]"'
    attributes = f"'{BADGE}:badge': {{type: integer}}"
    app = World(state(mapping, user="employeeId: 7", attributes=attributes), dressed=True)
    live = settle(app)
    assert (BADGE in live["schemas"], live[BADGE]) == (True, {"badge": 7})
    app.change(state(mapping, user="employeeId: 8", attributes=attributes))
    assert settle(app)[BADGE] == {"badge": 8}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("string", ["a", "b"]), ("complex", [{"value": "a"}, {"value": "b"}])],
)
def test_a_list_of_an_extension_is_plain_or_of_objects(kind, expected):
    mapping = f'{BADGE}:tags: "[otherMails]"'
    attributes = f"'{BADGE}:tags': {{type: {kind}, multi_valued: true}}"
    app = World(state(mapping, user="otherMails: [b, a]", attributes=attributes), dressed=True)
    assert settle(app)[BADGE]["tags"] == expected
    app.change(state(mapping, user="otherMails: [b, c]", attributes=attributes))
    assert len(settle(app)[BADGE]["tags"]) == 2


def test_whoever_got_a_free_value_keeps_it():
    mapping = """nickName:
        expression: SelectUniqueValue([department], Join("", [department], "2"))
        apply: create"""
    users = "department: R&D}\n  eve: {userPrincipalName: eve@contoso.example, department: r&d"
    text = state(mapping, user=users).replace("{user: bob}", "{user: eve}")
    app = World(text)
    assert settle(app)["nickName"] == "R&D"
    taken = {item["userName"]: item.get("nickName") for item in app.sandbox.show()}
    assert taken["eve@contoso.example"] == "r&d2"


@pytest.mark.parametrize("service", SERVICES[:2])
def test_references_are_sent_as_ids_alone_and_in_lists(service):
    mapping = f"""{BADGE}:mentor: "[mentor]"
      {BADGE}:deputies: "[deputies]\""""
    attributes = (
        f"'{BADGE}:mentor': {{type: reference}}, "
        f"'{BADGE}:deputies': {{type: reference, multi_valued: true}}"
    )
    declared = "attributes: {mentor: {type: user}, deputies: {type: users}}\n"
    more = {"attributes": attributes, "service": service}
    app = World(
        declared + state(mapping, user="mentor: bob, deputies: [bob, ada]", **more), dressed=True
    )
    ada = settle(app)
    bob = next(item["id"] for item in app.sandbox.show() if item["userName"].startswith("bob"))
    assert ada[BADGE]["mentor"] == {"value": bob}
    assert values(ada[BADGE], "deputies") == sorted([bob, ada["id"]])
    app.change(declared + state(mapping, user="deputies: [ada]", **more))
    assert settle(app)[BADGE] == {"deputies": [{"value": ada["id"]}]}


def test_names_that_differ_in_case_alone_are_two_where_case_counts():
    def people(title):
        text = state('title: "[jobTitle]"', attributes="userName: {case_exact: true}")
        return text.replace(
            "  bob: {userPrincipalName: bob@",
            f"  bob: {{jobTitle: {title}, userPrincipalName: ADA@",
        ).replace("  ada: {", "  ada: {jobTitle: Pilot, ")

    app = World(people("Pilot"), dressed=True)
    assert {item.status for item in app.apply(app.plan())} == {Status.DONE}
    app.change(people("Captain"))
    assert {item.status for item in app.apply(app.plan())} == {Status.DONE}
    assert app.plan().changes == ()
    titles = {item["userName"]: item["title"] for item in app.sandbox.show()}
    assert titles == {"ada@contoso.example": "Pilot", "ADA@contoso.example": "Captain"}


def test_a_server_that_lowers_what_must_keep_its_case_is_not_fought():
    mapping = "nickName: '[department]'"
    service = "service: {quirks: [lowercases_user_name]}"
    text = state(mapping, service=service).replace("match: 1}", "match: 1, case_exact: true}")
    app = World(text.replace("ada@contoso", "Ada@contoso"), dressed=True)
    app.apply(app.plan())
    plan = app.plan().targets[0]
    assert plan.changes == ()
    assert [(item.path, item.kept) for item in plan.rewritten] == [
        ("userName", '"ada@contoso.example"')
    ]
