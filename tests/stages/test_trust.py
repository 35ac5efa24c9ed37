import pytest

from reconciler.model.path import parse_path
from reconciler.model.values import Kind
from reconciler.stages.trust import trust_base
from tests.stages.test_settings import BASE, IGNORES, POLICED, load


def test_all_but_assignments_mappings_and_filters_comes_from_the_base():
    head = BASE.replace("scope: all", "assignments: [{user: ada}]\n    out_of_scope: delete")
    found = trust_base(load(head), load(BASE)).desired.targets["app"]
    assert (found.scope, found.users.out_of_scope) == ("all", "disable")
    assert [item.ref.key for item in found.assignments] == ["ada"]


def test_whom_the_base_does_not_name_gets_no_way_to_prove_who_we_are():
    for head in (
        BASE.replace("app.example", "evil.example"),
        BASE.replace("APP_TOKEN", "OTHER_SECRET"),
        BASE.replace("  app:", "  other:"),
        BASE + "    service: {headers: {X-Tenant: other}}\n",
    ):
        trusted = trust_base(load(head), load(BASE))
        (target,) = trusted.desired.targets.values()
        assert target.auth is None
        assert list(trusted.strangers) == [target.key]


def test_the_same_connection_is_trusted_however_it_is_written():
    head = BASE.replace("{bearer: {env: APP_TOKEN}}", '{"bearer": {"env": "APP_TOKEN"}}')
    trusted = trust_base(load(head), load(BASE.replace("scim/v2", "scim/v2/")))
    assert trusted.strangers == {}
    assert trusted.desired.targets["app"].auth is not None


def test_a_mark_may_be_given_and_not_taken():
    marked = BASE.replace("ada@contoso.example", "ada@contoso.example, required: true, owner: ada")
    taken = trust_base(load(BASE), load(marked)).desired.users["ada"]
    given = trust_base(load(marked), load(BASE)).desired.users["ada"]
    assert (taken.required, taken.owner) == (given.required, given.owner) == (True, "ada")


def test_what_was_masked_stays_masked_under_another_name():
    base = BASE + "attributes: {salary: {sensitive: true}}\n"
    head = BASE.replace("    scope: all", "    scope: all\n    users: {mapping: leak}") + (
        "attributes: {salary: {}}\n"
        "mappings:\n"
        '  leak: {for: user, extends: profile, attributes: {title: "[salary]"}}\n'
    )
    rules = trust_base(load(head), load(base)).desired.targets["app"].users
    (title,) = [item for item in rules.mapping if str(item.definition.path) == "title"]
    assert title.sensitive


def test_nobody_brings_an_ignore_for_the_plan_of_the_same_change():
    brought = trust_base(load(BASE + IGNORES), load(BASE)).desired
    taken = trust_base(load(BASE), load(BASE + IGNORES)).desired
    assert (brought.ignores, [item.key for item in taken.ignores]) == ((), ["scanner"])


def test_policies_and_the_limits_of_groups_come_from_the_base():
    head = POLICED.partition("policies:")[0].replace("percent: 10", "percent: 100")
    found = trust_base(load(BASE + head), load(BASE + POLICED)).desired
    assert sorted(found.policies) == ["apart", "dated"]
    assert found.groups["crew"].revocations.percent == 10
    assert trust_base(load(BASE + POLICED), load(BASE + head)).desired.policies == {}


MAPPED = BASE + "    users:\n      mapping: ours\n      attributes:\n"
HOME = """        emails: {type: complex, multi_valued: true}
        emails[primary eq "true"].value: {type: string}
        emails[type eq "home"].display: {type: string}
attributes: {salary: {sensitive: true}}
mappings:
  ours:
    for: user
    attributes:
      userName: {expression: "[userPrincipalName]", match: 1}
"""


@pytest.mark.parametrize(
    ("path", "is_masked"),
    [
        ("emails", True),
        ('emails[primary eq "true"].value', True),
        ('emails[type eq "home"].display', False),
    ],
)
def test_what_was_masked_is_not_shown_by_a_wider_path_or_another_filter(path, is_masked):
    base = MAPPED + HOME + "      emails[type eq \"home\"].value: '[salary]'\n"
    head = MAPPED + HOME + f"      '{path}': '[mail]'\n"
    mapping = trust_base(load(head), load(base)).desired.targets["app"].users.mapping
    (item,) = [item for item in mapping if str(item.definition.path) == path]
    assert item.sensitive is is_masked


def test_what_is_known_of_an_attribute_comes_from_the_base_and_what_is_new_from_the_head():
    """What is called unstored is neither compared nor sent: a change would hide its own work."""
    mappings = """mappings:
  ours: {for: user, extends: profile, attributes: {badge: "[employeeId]"}}
"""
    said = "        title: {stored: false}\n        externalId: {case_exact: false}\n"
    head = load(MAPPED + said + "        badge: {case_exact: true}\n" + mappings)
    trusted = trust_base(head, load(BASE)).desired.targets["app"]
    by_path = {str(item.definition.path): item.definition for item in trusted.users.mapping}

    assert by_path["title"].stored
    assert trusted.definition(Kind.USER, parse_path("title")).stored
    assert trusted.definition(Kind.USER, parse_path("externalId")).case_exact
    assert by_path["badge"].case_exact


RENAMED = """
groups:
  pay: {members: [ada], sensitive: true, owner: ada, limits: {revocations: {percent: 1}}}
"""


def test_a_group_keeps_its_marks_and_its_limit_under_another_key():
    head = """
groups:
  wages: {previously: [pay], members: [ada], limits: {revocations: {percent: 100}}}
"""
    group = trust_base(load(BASE + head), load(BASE + RENAMED)).desired.groups["wages"]
    assert (group.sensitive, group.owner, group.revocations.percent) == (True, "ada", 1)
