"""What is sent for a change, read off a table, and taken by a server that is not ours."""

from itertools import combinations

import httpx
import pytest

from reconciler.model.path import parse_path
from reconciler.model.plan import Action, AttributeChange, Change
from reconciler.model.resource import Live
from reconciler.model.service import Quirk
from reconciler.model.values import Kind, Ref
from reconciler.sandbox import open_sandbox
from reconciler.scim.writing.body import create_body, replaced_body
from reconciler.scim.writing.patch import member_operations, patch_operations, requests_of
from reconciler.values import Complex

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
BOSS = Ref(Kind.USER, "boss")
ADMIN = Complex((("primary", False), ("value", "Admin")))
IDS = {BOSS: "id-boss"}
HOME = {"type": "home", "value": "h@x.example"}
WORK = {"type": "work", "value": "old@x.example"}


def change(*attributes, resource=None, action=Action.UPDATE):
    live = None if action is Action.CREATE else Live(Kind.USER, "id-ada", resource or {})
    return Change(
        "app",
        Kind.USER,
        "ada",
        action,
        display="ada",
        why="",
        live=live,
        attributes=tuple(AttributeChange(parse_path(path), *sides) for path, *sides in attributes),
    )


A, B, C = (Complex((("value", name),)) for name in "abc")
MAIL = 'emails[type eq "work"].value'
TABLE = [
    ([("title", "a", "b")], {}, [{"op": "replace", "path": "title", "value": "b"}]),
    ([("title", None, "b")], {}, [{"op": "add", "path": "title", "value": "b"}]),
    ([("title", "a", None)], {}, [{"op": "remove", "path": "title"}]),
    ([("active", True, False)], {}, [{"op": "replace", "path": "active", "value": False}]),
    (
        [("name.givenName", "a", "b")],
        {},
        [{"op": "replace", "path": "name.givenName", "value": "b"}],
    ),
    (
        [(f"{ENTERPRISE}:manager", None, BOSS)],
        {},
        [{"op": "add", "path": f"{ENTERPRISE}:manager", "value": {"value": "id-boss"}}],
    ),
    (
        [(MAIL, "old@x.example", "new@x.example")],
        {"emails": [HOME, WORK]},
        [{"op": "replace", "path": MAIL, "value": "new@x.example"}],
    ),
    (
        [(MAIL, None, "new@x.example")],
        {"emails": [HOME]},
        [
            {
                "op": "add",
                "path": "emails",
                "value": [{"type": "work", "primary": True, "value": "new@x.example"}],
            }
        ],
    ),
    (
        [(MAIL, "old@x.example", None)],
        {"emails": [HOME, WORK]},
        [{"op": "remove", "path": 'emails[type eq "work"]'}],
    ),
    (
        [
            ('addresses[type eq "work"].locality', None, "Paris"),
            ('addresses[type eq "work"].country', None, "FR"),
        ],
        {},
        [
            {
                "op": "add",
                "path": "addresses",
                "value": [{"type": "work", "locality": "Paris", "country": "FR"}],
            }
        ],
    ),
    (
        [("roles", None, (Complex((("primary", True), ("value", "a"))),))],
        {},
        [{"op": "add", "path": "roles", "value": [{"primary": True, "value": "a"}]}],
    ),
    (
        [("roles", (A,), (A, B))],
        {"roles": [{"value": "a"}]},
        [{"op": "add", "path": "roles", "value": [{"value": "b"}]}],
    ),
    (
        [("roles", (A, B), (B, C))],
        {"roles": [{"value": "a"}, {"value": "b", "display": "B"}]},
        [
            {
                "op": "replace",
                "path": "roles",
                "value": [{"value": "b", "display": "B"}, {"value": "c"}],
            }
        ],
    ),
    (
        [("roles", (A,), None)],
        {"roles": [{"value": "a"}]},
        [{"op": "remove", "path": "roles"}],
    ),
    (
        [("roles", None, (ADMIN,))],
        {},
        [{"op": "add", "path": "roles", "value": [{"primary": False, "value": "Admin"}]}],
    ),
    (
        [('roles[primary eq "True"].value', None, "Admin")],
        {},
        [{"op": "add", "path": "roles", "value": [{"primary": True, "value": "Admin"}]}],
    ),
    (
        [('roles[primary eq "True"].value', "User", "Admin")],
        {"roles": [{"primary": True, "value": "User"}]},
        [{"op": "replace", "path": "roles[primary eq true].value", "value": "Admin"}],
    ),
    (
        [('roles[primary eq "True"].value', "User", None)],
        {"roles": [{"primary": True, "value": "User", "display": "User"}]},
        [{"op": "remove", "path": "roles[primary eq true]"}],
    ),
    (
        [('emails[type eq "work"]', "old@x.example", "new@x.example")],
        {"emails": [HOME, WORK]},
        [{"op": "replace", "path": MAIL, "value": "new@x.example"}],
    ),
    (
        [('emails[type eq "work"]', "old@x.example", None)],
        {"emails": [HOME, WORK]},
        [{"op": "remove", "path": 'emails[type eq "work"]'}],
    ),
]


