"""Every profile does what it says: one apply converges, the second one sends no write.

The embedded server wears the profile's quirks and refuses what the profile says the app refuses.
Joiners, a leaver, a rename, a move between groups, a return and a departure.
"""

import pytest

from reconciler.model.guard import Guard
from reconciler.model.outcome import Status
from reconciler.model.service import Quirk
from reconciler.pipeline import accept_guards
from reconciler.scim.rehearsal.rehearse import rehearse
from tests.world import GALLERY, World

USER = """
  {key}:
    userPrincipalName: {key}@contoso.example
    displayName: {given} {surname}
    givenName: {given}
    surname: {surname}
    mail: {key}.{surname}@contoso.example
    mailNickname: {key}
    jobTitle: {title}
    department: Harbour
    companyName: Contoso
    employeeId: "{number}"
    costCenter: "40"
    division: North
    telephoneNumber: +1 202 555 01{number}
    mobile: +1 202 555 02{number}
    streetAddress: Pier {number}
    city: Boston
    state: MA
    postalCode: "02101"
    country: US
    physicalDeliveryOfficeName: Pier
    preferredLanguage: en-US
    {more}
"""
GROUP = """
  {key}: {{displayName: {name}, members: [{members}]}}
"""
PEOPLE = {"ada": "Ada", "bob": "Bob", "cyd": "Cyd", "dan": "Dan", "eve": "Eve", "fay": "Fay"}


def users(*gone, titles=None, disabled=(), surname="Moor"):
    """Return the section of users; all of them know the same manager, who is one of them."""
    text = "users:"
    for number, (key, given) in enumerate(PEOPLE.items(), 11):
        if key in gone:
            continue
        more = "manager: fay" if key != "fay" else "accountEnabled: true"
        if key in disabled:
            more += "\n    accountEnabled: false"
        fields = {"key": key, "given": given, "surname": surname if key == "ada" else "Stone"}
        title = (titles or {}).get(key, "Pilot")
        text += USER.format(**fields, title=title, number=number, more=more)
    return text


def groups(**members):
    """Return the section of groups, each `key="name: member, member"`."""
    text = "groups:"
    for key, said in members.items():
        name, _, names = said.partition(": ")
        text += GROUP.format(key=key, name=name, members=names)
    return text


def target(profile, *gone, knobs=""):
    """Return a target that may do all that the app can, with small pages and more *knobs*."""
    kinds = "" if "disable" in profile.users.actions else "    removed: delete\n"
    for section, kind in (("users", profile.users), ("groups", profile.groups)):
        if kind.supported:
            provision = ", provision: all, removed: delete" if section == "groups" else ""
            kinds += f"    {section}: {{actions: [{', '.join(sorted(kind.actions))}]{provision}}}\n"
    roles = (f"{{user: {key}, role: Viewer}}" for key in PEOPLE if key not in gone)
    return f"""targets:
  app:
    profile: {profile.key}
    url: https://app.example/scim/v2
    auth: {{bearer: {{env: APP_TOKEN}}}}
    scope: all
    assignments: [{", ".join(roles)}]
    service: {{page_size: 4{knobs}}}
{kinds}"""


START = (users(), groups(crew="Crew: ada, bob, cyd", dock="Dock: cyd, dan"))
THEN = (
    users("eve", titles={"cyd": "Captain"}, disabled=["bob"], surname="Moorland"),
    groups(crew="Crew: bob, cyd, dan", dock="Docks: cyd, dan"),
)
END = (users("eve", titles={"cyd": "Captain"}), groups(crew="Crew: ada, bob, cyd, dan"))


@pytest.mark.parametrize("key", GALLERY)
def test_one_apply_is_enough_and_the_second_writes_nothing(key):
    profile = GALLERY[key]
    world = World(*START, target(profile), dressed=True)
    if profile.groups.supported and "create" not in profile.groups.actions:
        world.sandbox.load([group("crew", "Crew"), group("dock", "Dock")])
    settle(world)
    assert set(accounts(world)) == set(PEOPLE)
    assert_members(world, profile, Crew={"ada", "bob", "cyd"}, Dock={"cyd", "dan"})

    world.change(*THEN, target(profile, "eve"))
    settle(world)
    for who, leaves in (("bob", False), ("eve", True)):
        assert accounts(world).get(who, {}).get("active") in left(profile, is_gone=leaves)
    immutable = profile.groups.supported and profile.groups.attributes["displayname"].immutable
    renamed = "Dock" if immutable else "Docks"
    assert_members(world, profile, **{"Crew": {"cyd", "dan"}, renamed: {"cyd", "dan"}})

    world.change(*END, target(profile, "eve"))
    settle(world)
    assert accounts(world)["bob"].get("active") in (True, None)
    kept = {} if "delete" in profile.groups.actions else {"Docks": {"cyd", "dan"}}
    assert_members(world, profile, Crew={"ada", "bob", "cyd", "dan"}, **kept)


