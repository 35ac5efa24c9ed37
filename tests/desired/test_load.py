import gc
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.model.auth import Bearer, SecretSource
from reconciler.model.directory import Member, User
from reconciler.model.limit import Limits
from reconciler.model.mapping import Apply
from reconciler.model.problem import Position
from reconciler.model.service import Quirk, Service
from reconciler.model.target import (
    Assignment,
    Departure,
    Ownership,
)
from reconciler.model.values import Kind, Ref
from reconciler.model.window import Window
from reconciler.values import Context

NOON = Context(datetime(2026, 7, 1, 12, tzinfo=UTC))

TARGET = """
targets:
  envoy:
    profile: envoy
    auth: {bearer: {env: TOKEN}}
    scope: all
"""


def sound(found):
    desired, problems = found
    assert problems == ()
    return desired


def only_target(found):
    return sound(found).targets["envoy"]


def test_a_user_holds_its_attributes_their_lines_and_its_window(load):
    desired = sound(
        load("""
users:
  grace: {}
  ada:
    userPrincipalName: ada@contoso.example
    employeeId: 7
    otherMails: [a@contoso.example, b@contoso.example]
    department: null
    manager: grace
    accountEnabled: true
    from: 2026-01-01
    until: 2027-01-31
    required: true
""")
    )
    assert desired.users["ada"] == User(
        "ada",
        {
            "userPrincipalName": "ada@contoso.example",
            "employeeId": 7,
            "otherMails": ("a@contoso.example", "b@contoso.example"),
            "manager": "grace",
            "accountEnabled": True,
        },
        Position("a.yaml", 4, 3),
        desired.users["ada"].lines,
        Window(date(2026, 1, 1), date(2027, 1, 31)),
        required=True,
    )
    assert desired.users["ada"].position_of("manager") == Position("a.yaml", 9)
    assert desired.users["grace"].attributes == {}


def test_a_group_holds_its_members_with_their_lines(load):
    group = sound(
        load("""
users: {ada: {}, linus: {}}
groups:
  platform: {displayName: Platform}
  oncall:
    displayName: Platform on-call
    description: Who is woken
    members:
      - linus
      - {group: platform}
      - {user: ada, until: 2026-12-31, reason: covers November}
    members_where: us
    previously: [pager]
    owner: grace
    sensitive: true
scopes:
  us: [{name: US, all: [{attribute: country, operator: equals, value: US}]}]
""")
    ).groups["oncall"]
    assert group.attributes == {"displayName": "Platform on-call", "description": "Who is woken"}
    assert group.members == (
        Member(Ref(Kind.GROUP, "platform"), Position("a.yaml", 10, 9)),
        Member(
            Ref(Kind.USER, "ada"),
            Position("a.yaml", 11, 9),
            Window(None, date(2026, 12, 31)),
            "covers November",
        ),
        Member(Ref(Kind.USER, "linus"), Position("a.yaml", 9, 9)),
    )
    assert group.members_where.admits({"country": "US"})
    assert not group.members_where.admits({"country": "CA"})
    assert (group.previously, group.owner, group.sensitive) == (("pager",), "grace", True)
    assert group.position_of("description") == Position("a.yaml", 7)


def test_a_group_without_a_name_is_called_by_its_key(load):
    assert sound(load("groups: {all: {}}")).groups["all"].attributes == {"displayName": "all"}


def test_a_target_needs_little_and_takes_the_rest_from_its_profile_and_the_model(load, profiles):
    target = only_target(load(TARGET))
    assert target.url == "https://app.envoy.com/scim/v2"
    assert target.auth == Bearer(SecretSource("env", "TOKEN"))
    assert target.service == profiles["envoy"].service
    assert (target.provisioning, target.scope) == (True, "all")
    assert [item.definition.path.identity for item in target.users.mapping] == ["username", "title"]
    assert target.users.actions == {"create", "update", "disable"}
    assert target.groups.actions == {"create", "update"}
    assert target.users.attributes == profiles["envoy"].users.attributes
    assert (target.users.filter, target.groups.provision) == (None, "assigned")
    assert (target.users.out_of_scope, target.users.removed) == (Departure.DISABLE,) * 2
    assert target.limits == Limits()
    assert target.ownership == Ownership()
    assert (target.unmanaged, target.null_values) == ("report", "clear")
    assert (target.takeover, target.adopt, target.on_unlinked) == ("conflict", "allow", "conflict")
    assert target.assignments == ()
    assert target.exclude_roles == frozenset()