@pytest.mark.parametrize(("attributes", "resource", "expected"), TABLE)
def test_a_change_becomes_these_operations(attributes, resource, expected):
    found = patch_operations(change(*attributes, resource=resource), IDS, frozenset())
    assert found == expected


def test_without_value_filters_the_other_elements_stay():
    quirks = frozenset({Quirk.NO_VALUE_FILTER_PATHS})
    item = change((MAIL, "old@x.example", "new@x.example"), resource={"emails": [HOME, WORK]})
    assert patch_operations(item, IDS, quirks) == [
        {
            "op": "replace",
            "path": "emails",
            "value": [HOME, {"type": "work", "value": "new@x.example"}],
        }
    ]
    assert item.live.resource == {"emails": [HOME, WORK]}


def test_a_create_makes_filters_into_elements():
    item = change(
        ("userName", None, "ada"),
        (MAIL, None, "a@x.example"),
        (f"{ENTERPRISE}:department", None, "R&D"),
        ("active", None, True),
        action=Action.CREATE,
    )
    assert create_body(item, IDS) == {
        "schemas": [USER, ENTERPRISE],
        "userName": "ada",
        "emails": [{"type": "work", "primary": True, "value": "a@x.example"}],
        ENTERPRISE: {"department": "R&D"},
        "active": True,
    }


def test_a_put_keeps_what_is_not_ours():
    current = {
        "id": "id-ada",
        "schemas": [USER],
        "meta": {"version": "1"},
        "NickName": "Countess",
        "title": "old",
        "emails": [HOME],
    }
    item = change(("title", "old", "new"), (MAIL, None, "w@x.example"))
    assert replaced_body(item, current, IDS) == {
        "id": "id-ada",
        "schemas": [USER],
        "NickName": "Countess",
        "title": "new",
        "emails": [HOME, {"type": "work", "value": "w@x.example"}],
    }
    assert current["emails"] == [HOME]


def test_lists_of_an_extension_are_plain_unless_they_are_of_objects():
    urn = "urn:example:params:scim:schemas:extension:hr:2.0:User"
    one = Complex((("value", "x"),))
    item = change(
        (f"{urn}:tags", None, ("a", "b")),
        (f"{urn}:badges", None, (one,)),
        (f"{urn}:mentors", None, (BOSS,)),
        action=Action.CREATE,
    )
    assert create_body(item, IDS)[urn] == {
        "tags": ["a", "b"],
        "badges": [{"value": "x"}],
        "mentors": [{"value": "id-boss"}],
    }


def test_a_put_keeps_what_others_wrote_into_a_list():
    current = {"schemas": [USER], "roles": [{"value": "a", "display": "A"}, {"value": "b"}]}
    item = change(("roles", (A, B), (A, C)))
    assert replaced_body(item, current, IDS)["roles"] == [
        {"value": "a", "display": "A"},
        {"value": "c"},
    ]


def test_members_are_added_in_one_operation():
    assert member_operations(["a", "b"], joins=True, quirks=frozenset()) == [
        {"op": "add", "path": "members", "value": [{"value": "a"}, {"value": "b"}]}
    ]


def test_members_are_removed_by_filter_or_by_value():
    assert member_operations(["a", 'b"'], joins=False, quirks=frozenset()) == [
        {"op": "remove", "path": 'members[value eq "a"]'},
        {"op": "remove", "path": 'members[value eq "b\\""]'},
    ]
    by_value = frozenset({Quirk.REMOVE_MEMBERS_BY_VALUE})
    assert member_operations(["a", 'b"'], joins=False, quirks=by_value) == [
        {"op": "remove", "path": "members", "value": [{"value": "a"}, {"value": 'b"'}]}
    ]


