"""Who is in the groups, whatever a list cuts or hides; never more than one request a group."""

import json
import re
from collections import Counter

import pytest

from reconciler.model.resource import Live
from reconciler.model.service import Quirk, Service
from reconciler.model.values import Kind
from reconciler.sandbox import open_sandbox
from reconciler.scim.http.transport import open_transport
from reconciler.scim.reader import ScimReader
from reconciler.scim.reading.members import (
    aliases_of,
    members_now,
    members_of_all,
    read_members,
    read_memberships,
)
from tests.patience import patience

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ALIASES = {"ada": "id-ada", "bob": "id-bob"}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([{"value": "Ada"}, {"value": "id-bob"}], {"id-ada", "id-bob"}),
        ([{"VALUE": "id-x"}], {"id-x"}),
        (["ada", 7], {"id-ada", "7"}),
        ([], set()),
        (None, set()),
        ([{"display": "no value"}], None),
        ([{"value": {"value": "x"}}], None),
        ([None], None),
        ("ada", None),
        ({"value": "ada"}, {"id-ada"}),
    ],
)
def test_members_are_ids_however_they_are_shown(members, expected):
    assert read_members({"Members": members}, ALIASES) == expected
    assert read_members({}, ALIASES) == frozenset()


def test_a_name_that_may_mean_another_is_no_alias():
    names = {"1": "Ada", "2": "bob", "3": "BOB", "4": "1", "5": None}
    users = [Live(Kind.USER, key, {"userName": name}) for key, name in names.items()]
    assert aliases_of(users) == {"ada": "1"}


class Groups:
    """The embedded server with groups of the given sizes, behind a lie about single answers."""

    def __init__(self, sizes, *quirks, lie=lambda body, _: body):
        self.sandbox = open_sandbox(None, target="app", quirks=frozenset(quirks))
        most = max(sizes.values())
        self.sandbox.load([user(number) for number in range(most)])
        self.sandbox.load([group(name, size) for name, size in sizes.items()])
        self.lie = lie
        self.asked = Counter()
        service = Service(retries=0, quirks=frozenset(map(Quirk, quirks)))
        transport = open_transport(
            "http://sandbox.localhost",
            credentials=None,
            service=service,
            patience=patience(),
            app=self.app,
        )
        self.reader = ScimReader(transport, service)

    def app(self, environ, start_response):
        self.asked[re.sub("id-.*", "ID", environ["PATH_INFO"])] += 1
        body = json.loads(b"".join(self.sandbox.app(environ, start_response)))
        return [json.dumps(self.lie(body, environ)).encode()]

    def read(self):
        """Return sizes and proofs by group, and what is said of them."""
        users = [
            Live(Kind.USER, item["id"], item) for item in self.reader.list_all(Kind.USER).resources
        ]
        rows = self.reader.list_all(Kind.GROUP).resources
        self.asked.clear()
        groups, said = read_memberships(self.reader, rows, users)
        sizes = {
            item.display: None if item.members is None else len(item.members) for item in groups
        }
        return sizes, [item.display for item in groups if not item.members_proven], said


def user(number):
    return {"id": f"id-u{number:03}", "schemas": [USER], "userName": f"u{number:03}"}


def group(name, size):
    members = [{"value": f"id-u{number:03}"} for number in range(size)]
    return {"id": f"id-{name}", "schemas": [GROUP], "displayName": name, "members": members}


def cut_in_lists(most):
    def lie(body, _):
        for item in body.get("Resources", ()):
            if "members" in item:
                item["members"] = item["members"][:most]
        return body

    return lie


def cut_everywhere(most):
    """Cut members, as the users' own groups do not."""

    def lie(body, environ):
        if "/Users" in environ["PATH_INFO"]:
            for item in body.get("Resources", ()):
                item["groups"] = [{"value": "id-big", "type": "direct"}]
        for item in body.get("Resources", [body]):
            if "members" in item:
                item["members"] = item["members"][:most]
        return body

    return lie


def test_small_groups_are_taken_as_the_list_shows_them():
    world = Groups({"a": 3, "b": 0, "c": 19})
    assert world.read() == ({"a": 3, "b": 0, "c": 19}, [], "")
    assert world.asked.total() == 0


def test_the_fullest_group_is_read_again_by_itself():
    world = Groups({"a": 3, "big": 40})
    assert world.read() == (
        {"a": 3, "big": 40},
        [],
        "the fullest group has 40 members when read by itself too",
    )
    assert world.asked == {"/Groups/ID": 1}