def test_a_group_may_carry_its_own_limit(load):
    desired = sound(
        load("""
groups:
  plain: {}
  crew: {limits: {revocations: {percent: 20}}}
""")
    )
    limit = desired.groups["crew"].revocations
    assert (str(limit), str(limit.at)) == ("20 %, at least 5", "a.yaml:4")
    assert desired.groups["plain"].revocations is None
    assert "limits" not in desired.groups["crew"].attributes


def test_a_target_may_override_everything(load):
    target = only_target(
        load("""
users: {ada: {}}
groups: {platform: {}}
scopes:
  us: [{name: US, all: [{attribute: country, operator: equals, value: US}]}]
targets:
  envoy:
    profile: envoy
    url: http://127.0.0.1:8080/scim/
    auth: {bearer: {file: /run/token}}
    provisioning: off
    scope: assigned
    assignments:
      - {group: platform, role: Employee}
      - {user: ada, role: Admin, until: 2026-12-31}
    exclude_roles: [Default Access]
    users:
      {filter: us, actions: [create], removed: keep, attributes: {nickName: {case_exact: true}}}
    groups: {provision: none, removed: delete, attributes: {members: {stored: false}}}
    out_of_scope: keep
    removed: delete
    unmanaged: ignore
    null_values: keep
    ownership: {external_id: {prefix: contoso-}}
    limits: {removals: {percent: 5}, revocations: {floor: 9}, protect: [breakglass]}
    takeover: allow
    adopt: conflict
    on_unlinked: disable
    service:
      page_size: 10
      timeout_seconds: 5
      quirks: [no_patch]
      stores_external_id: {group: false}
""")
    )
    assert target.url == "http://127.0.0.1:8080/scim"
    assert target.auth == Bearer(SecretSource("file", "/run/token"))
    assert (target.provisioning, target.scope) == (False, "assigned")
    assert target.assignments == (
        Assignment(Ref(Kind.GROUP, "platform"), Position("a.yaml", 14, 9), "Employee"),
        Assignment(
            Ref(Kind.USER, "ada"),
            Position("a.yaml", 15, 9),
            "Admin",
            Window(None, date(2026, 12, 31)),
        ),
    )
    assert target.exclude_roles == {"Default Access"}
    assert target.users.filter.key == "us"
    assert target.users.actions == {"create"}
    assert target.users.attributes["nickname"].case_exact
    assert (target.users.removed, target.users.out_of_scope) == (Departure.KEEP, Departure.KEEP)
    assert (target.groups.removed, target.groups.out_of_scope) == (
        Departure.DELETE,
        Departure.KEEP,
    )
    assert target.groups.provision == "none"
    assert not target.groups.attributes["members"].stored
    assert not target.groups.mapping[1].definition.stored
    assert (target.unmanaged, target.null_values) == ("ignore", "keep")
    assert target.ownership == Ownership("external_id", "contoso-")
    limits = target.limits
    assert [str(limits.removals), str(limits.revocations), limits.protect] == [
        "5 %, at least 3",
        "50 %, at least 9",
        frozenset({"breakglass"}),
    ]
    assert str(limits.daily.removals) == "8 %, at least 5"
    assert str(limits.daily.revocations) == "75 %, at least 14"
    assert limits.removals.at is not None
    assert limits.mass_change == Limits().mass_change
    assert (target.takeover, target.adopt, target.on_unlinked) == ("allow", "conflict", "disable")
    assert target.service == Service(
        page_size=10,
        timeout_seconds=5.0,
        quirks=frozenset({Quirk.NO_PATCH}),
        stores_external_id={Kind.USER: True, Kind.GROUP: False},
    )


def test_groups_are_deleted_only_where_groups_itself_says_so(load):
    target = only_target(load(TARGET + "    removed: delete\n    out_of_scope: delete\n"))
    assert target.users.removed is Departure.DELETE
    assert target.groups.removed is Departure.DISABLE
    assert target.groups.out_of_scope is Departure.DISABLE