# The mapping of any app fills two phone numbers; the apps with one value each are above.
@pytest.mark.parametrize("quirk", [item for item in Quirk if item is not Quirk.ONE_VALUE_EACH])
def test_one_apply_is_enough_for_a_server_with_any_one_quirk(quirk):
    profile, knobs = GALLERY["generic-scim"], f", quirks: [{quirk}]"
    world = World(*START, target(profile, knobs=knobs), dressed=True)
    settle(world)
    world.change(*THEN, target(profile, "eve", knobs=knobs))
    settle(world)
    gone = {None} if quirk is Quirk.DEACTIVATION_DELETES else {False}
    assert all(accounts(world).get(who, {}).get("active") in gone for who in ("bob", "eve"))
    assert accounts(world)["cyd"]["title"] == "Captain"
    assert_members(world, profile, Crew={"cyd", "dan"}, Docks={"cyd", "dan"})


@pytest.mark.parametrize(
    "knob",
    [
        "bulk: {operations: 3}",
        "bulk: {operations: 50, bytes: 1500}",
        "members_bytes_per_request: 1000",
        "projection: true",
        "verify: all",
        "verify: none",
        "etag: required",
        "etag: none",
    ],
)
def test_one_apply_is_enough_whatever_a_knob_says(knob):
    profile, knobs = GALLERY["generic-scim"], f", {knob}"
    world = World(*START, target(profile, knobs=knobs), dressed=True)
    settle(world)
    world.change(*THEN, target(profile, "eve", knobs=knobs))
    settle(world)
    assert accounts(world)["cyd"]["title"] == "Captain"
    assert_members(world, profile, Crew={"cyd", "dan"}, Docks={"cyd", "dan"})


def left(profile, *, is_gone):
    """Return what `active` may be of a leaver: None too where there is no account any more."""
    if Quirk.DEACTIVATION_DELETES in profile.service.quirks:
        return {None}
    if "disable" in profile.users.actions:
        return {False}
    return {None} if is_gone else {True, None}


def settle(world):
    """Plan, accept every guard, apply once, at the price expected; a second apply sends no write.

    The server counts.
    """
    plan = accept_guards(world.plan(), frozenset(guard.value for guard in Guard))
    assert plan.targets[0].conflicts == ()
    expected = rehearse(plan.targets[0], world.target.service).requests
    world.requests.clear()
    failed = [item for item in world.apply(plan) if item.status is not Status.DONE]
    assert failed == []
    parts = any(change.part for change in plan.changes)  # Two at a time on one group may collide.
    if not parts and world.target.service.bulk is None:
        assert set(world.requests) <= set(expected)
        for method, (least, most) in expected.items():
            assert least <= world.requests[method] <= most
    if world.target.service.bulk is not None:  # Writes go together, so what is told is the most.
        assert world.requests["GET"] <= expected.get("GET", (0, 0))[1]
        assert world.writes <= sum(
            most for method, (_, most) in expected.items() if method != "GET"
        )
    writes = world.writes
    again = world.plan()
    assert list(again.targets[0].changes) == []
    assert world.apply(again) == []
    assert world.writes == writes


def accounts(world):
    """Return the live users by the key with which their userName begins."""
    found = (item for item in world.sandbox.show() if "userName" in item)
    return {item["userName"].partition("@")[0].lower(): item for item in found}


def assert_members(world, profile, **expected):
    if not profile.groups.supported:
        return
    names = {item["id"]: name for name, item in accounts(world).items()}
    live = {
        item["displayName"]: {names[member["value"]] for member in item.get("members") or ()}
        for item in world.sandbox.show()
        if "userName" not in item
    }
    assert live == expected


def group(key, name):
    schema = "urn:ietf:params:scim:schemas:core:2.0:Group"
    return {"id": key, "schemas": [schema], "displayName": name}
