from dataclasses import replace

from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.gallery.load import load_gallery
from reconciler.model.trust import Effect
from reconciler.stages.settings import compare_settings

BASE = """
users:
  ada: {userPrincipalName: ada@contoso.example}
targets:
  app:
    profile: generic-scim
    url: https://app.example/scim/v2
    auth: {bearer: {env: APP_TOKEN}}
    scope: all
"""


def load(text):
    desired, problems = load_desired([SourceFile("all.yaml", text.encode())], load_gallery())
    assert [str(item) for item in problems if item.severity == "error"] == []
    return desired


def names(head, base=BASE):
    return [
        (item.name, item.before, item.after) for item in compare_settings(load(head), load(base))
    ]


def test_what_a_change_decides_for_itself_is_no_setting():
    head = BASE.replace("scope: all", "assignments: [{user: ada, role: Admin}]\n    scope: all")
    assert names(head) == []


def test_every_setting_is_named_by_its_path_with_the_line():
    head = BASE + "    quarantine: {refusals: 99}\n    limits:\n      removals: {floor: 99}\n"
    found = compare_settings(load(head), load(BASE))
    places = {item.name: str(item.at) for item in found}
    assert places["targets.app.limits.removals.floor"] == "all.yaml:12"
    assert places["targets.app.quarantine.refusals"] == "all.yaml:10"


def test_what_a_day_allows_is_named_only_where_somebody_wrote_it():
    run_only = BASE + "    limits: {removals: {floor: 99}}\n"
    assert [name for name, *_ in names(run_only)] == ["targets.app.limits.removals.floor"]
    daily = BASE + "    limits: {daily: {removals: {floor: 99}}}\n"
    assert names(daily) == [("targets.app.limits.daily.removals.floor", "5", "99")]
    assert names(run_only, daily) == [
        ("targets.app.limits.daily.removals.floor", "99", "149"),
        ("targets.app.limits.removals.floor", "3", "99"),
    ]


def test_connections_come_first_then_guards_then_the_rest():
    head = BASE.replace("app.example", "evil.example")
    head += "    adopt: conflict\n    provisioning: off\n    limits: {protect: [ada]}\n"
    assert [name.partition("app.")[2] for name, *_ in names(head)] == [
        "url",
        "limits.protect",
        "provisioning",
        "adopt",
    ]


def test_a_target_of_a_new_field_is_compared_in_that_too():
    """Nobody has to remember to list a field here: what is not set aside by name is compared."""
    base = load(BASE)
    app = base.targets["app"]
    for field in type(app).__dataclass_fields__:
        if field in {"key", "at", "lines", "assignments", "profile", "service", "users", "groups"}:
            continue
        changed = replace(base, targets={"app": replace(app, **{field: "something else"})})
        assert compare_settings(changed, base), field


def test_a_target_that_is_gone_is_left_alone():
    (found,) = compare_settings(
        load("users: {ada: {userPrincipalName: ada@b.example}}"), load(BASE)
    )
    assert (found.name, found.after, found.effect) == ("targets.app", None, Effect.LEFT_ALONE)


IGNORES = """
ignores:
  scanner: {target: app, user: svc-*, for: both, reason: why, until: 2026-12-31}
"""


def test_ignores_are_compared_whole():
    longer = IGNORES.replace("2026", "2027")
    told = "everything of user svc-* at app, for both, until 2026-12-31: why"

    assert names(BASE + IGNORES) == [("ignores.scanner", None, told)]
    assert names(BASE, BASE + IGNORES) == [("ignores.scanner", told, None)]
    assert names(BASE + longer, BASE + IGNORES) == [
        ("ignores.scanner", told, told.replace("2026", "2027"))
    ]
    assert names(BASE + IGNORES, BASE + IGNORES) == []


POLICED = """
scopes:
  outside: [{name: x, all: [{attribute: userType, operator: equals, value: Guest}]}]
groups:
  crew: {members: [ada], limits: {revocations: {percent: 10, floor: 1}}}
  pay: {members: []}
policies:
  apart: {kind: separation, of: [{group: crew}, {group: pay}]}
  dated: {kind: end_date, where: outside, days: 90}
"""


def test_an_edited_policy_and_the_limit_of_a_group_stand_among_the_guards():
    exempt = "days: 900, exceptions: [{user: ada, reason: x, until: 2030-01-01}]"
    head = POLICED.replace("{percent: 10, floor: 1}", "{percent: 100}")
    head = head.replace("days: 90", exempt).replace("value: Guest", "value: Nobody")
    head = head.replace("  apart: {kind: separation, of: [{group: crew}, {group: pay}]}\n", "")
    limit, apart, dated = names(BASE + head, BASE + POLICED)
    assert limit == (
        "groups.crew.limits.revocations",
        "10 %, at least 1",
        "100 %, at least 5",
    )
    was = "separation of group crew, group pay; severity error"
    assert apart == ("policies.apart", was, None)
    assert dated[:2] == (
        "policies.dated",
        "end_date within 90 days; severity error; where outside (userType equals Guest)",
    )
    assert dated[2].startswith("end_date within 900 days; severity error; where outside (userType")
    assert dated[2].endswith("equals Nobody); exceptions user/ada until 2030-01-01 (x)")


def test_a_policy_that_only_moved_is_no_change():
    moved = POLICED.replace("policies:", "\n\npolicies:")
    assert names(BASE + moved, BASE + POLICED) == []


def test_what_is_taken_from_a_group_with_its_key_is_named():
    base = "groups: {pay: {members: [ada], sensitive: true, limits: {revocations: {percent: 1}}}}\n"
    head = "groups: {wages: {members: [ada], previously: [pay]}}\n"
    assert names(BASE + head, BASE + base) == [
        ("groups.pay.limits.revocations", "1 %, at least 5", None),
        ("groups.pay.sensitive", "true", "false"),
    ]


def test_what_is_said_otherwise_of_an_attribute_is_named_and_a_new_one_is_not():
    head = BASE + (
        "    users:\n      attributes:\n        badge: {case_exact: true}\n"
        "        externalId: {case_exact: false}\n        title: {stored: false}\n"
    )
    found = compare_settings(load(head), load(BASE))
    assert [(item.name, item.before, item.after, item.at.line) for item in found] == [
        ("targets.app.users.attributes.externalId.case_exact", "true", "false", 13),
        ("targets.app.users.attributes.title.stored", "true", "false", 14),
    ]