def test_a_mapping_may_be_written_short_or_long(load):
    target = only_target(
        load(
            TARGET
            + """    users: {mapping: envoy-users}
attributes:
  badge: {sensitive: true}
mappings:
  envoy-users:
    for: user
    attributes:
      title: {expression: "[jobTitle]", default: Employee, apply: create}
      emails[type eq "work"].value: "[mail]"
      userName: {expression: "[userPrincipalName]", match: 1}
      name.familyName: {constant: Employee}
      name.givenName: {default: X}
      externalId: "[badge]"
"""
        )
    )
    mapping = {item.definition.path.identity: item for item in target.users.mapping}
    assert next(iter(mapping)) == "username"
    assert mapping["username"].match == 1
    assert mapping["username"].expression.evaluate({"userPrincipalName": "ada"}, NOON) == "ada"
    assert (mapping["title"].apply, mapping["title"].default) == (Apply.CREATE, "Employee")
    assert mapping["name.familyname"].expression.evaluate({}, NOON) == "Employee"
    assert mapping["name.givenname"].expression is None
    assert mapping["name.givenname"].default == "X"
    assert mapping["externalid"].definition.case_exact
    assert mapping["externalid"].sensitive
    assert not mapping["title"].sensitive
    assert mapping["title"].at == Position("a.yaml", 14, 7)


def test_the_files_of_a_tree_are_merged(load):
    desired = sound(load(one="users: {ada: {}}", two="users: {bob: {manager: ada}}\ngroups:\n"))
    assert list(desired.users) == ["ada", "bob"]


def test_the_same_key_in_two_files_names_both_lines(load):
    _, problems = load(one="users: {ada: {}}", two="\nusers:\n  ada: {}")
    assert [(item.rule, item.message, str(item.at)) for item in problems] == [
        (
            "duplicate-key",
            "'ada' is given twice in users: at one.yaml:1 and at two.yaml:3",
            "two.yaml:3",
        )
    ]


def test_one_mistake_in_a_mapping_of_two_targets_names_each_target_once(load):
    _, problems = load("""
targets:
  one: {profile: envoy, auth: {bearer: {env: A}}, scope: all, users: {mapping: m}}
  two: {profile: envoy, auth: {bearer: {env: A}}, scope: all, users: {mapping: m}}
mappings:
  m: {for: user, attributes: {userNam: {expression: "[mail]", match: 1}}}
""")
    assert [item.message for item in problems] == [
        "'userNam' is no user attribute of target 'one'",
        "'userNam' is no user attribute of target 'two'",
    ]


def test_an_attribute_that_the_app_requires_and_nobody_maps_is_a_warning(load):
    _, problems = load(
        TARGET
        + """    users: {mapping: m, attributes: {title: {required: true}}}
mappings:
  m: {for: user, attributes: {userName: {expression: "[mail]", match: 1}}}
"""
    )
    assert [(item.rule, item.severity) for item in problems] == [("unmapped-attribute", "warning")]
    assert problems[0].at == Position("a.yaml", 7, 13)


def test_a_derived_attribute_cannot_be_given(load):
    _, problems = load("users: {ada: {objectId: 1, IsSoftDeleted: true}}")
    assert [(item.rule, item.hint) for item in problems] == [
        ("unknown-attribute", "It is derived, so it cannot be given.")
    ] * 2


def test_a_target_without_any_url_is_told_where_to_find_it(profiles):
    nowhere = replace(profiles["envoy"], url=None)
    source = SourceFile("a.yaml", TARGET.encode())
    desired, problems = load_desired([source], {"envoy": nowhere})
    assert [(item.rule, item.hint) for item in problems] == [
        ("missing-key", "It is the same for every company.")
    ]
    assert desired.targets == {}


def test_an_app_without_groups_is_given_none(profiles):
    envoy = profiles["envoy"]
    alone = replace(envoy, groups=replace(envoy.groups, supported=False))
    source = SourceFile("a.yaml", f"{TARGET}    groups: {{provision: all}}\n".encode())
    desired, problems = load_desired([source], {"envoy": alone})
    assert problems == ()
    assert desired.targets["envoy"].groups.provision == "none"


def test_on_this_very_machine_no_token_is_needed(load):
    target = only_target(
        load("targets: {envoy: {profile: envoy, url: 'http://[::1]:1/scim', scope: all}}")
    )
    assert target.auth is None


def test_managers_may_form_a_circle(load):
    sound(load("users: {ada: {manager: grace}, grace: {manager: ada}}"))


def test_problems_of_all_files_come_sorted_by_position(load):
    _, problems = load(
        one="groups: {g: {members: [ghost]}}\nusers: {ada: {surnme: x}}", two="user: {}\na: [\n"
    )
    assert [str(item.at) for item in problems] == ["one.yaml:1", "one.yaml:2", "two.yaml:2"]