@pytest.mark.parametrize("most", [20, 33, 100])
def test_a_list_that_cuts_members_is_found_out_and_the_cut_groups_are_read(most):
    sizes = {"small": 3, **{f"g{number:02}": most + number for number in range(9)}}
    world = Groups(sizes, lie=cut_in_lists(most))
    found, unproven, said = world.read()
    assert found == sizes
    assert unproven == []
    assert said == f"the list cuts members at {most}: 9 read one by one"
    assert world.asked == {"/Groups/ID": 9}


def test_a_list_that_shows_no_members_is_found_out():
    sizes = {"a": 3, "b": 0, "c": 7}
    said = "the list shows no members: 3 read one by one"
    assert Groups(sizes, lie=cut_in_lists(0)).read() == (sizes, [], said)


def test_empty_groups_are_believed_after_a_few_of_them():
    world = Groups({f"g{number}": 0 for number in range(30)})
    found, unproven, said = world.read()
    assert (set(found.values()), unproven, said) == ({0}, [], "")
    assert world.asked == {"/Groups/ID": 5}


def test_what_the_profile_says_is_read_group_by_group_is_read_so():
    world = Groups({"a": 3, "b": 0}, "members_by_group")
    assert not any(row.get("members") for row in world.reader.list_all(Kind.GROUP).resources)
    assert world.read() == ({"a": 3, "b": 0}, [], "")
    assert world.asked == {"/Groups/ID": 2}


def test_a_group_that_does_not_answer_is_not_proven():
    def vanish(body, environ):
        return {} if environ["PATH_INFO"].endswith("id-b") else body

    world = Groups({"a": 3, "b": 4}, "members_by_group", lie=vanish)
    assert world.read()[1:] == (["b"], "the members of b are not proven")


def test_a_group_that_users_say_they_are_in_and_that_does_not_show_them_is_not_proven():
    found, unproven, said = Groups({"big": 140}, lie=cut_everywhere(100)).read()
    assert found == {"big": 100}
    assert unproven == ["big"]
    assert said.endswith("the members of big are not proven")


def test_groups_in_groups_are_not_held_against_what_users_say():
    nested = {"id": "id-big", "displayName": "big", "members": [{"value": "id-a"}]}
    inner = {"id": "id-a", "displayName": "a", "members": []}
    ada = Live(Kind.USER, "id-ada", {"groups": [{"value": "id-big"}]})
    world = Groups({"a": 3})
    groups, _ = read_memberships(world.reader, [nested, inner], [ada])
    assert all(item.members_proven for item in groups)


BY_USERS = "members_by_user_filter"


def test_members_by_user_filter_cost_one_request_a_group():
    world = Groups({"a": 3, "b": 5, "c": 9}, BY_USERS)
    assert world.read() == ({"a": 3, "b": 5, "c": 9}, [], "")
    assert world.asked == {"/Users": 1 + 3}


def test_members_that_only_users_tell_of_cost_no_request():
    world = Groups({"a": 3, "b": 5, "c": 0}, "members_by_users")
    assert world.read() == ({"a": 3, "b": 5, "c": 0}, [], "")
    assert world.asked == {}


def test_where_no_user_tells_of_a_group_nothing_is_proven():
    def silent(body, _):
        for item in body.get("Resources", ()):
            item.pop("groups", None)
        return body

    world = Groups({"a": 3, "b": 0}, "members_by_users", lie=silent)
    assert world.read() == ({"a": 0, "b": 0}, ["a", "b"], "the members of a, b are not proven")


def test_a_group_that_is_replaced_names_whom_only_users_tell_of():
    world = Groups({"a": 3}, "members_by_users")
    assert members_of_all(world.reader, "id-a") == {"id-u000", "id-u001", "id-u002"}
    shown = world.reader.read(Kind.GROUP, "id-a")
    assert members_now(world.reader, shown, ["id-u001", "id-u008", "nobody"]) == {"id-u001"}


def test_a_filter_that_is_not_obeyed_tells_of_nobody():
    def ignore(body, environ):
        everybody = [user(number) for number in range(9)]
        asks = environ["PATH_INFO"].endswith("/Users")
        return {"totalResults": 9, "Resources": everybody} if asks else body

    found, unproven, said = Groups({"a": 3, "c": 9}, BY_USERS, lie=ignore).read()
    assert found == {"a": None, "c": None}
    assert unproven == ["a", "c"]
    assert said == "the members of a, c are not proven"


def test_members_whose_list_is_not_whole_are_not_proven():
    def promise(body, environ):
        return {**body, "totalResults": 30} if "groups.value" in environ["QUERY_STRING"] else body

    found, unproven, _ = Groups({"a": 3, "c": 9}, BY_USERS, lie=promise).read()
    assert found == {"a": 3, "c": 9}
    assert unproven == ["a", "c"]