@pytest.mark.parametrize(("attributes", "resource", "expected"), TABLE)
def test_a_server_takes_the_operations(attributes, resource, expected):
    sandbox = open_sandbox(None, target="app")
    base = "http://sandbox.localhost/scim/v2/"
    before = {str(path): before for path, before, _ in attributes if before is not None}
    body = {"schemas": [USER], "userName": "ada", **resource}
    if "title" in before:
        body["title"] = "a"
    if "name.givenName" in before:
        body["name"] = {"givenName": "a"}
    with httpx.Client(transport=httpx.WSGITransport(app=sandbox.app), base_url=base) as client:
        created = client.post("Users", json=body).raise_for_status().json()
        answer = client.patch(
            f"Users/{created['id']}",
            json={
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": expected,
            },
        )
        assert answer.status_code in (200, 204), answer.text
    sandbox.close()


def test_many_plain_values_are_sent_as_they_are():
    found = patch_operations(change(("skills", None, ("a", "b"))), IDS, frozenset())
    assert found == [{"op": "add", "path": "skills", "value": ["a", "b"]}]


def test_two_elements_of_what_is_sent_whole_go_together():
    item = change(
        (MAIL, "old@x.example", "new@x.example"),
        ('emails[type eq "home"].value', "h@x.example", "g@x.example"),
        resource={"emails": [HOME, WORK]},
    )
    assert patch_operations(item, IDS, frozenset({Quirk.NO_VALUE_FILTER_PATHS})) == [
        {
            "op": "replace",
            "path": "emails",
            "value": [
                {"type": "home", "value": "g@x.example"},
                {"type": "work", "value": "new@x.example"},
            ],
        }
    ]


NAMED = change(
    ("name.familyName", "Byron", "Lovelace"),
    ("title", "old", None),
    (f"{ENTERPRISE}:department", "a", "b"),
    ("active", True, False),
    resource={"name": {"givenName": "Ada", "familyName": "Byron"}, "title": "old"},
)
WHOLE = {"givenName": "Ada", "familyName": "Lovelace"}


def test_without_paths_everything_stands_in_one_value():
    assert patch_operations(NAMED, IDS, frozenset({Quirk.PATHLESS_PATCH})) == [
        {
            "op": "replace",
            "value": {
                "name": WHOLE,
                "title": None,
                ENTERPRISE: {"department": "b"},
                "active": False,
            },
        }
    ]


def test_without_paths_of_sub_attributes_a_complex_value_goes_whole():
    operations = patch_operations(NAMED, IDS, frozenset({Quirk.NO_SUB_ATTRIBUTE_PATHS}))
    assert operations[0] == {"op": "replace", "path": "name", "value": WHOLE}
    emptied = change(("name.familyName", "a", None), resource={"name": {"familyName": "a"}})
    assert patch_operations(emptied, IDS, frozenset({Quirk.NO_SUB_ATTRIBUTE_PATHS})) == [
        {"op": "remove", "path": "name"}
    ]


def test_ops_are_spelled_as_the_server_knows_them():
    pascal = frozenset({Quirk.PASCAL_CASE_OPS})
    assert [item["op"] for item in patch_operations(NAMED, IDS, pascal)] == [
        "Replace",
        "Remove",
        "Replace",
        "Replace",
    ]
    assert member_operations(["a"], joins=True, quirks=pascal)[0]["op"] == "Add"


def test_operations_go_together_or_one_by_one():
    operations = [{"op": "remove", "path": "title"}, {"op": "remove", "path": "nickName"}]
    assert requests_of(operations, frozenset()) == [operations]
    assert requests_of(operations, frozenset({Quirk.ONE_OPERATION_EACH})) == [
        operations[:1],
        operations[1:],
    ]


SHAPES = (
    Quirk.REMOVE_MEMBERS_BY_VALUE,
    Quirk.PASCAL_CASE_OPS,
    Quirk.PATHLESS_PATCH,
    Quirk.NO_SUB_ATTRIBUTE_PATHS,
    Quirk.NO_VALUE_FILTER_PATHS,
    Quirk.ONE_OPERATION_EACH,
)


@pytest.mark.parametrize("number", range(len(SHAPES) + 1))
@pytest.mark.parametrize("joins", [True, False])
def test_members_go_by_a_path_whatever_the_server_wants_otherwise(number, joins):
    for quirks in combinations(SHAPES, number):
        operations = member_operations(["a", 'b"c'], joins=joins, quirks=frozenset(quirks))
        assert operations
        assert all(item["path"].startswith("members") for item in operations)