DIGEST = """
users:
  ada: {mail: ada@contoso.example, country: US}
  bob: {mail: bob@contoso.example}
groups:
  all: {members: [ada, bob]}
scopes:
  us: [{name: US, all: [{attribute: country, operator: equals, value: US}]}]
mappings:
  m: {for: user, attributes: {userName: {expression: "[mail]", match: 1}}}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("country: US", "country: CA"),
        ("members: [ada, bob]", "members: [ada]"),
        ("{mail: bob@contoso.example}", "{mail: bob@contoso.example, until: 2030-01-01}"),
        ("scope: all", "scope: all\n    removed: keep"),
        ('"[mail]"', '"[userPrincipalName]"'),
        ("value: US", "value: CA"),
        ("env: TOKEN", "env: OTHER"),
    ],
)
def test_a_difference_in_meaning_changes_the_digest(load, old, new):
    text = DIGEST + TARGET + "    users: {mapping: m, filter: us}\n"
    assert old in text
    assert sound(load(text)).digest != sound(load(text.replace(old, new))).digest


def test_formatting_comments_and_short_forms_do_not_change_the_digest(load):
    short = sound(load("users: {ada: {mail: a}}\ngroups: {g: {members: [ada]}}"))
    long = sound(
        load("""
# people
groups:
  "g":
    displayName: g
    members:
      - user: ada   # the only one
users:
  ada:
    mail: 'a'
    department: null
""")
    )
    assert short.digest == long.digest
    assert len(short.digest) == 64


USERS = {f"u{number}": f"{{mail: u{number}@contoso.example}}" for number in range(6)}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.permutations(list(USERS)), st.integers(0, 6), st.permutations(["x", "y"]))
def test_the_order_of_files_and_keys_does_not_change_anything(profiles, order, split, names):
    halves = [order[:split], order[split:]]
    sources = [
        SourceFile(
            f"{name}.yaml",
            ("users:\n" + "".join(f"  {key}: {USERS[key]}\n" for key in half)).encode(),
        )
        for name, half in zip(names, halves, strict=True)
    ]
    desired, problems = load_desired(sources, profiles)
    straight, _ = load_desired(
        [
            SourceFile(
                "z.yaml", ("users:\n" + "".join(f"  {k}: {v}\n" for k, v in USERS.items())).encode()
            )
        ],
        profiles,
    )
    assert problems == ()
    assert desired.digest == straight.digest
    assert list(desired.users) == list(straight.users)


def test_the_collector_is_left_as_it_was(load):
    gc.disable()
    try:
        load("users: {}")
        assert not gc.isenabled()
    finally:
        gc.enable()
    load("users: {}")
    assert gc.isenabled()


def test_a_second_value_of_what_the_app_holds_one_of_is_a_problem(load):
    _, problems = load(
        TARGET
        + """    users:
      mapping: m
      attributes: {'emails[type eq "work"].value': {}, 'emails[type eq "home"].value': {}}
    service: {quirks: [one_value_each]}
mappings:
  m:
    for: user
    attributes:
      userName: {expression: "[mail]", match: 1}
      emails[type eq "work"].value: "[mail]"
      emails[type eq "home"].value: "[userPrincipalName]"
"""
    )
    (problem,) = problems
    assert problem.rule == "second-value"
    assert problem.message.endswith("would be a second value, and the app holds one of emails")


def test_headers_of_a_target_are_sent_and_no_secret_is_among_them(load):
    desired, problems = load(TARGET + "    service: {headers: {X-Tenant: contoso}}\n")
    assert problems == ()
    assert desired.targets["envoy"].service.headers == {"X-Tenant": "contoso"}
    _, (problem,) = load(
        TARGET + "    service: {headers: {X-Api-Key: hush, X-Tenant: 'Bearer a'}}\n"
    )
    assert problem.rule == "wrong-value"
    assert problem.message == (
        "'headers' cannot be sent: 'X-Api-Key' looks like a secret, which belongs under 'auth'; "
        "'X-Tenant' looks like a secret, which belongs under 'auth'"
    )


def test_a_target_says_how_many_requests_it_takes(load):
    rate = "{methods: [POST], path: /Users, requests: 90, per: %s, burst: 20}"
    said = ", ".join(rate % per for per in ("minute", 30, 0.5))
    desired, problems = load(TARGET + f"    service: {{rate: [{said}]}}\n")
    assert not problems
    (target,) = desired.targets.values()
    assert [limit.seconds for limit in target.service.rate] == [60.0, 30.0, 0.5]


def test_a_target_says_what_its_app_can_be_asked_for(load):
    desired, _ = load(TARGET + "    service: {filterable: [userName]}\n")
    (target,) = desired.targets.values()
    assert target.service.filterable == {"userName"}
