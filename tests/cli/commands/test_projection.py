"""`service.projection`: lists ask for what a plan looks at, and nothing else comes."""

import json

import pytest

from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.gallery.load import load_gallery
from reconciler.model.projection import projection_of
from reconciler.model.values import Kind
from tests.cli.conftest import TARGET

MAPPED = {"userName": {"expression": "[userPrincipalName]", "match": 1}, "title": "[jobTitle]"}
EXTENDED = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"


def target_of(**service):
    mapping = {"for": "user", "attributes": {**MAPPED, EXTENDED: "[department]"}}
    target = {**TARGET, "users": {"mapping": "people"}, "service": {"projection": True, **service}}
    document = {"mappings": {"people": mapping}, "targets": {"app": target}}
    source = SourceFile("all.yaml", json.dumps(document).encode())
    desired, problems = load_desired([source], load_gallery())
    assert not [item for item in problems if item.severity == "error"], problems
    return desired.targets["app"]


def test_what_is_mapped_and_what_says_whose_it_is_are_asked_for():
    found = projection_of(target_of())
    own = {"schemas", "meta", "externalId", "userName", "displayName", "active"}
    assert set(found[Kind.USER]) == own | {"title", EXTENDED}
    assert set(found[Kind.GROUP]) == {"schemas", "meta", "externalId", "displayName", "members"}


@pytest.mark.parametrize(
    ("quirk", "users", "groups"),
    [("members_by_group", False, False), ("members_by_users", True, True)],
)
def test_memberships_are_asked_of_whoever_tells_them(quirk, users, groups):
    found = projection_of(target_of(quirks=[quirk]))
    assert ("groups" in found[Kind.USER], "members" in found[Kind.GROUP]) == (users, groups)


def test_without_it_everything_comes():
    assert projection_of(target_of(projection=False)) == {}


def test_lists_are_asked_for_what_is_mapped_and_no_more(desk):
    desk.document["targets"]["app"]["service"] = {"projection": True}
    desk.type("apply", "--sandbox", "--yes")
    told = desk.type("plan", "--sandbox", "-vv", "--log-format", "json", "--detailed-exitcode").err
    found = [json.loads(line) for line in told.splitlines()]
    lists = [item for item in found if "startIndex" in item.get("parameters", ())]
    assert {item["url"].rpartition("/")[2] for item in lists} == {"Users", "Groups"}
    assert all("attributes" in item["parameters"] for item in lists)


def test_what_is_mapped_is_changed_and_seen_as_ever(desk):
    desk.document["targets"]["app"]["service"] = {"projection": True}
    desk.type("apply", "--sandbox", "--yes")
    desk.document["users"]["u05"]["jobTitle"] = "Principal Engineer"
    (change,) = desk.plan()["targets"][0]["changes"]
    assert [item["path"] for item in change["attributes"]] == ["title"]
    desk.type("apply", "--sandbox", "--yes")
    assert desk.plan(0)["targets"][0]["changes"] == []
