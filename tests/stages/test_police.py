"""What the policies demand, kind by kind, where a whole plan would hide the point."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.gallery.load import load_gallery
from reconciler.model.policy import Domain
from reconciler.pipeline import police

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
GALLERY = load_gallery()


def findings(text, *more):
    files = [SourceFile(f"{n}.yaml", item.encode()) for n, item in enumerate((text, *more))]
    desired, problems = load_desired(files, GALLERY)
    assert [item for item in problems if item.severity == "error"] == []
    return police(desired, NOW)


def lines(text):
    return [f"{item.at.line} {item.message}" for item in findings(text)]


@pytest.mark.parametrize(
    ("address", "admitted"),
    [
        ("a@contoso.example", True),
        ("a@CONTOSO.example", True),
        ("a@eu.sub.example", True),
        ("a@deep.eu.sub.example", True),
        ("a@sub.example", False),
        ("a@.sub.example", False),
        ("a@evilsub.example", False),
        ("a@contoso.example.evil.example", False),
        ("a@evil.example@contoso.example", False),
        ("a@evil.example,b@contoso.example", False),
        ("a@evil.example> <b@contoso.example", False),
        ("a@contoso.example@evil.example", False),
        ("contoso.example", False),
        ("a@", False),
        ("", False),
    ],
)
def test_a_domain_is_what_stands_after_the_only_at(address, admitted):
    assert Domain(("mail",), ("contoso.example", "*.sub.example")).admits(address) is admitted


def test_who_is_switched_off_or_past_the_end_is_of_no_concern():
    assert lines("""
users:
  on: {}
  off: {accountEnabled: false}
  past: {until: 2026-06-30}
  last-day: {until: 2026-07-01}
  to-come: {from: 2026-08-01}
policies:
  ends: {kind: end_date}
""") == ["3 on has no end date (until)", "7 to-come has no end date (until)"]


def test_days_ahead_are_counted_from_today_the_last_one_included():
    assert lines("""
users:
  just: {until: 2026-07-11}
  over: {until: 2026-07-12}
policies:
  ends: {kind: end_date, days: 10}
""") == ["4 over ends on 2026-07-12, which is more than 10 days ahead"]


def test_memberships_count_as_they_are_today():
    assert lines("""
users: {ada: {}, bob: {}, cat: {}}
groups:
  pay:
    members: [ada, {user: bob, until: 2026-06-30}, {user: cat, from: 2026-07-02}]
  approve:
    members: [ada, bob, cat]
policies:
  apart: {kind: separation, of: [{group: pay}, {group: approve}]}
""") == ["7 ada is in the group pay (0.yaml:5) and is in the group approve (0.yaml:7)"]


def test_three_parts_name_all_that_somebody_has():
    (found,) = findings("""
users: {ada: {}}
groups: {a: {members: [ada]}, b: {members: [ada]}, c: {members: [ada]}}
policies:
  apart: {kind: separation, of: [{group: a}, {group: b}, {group: c}]}
""")
    assert found.message.count("is in the group") == 3
    assert [part.group for part in found.parts] == ["a", "b", "c"]


def test_a_policy_of_one_target_is_about_those_who_have_access_there():
    target = "profile: generic-scim, url: 'https://x.example/', auth: {bearer: {env: T}}"
    assert lines(f"""
users: {{ada: {{}}, bob: {{}}}}
targets:
  app: {{{target}, assignments: [{{user: ada}}]}}
  far: {{{target}, assignments: [{{user: bob}}]}}
policies:
  ends: {{kind: end_date, targets: [app]}}
""") == ["2 ada has no end date (until)"]


def test_an_exception_for_a_group_is_one_for_everybody_in_it():
    assert lines("""
users: {ada: {}, bob: {}, cat: {}}
groups: {inner: {members: [bob]}, crew: {members: [ada, {group: inner}]}}
policies:
  ends:
    kind: end_date
    exceptions: [{group: crew, reason: moving, until: 2026-07-01}]
""") == ["2 cat has no end date (until)"]


def test_of_two_exceptions_the_longer_counts():
    assert lines("""
users: {ada: {}}
policies:
  ends:
    kind: end_date
    exceptions:
      - {user: ada, reason: new, until: 2026-12-31}
      - {user: ada, reason: old, until: 2026-01-01}
""") == ["8 the exception for ada ended on 2026-01-01, and can go"]


def test_sensitive_values_are_not_shown():
    (found,) = findings("""
attributes: {home: {sensitive: true}}
users: {ada: {home: ada@secret.example}}
policies:
  mail: {kind: domain, attributes: [home], domains: [contoso.example]}
""")
    assert "secret" not in found.message


def test_a_group_that_the_yaml_lost_is_said_and_an_earlier_key_still_counts():
    before, _ = load_desired([SourceFile("b.yaml", _POLICED.encode())], GALLERY)
    renamed = _POLICED.replace("  pay: {", "  pay-2: {previously: [pay], ")
    after = renamed.replace("  approve:", "  approve-2:").partition("policies:")[0]
    desired, _ = load_desired([SourceFile("a.yaml", after.encode())], GALLERY)
    found = police(replace(desired, policies=before.policies), NOW)
    assert [item.message for item in found] == [
        "ada is in the group pay-2 (a.yaml:5) and is in the group other (a.yaml:4)",
        "there is no group approve, so nobody is held against it",
    ]
    assert found[0].parts[0].group == "pay-2"


_POLICED = """
users: {ada: {}}
groups:
  other: {members: [ada]}
  pay: {members: [ada]}
  approve: {members: [ada]}
policies:
  apart: {kind: separation, of: [{group: pay}, {group: other}, {group: approve}]}
"""


def test_the_order_of_files_means_nothing():
    users, policies = _POLICED.split("policies:")
    one = findings(users, f"policies:{policies}")
    two = findings("", users, f"policies:{policies}")
    assert [item.message.replace("0.yaml", "1.yaml") for item in one] == [
        item.message for item in two
    ]


def test_without_policies_nothing_is_looked_at():
    assert findings("users: {ada: {}}") == ()


JOINED = """
users: {ada: {}, grace: {}}
groups:
  pay: {members: [ada, grace]}
  approve: {members: [ada, grace]}
  exempt: {members: [%s]}
policies:
  apart:
    kind: separation
    of: [{group: pay}, {group: approve}]
    exceptions: [{group: exempt, reason: x, until: 2026-12-31}]
"""


def test_nobody_joins_an_exempt_group_to_pass_in_the_plan_of_the_same_change():
    head, base = (
        load_desired([SourceFile("a.yaml", (JOINED % names).encode())], GALLERY)[0]
        for names in ("ada, grace", "grace")
    )
    assert [item.user for item in police(head, NOW, base)] == ["ada"]
    assert police(head, NOW) == police(head, NOW, head) == ()
