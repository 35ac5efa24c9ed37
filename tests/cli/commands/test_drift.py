"""Somebody meddles with a target by hand, over HTTP; three nights tell of it."""

import json
import shlex
import sqlite3
import subprocess
from datetime import timedelta
from functools import partial

import jsonschema
import pytest

from reconciler.cli.boundary import run
from reconciler.cli.verdicts import code_of_drift
from reconciler.ledger.ledger import open_ledger
from reconciler.ledger.place import Page, Place
from reconciler.model.drift_class import DriftClass
from reconciler.model.quarantine import Quarantine, Reason
from reconciler.render.drift.json import drift_schema, dump_drift
from reconciler.render.drift.text import render_drift as render_text
from reconciler.render.drift.ways import ways_of
from reconciler.render.html.drift import render_drift_html
from reconciler.render.markdown.drift import render_drift_markdown
from tests.house import MORNING, House
from tests.lies import (
    a_row_twice,
    cut,
    first_page_for_ever,
    no_total,
    nobody,
    nobody_but_a_total,
    of_lists,
    one_made_up,
    rows_lost_on_later_pages,
    total_of_the_page,
)


@pytest.fixture(scope="module")
def applied_house(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOUSE_TOKEN", "house-token")
        with House(tmp_path_factory.mktemp("house")).open() as opened:
            opened.apply()
            opened.save()
            yield opened


@pytest.fixture
def house(applied_house, tmp_path, capsys):
    applied_house.restore(tmp_path, capsys)
    return applied_house


def render_drift(drift):
    """Return the text on one wide page, where no line is folded."""
    return render_text(drift, width=400)


def refusing(status):
    """Return a server that answers everything with *status*."""

    def app(_, start_response):
        start_response(status, [])
        return [b""]

    return lambda _: app


def meddle(house):
    """Do one thing of every class."""
    mallory = house.make("mallory@evil.example")
    house.join("Admins", mallory)
    house.leave("Crew", house.id_of("grace@contoso.example"))
    house.set("linus@contoso.example", "title", "Boss")
    house.set("linus@contoso.example", "nickName", "secret-cost-center")
    house.delete("Users", "barbara@contoso.example")
    return mallory


def told(drift):
    (target,) = drift.targets
    return [(str(item.drift_class), item.name, item.part) for item in target.items]


def test_after_an_apply_nothing_drifts_and_nothing_but_get_is_sent(house):
    drift = house.drift()

    assert told(drift) == []
    assert set(house.requests) == {"GET"}


def test_what_the_report_says_to_do_can_be_pasted(house):
    house.set("linus@contoso.example", "title", "Boss")
    house.delete("Users", "ada@contoso.example")
    ways = {way.lead: way for way in ways_of(house.drift())}

    (house.folder / "desired-state" / "known.yaml").write_text("\n".join(ways["Let it be"].snippet))
    (target,) = house.drift().targets
    assert [found.item.name for found in target.ignored] == ["linus"]

    (command,) = ways["Put it back"].commands
    assert run([*shlex.split(command)[1:], "--yes", "--now", "2026-07-01"]) == 0
    assert house.live("linus@contoso.example")["title"] == "Boss"
    assert house.live("ada@contoso.example")["title"] == "Engineer"
    assert told(house.drift()) == []


def test_every_class_is_seen_and_the_most_dangerous_stands_first(house):
    mallory = meddle(house)

    drift = house.drift()

    assert told(drift) == [
        ("extra-member", "admins", f"id:{mallory}"),
        ("unmanaged", f"id:{mallory}", ""),
        ("missing", "barbara", ""),
        ("changed", "linus", "nickName"),
        ("changed", "linus", "title"),
        ("missing-member", "crew", "grace"),
    ]
    assert set(house.requests) == {"GET"}
    first, _, _, secret, title, _ = drift.targets[0].items
    assert first.privileged
    assert first.member_display == "mallory@evil.example"
    assert (title.expected, title.found, title.modified is not None) == ("Engineer", "Boss", True)
    assert (secret.expected, secret.found, secret.sensitive) == (None, None, True)
    render = (render_drift, render_drift_markdown, dump_drift, render_drift_html)
    for rendered in (one(drift) for one in render):
        assert "secret-cost-center" not in rendered


def test_what_the_server_says_of_an_object_is_said_of_just_that(house):
    house.make("mallory@evil.example")
    house.leave("Crew", house.id_of("grace@contoso.example"))
    house.set("linus@contoso.example", "title", "Boss")

    stranger, changed, member = render_drift(house.drift()).split("new: not seen before")[:3]

    assert "not in the YAML; made there 20" in stranger
    assert "changed" not in stranger
    assert "user last changed there 20" in changed
    assert "group last changed there 20" in member


def test_the_report_names_the_commit_whose_yaml_it_is(house):
    commit(house)
    head = subprocess.run(
        ["git", "-C", str(house.folder), "rev-parse", "HEAD"], check=True, capture_output=True
    )

    assert (
        json.loads(dump_drift(house.drift()))["desired"]["commit"] == head.stdout.decode().strip()
    )
    house.people["ada"]["jobTitle"] = "Chief"
    assert house.drift().commit is None


def test_three_nights_tell_since_when_how_often_and_what_came_back(house):
    house.set("linus@contoso.example", "title", "Boss")
    earliest = house.drift(0)
    assert "The ledger knows of no earlier look here" in render_drift(earliest)
    first = earliest.targets[0].items[0].sighting
    assert (first.began, first.times, first.episodes) == (MORNING, 1, 1)

    second = house.drift(1)
    assert "no earlier look" not in render_drift(second)
    (item,) = second.targets[0].items
    assert (item.sighting.began, item.sighting.times) == (MORNING, 2)
    assert item.sighting.age(second.created) == timedelta(days=1)
    assert "since 2026-07-01 06:00:00 UTC (1 day), seen 2 times" in render_drift(second)

    house.set("linus@contoso.example", "title", "Engineer")
    third = house.drift(2)
    assert told(third) == []
    (gone,) = third.targets[0].gone
    assert (gone.name, gone.part) == ("linus", "title")
    assert gone.sighting.gone_since == MORNING + timedelta(days=2)

    house.set("linus@contoso.example", "title", "Chief")
    (again,) = house.drift(3).targets[0].items
    assert (again.sighting.first_seen, again.sighting.began) == (
        MORNING,
        MORNING + timedelta(days=3),
    )
    assert (again.sighting.times, again.sighting.episodes) == (3, 2)
    assert "came back, 2nd time; first seen 2026-07-01" in render_drift(house.drift(3))


def test_every_run_is_a_point_of_the_history(house):
    house.drift(0)
    house.set("linus@contoso.example", "title", "Boss")
    history = house.drift(1).targets[0].history

    assert [(point.taken, point.total) for point in history] == [
        (MORNING, 0),
        (MORNING + timedelta(days=1), 1),
    ]
    assert history[1].counts[DriftClass.CHANGED] == 1


def test_a_leaver_who_was_let_in_again_stands_near_the_top(house):
    house.people["grace"]["accountEnabled"] = False
    house.apply()
    house.set("grace@contoso.example", "active", value=True)
    house.make("nobody@elsewhere.example")

    items = house.drift().targets[0].items

    assert [(item.name, item.part) for item in items[:1]] == [("grace", "active")]
    assert items[0].reopens_access
    assert "an account works that should not" in render_drift(house.drift())


def test_a_missing_group_or_account_is_one_thing_with_its_memberships(house):
    house.delete("Groups", "Crew")
    house.delete("Users", "ada@contoso.example")

    drift = house.drift()

    assert [(item.name, item.along) for item in drift.targets[0].items] == [
        ("crew", 3),
        ("ada", 2),
    ]
    assert "user ada (ada@contoso.example) is not there, and with it 2 memberships" in render_drift(
        drift
    )


def test_what_an_apply_leaves_alone_drifts_all_the_same(house):
    house.target["users"] = {"mapping": "people", "actions": ["create"]}
    house.set("linus@contoso.example", "title", "Boss")

    (item,) = house.drift().targets[0].items

    assert item.left == "update is not among the actions"
    assert "an apply leaves it: update is not among the actions" in render_drift(house.drift())


def test_of_strangers_only_the_number_is_told_where_nobody_wants_to_know(house):
    house.target["unmanaged"] = "ignore"
    house.make("mallory@evil.example")

    drift = house.drift()

    assert told(drift) == []
    assert drift.targets[0].unlisted == 1
    assert "1 object nobody's and not listed" in render_drift(drift)


def test_the_apps_own_is_no_drift(house):
    house.target["users"] = {"mapping": "people", "untouchable": ["service-*"]}
    house.make("service-7@app.example")

    drift = house.drift()

    assert (told(drift), drift.targets[0].untouchable) == ([], 1)


def test_a_list_that_is_cut_lets_nobody_be_missing_and_nothing_be_gone(house):
    meddle(house)
    before = house.drift(0)
    house.lie = cut(2)

    after = house.drift(1)

    (target,) = after.targets
    assert not target.complete
    assert target.gone == ()
    classes = {item.drift_class for item in target.items}
    assert DriftClass.MISSING_MEMBER not in classes
    assert sum(target.unproven.values()) > 0
    assert "Not claimed: " in render_drift(after)
    assert {item.drift_class for item in target.unsure} >= {DriftClass.MISSING_MEMBER}
    assert "Seen before, and not known to be gone" in render_drift_markdown(after)
    house.lie = lambda app: app
    assert told(house.drift(2)) == told(before)


def test_a_target_that_cannot_be_read_is_said_and_forgets_nothing(house):
    house.set("linus@contoso.example", "title", "Boss")
    house.drift(0)
    house.lie = refusing("500 Broken")

    broken = house.drift(1, pause=lambda _: None)

    assert [name for name, _ in broken.failures] == ["app"]
    assert "app: not read" in render_drift(broken)
    house.lie = lambda app: app
    assert house.drift(2).targets[0].items[0].sighting.times == 2


def test_without_a_ledger_the_report_comes_and_says_so(house):
    house.set("linus@contoso.example", "title", "Boss")
    (house.folder / "file").write_text("no folder")

    drift = house.drift(state_dir=house.folder / "file")

    assert told(drift) == [("changed", "linus", "title")]
    assert drift.targets[0].items[0].sighting is None
    assert "Nothing was noted, and ages are not known" in render_drift(drift)


def test_a_ledger_that_takes_no_more_keeps_nothing_and_the_report_comes(house):
    house.set("linus@contoso.example", "title", "Boss")
    house.drift(0)
    state = house.folder / "state" / "ledger.db"

    with sqlite3.connect(state) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON drift_runs "
            "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    drift = house.drift(1)

    assert drift.targets[0].items[0].sighting.times == 2
    assert "What was seen at app is not noted" in render_drift(drift)
    assert "disk full" in render_drift(drift)


def test_the_exit_code_tells_only_when_asked(house):
    house.type("drift", code=0)
    house.type("drift", "--detailed-exitcode", code=0)
    house.set("linus@contoso.example", "title", "Boss")
    house.type("drift", code=0)
    printed = house.type("drift", "--detailed-exitcode", code=2)
    assert "Drift: 1 changed." in printed.out
    house.lie = refusing("403 Forbidden")
    house.type("drift", "--detailed-exitcode", code=4)


def test_a_conflict_is_held(house):
    house.set("linus@contoso.example", "externalId", "ada")

    printed = house.type("drift", "--detailed-exitcode", code=3)

    assert "It is unclear who is who" in printed.out


def test_machines_read_what_the_schema_says(house):
    meddle(house)
    file = house.folder / "drift.json"

    printed = house.type("drift", "--format", "json", "--output", str(file))

    document = json.loads(file.read_text())
    jsonschema.Draft202012Validator(drift_schema()).validate(document)
    assert document["summary"]["extra_member"] == 1
    assert document["targets"][0]["items"][0]["seen"]["times"] == 1
    assert "1 extra member" in printed.err


def test_the_issue_says_the_same_until_something_moves_but_for_ages(house):
    meddle(house)
    house.drift(0)
    first, second = (render_drift_markdown(house.drift(day)) for day in (1, 1))

    aged = [line for line in second.splitlines() if "seen" not in line]
    assert aged == [line for line in first.splitlines() if "seen" not in line]
    assert first.startswith("<!-- reconciler drift -->\n## Drift: 1 extra member, 1 unmanaged")


def test_what_is_ignored_in_the_report_is_counted_and_told_with_its_reason(house):
    meddle(house)
    house.more["ignores"] = {
        "mallory": {
            "target": "app",
            "user": "mallory@*",
            "class": "unmanaged",
            "reason": "a consultant",
            "until": "2026-07-31",
        },
        "titles": {
            "target": "app",
            "user": "linus",
            "attribute": "title",
            "for": "enforcement",
            "reason": "he likes it",
            "until": "2026-07-31",
        },
        "nobody": {"target": "app", "group": "x*", "reason": "?", "until": "2026-07-31"},
    }

    drift = house.drift()

    (target,) = drift.targets
    assert len(target.items) == 5
    (title,) = (item for item in target.items if item.part == "title")
    assert title.left.startswith("ignored until 2026-07-31 because he likes it (all.yaml:")
    ((hidden, entry),) = ((item.item, item.ignore) for item in target.ignored)
    assert (hidden.display, entry.key) == ("mallory@evil.example", "mallory")
    assert hidden.sighting is not None
    assert [item.key for item in drift.unused] == ["nobody"]
    page = render_drift(drift)
    assert "1 ignored" in page
    assert "until 2026-07-31, in the report: a consultant" in page
    plan = json.loads(house.type("plan", "--now", "2026-07-01", "--format", "json").out)
    (update,) = (item for item in plan["targets"][0]["changes"] if item["key"] == "linus")
    assert [item["path"] for item in update["attributes"]] == ["nickName"]


def test_on_the_day_after_its_last_an_ignore_covers_nothing_and_is_named(house):
    house.set("linus@contoso.example", "title", "Boss")
    house.more["ignores"] = {
        "titles": {
            "target": "app",
            "user": "linus",
            "reason": "he likes it",
            "until": "2026-07-02",
        },
    }

    assert told(house.drift(1)) == []
    assert house.drift(1).ignored == 1
    late = house.drift(2)
    assert told(late) == [("changed", "linus", "title")]
    assert [item.key for item in late.expired] == ["titles"]
    assert "Ignores that have ended (1)" in render_drift(late)


def test_what_ends_within_two_weeks_is_named_before_it_ends(house):
    known = {"target": "app", "user": "linus", "class": "missing", "reason": "he is away"}
    days = {
        "over": "2026-06-30",
        "today": "2026-07-01",
        "last": "2026-07-15",
        "later": "2026-07-16",
    }
    house.more["ignores"] = {key: {**known, "until": day} for key, day in days.items()}
    exempt = {"user": "ada", "reason": "she may", "until": "2026-07-03"}
    house.more["policies"] = {
        "ends": {"kind": "end_date", "severity": "warning", "exceptions": [exempt]},
        "elsewhere": {"kind": "end_date", "targets": ["other"], "exceptions": [exempt]},
    }
    other = {"profile": "generic-scim", "url": house.url, "provisioning": "off"}
    house.more["targets"] = {
        "app": {**house.target, "url": house.url},
        "other": {**other, "auth": house.target["auth"]},
    }

    drift = house.drift()

    assert [(item.name, str(item.until)) for item in drift.lapsing] == [
        ("ignore today", "2026-07-01"),
        ("exception for user ada of the policy ends", "2026-07-03"),
        ("ignore last", "2026-07-15"),
    ]
    assert [item.key for item in drift.expired] == ["over"]
    for page in (render_drift(drift), render_drift_markdown(drift), render_drift_html(drift)):
        assert "Ignores and exceptions that end soon" in page
    assert json.loads(dump_drift(drift))["ignores"]["ending"][0]["reason"] == "he is away"


def test_nobody_is_ignored_by_a_name_that_was_changed_in_the_app(house):
    house.set("linus@contoso.example", "userName", "svc-linus")
    house.more["ignores"] = {
        "robots": {
            "target": "app",
            "user": "svc-*",
            "for": "both",
            "reason": "robots",
            "until": "2026-07-31",
        },
    }

    assert told(house.drift()) == [("changed", "linus", "userName")]


def commit(house):
    """Commit the YAML as it stands."""
    house.write()
    author = ["-c", "user.name=Ada", "-c", "user.email=ada@contoso.example"]
    for arguments in (
        ["init", "-q"],
        ["add", "desired-state"],
        [*author, "commit", "-qm", "Begin"],
    ):
        subprocess.run(["git", "-C", str(house.folder), *arguments], check=True)


def test_after_an_apply_of_just_this_what_differs_is_drift(house):
    house.set("linus@contoso.example", "title", "Boss")

    house.more["ignores"] = {
        "later": {"target": "app", "user": "x", "reason": "no matter", "until": "2026-12-31"}
    }

    (target,) = house.drift().targets

    assert [item.origin for item in target.items] == ["drift"]
    assert target.applied.startswith("this desired state, taken ")


def test_what_waits_for_an_apply_is_pending_and_what_moved_as_well_is_both(house):
    commit(house)
    for key in ("ada", "grace"):
        house.people[key]["jobTitle"] = "Chief"
    del house.people["barbara"]
    for name in ("grace", "linus"):
        house.set(f"{name}@contoso.example", "title", "Boss")

    drift = house.drift(applied="HEAD")

    (target,) = drift.targets
    assert [(item.name, item.origin, item.expected, item.found) for item in target.items] == [
        ("grace", "drift", "Engineer", "Boss"),
        ("linus", "drift", "Engineer", "Boss"),
    ]
    assert [(change.key, str(change.action)) for change in target.pending] == [
        ("ada", "update"),
        ("grace", "update"),
        ("barbara", "disable"),
    ]
    assert target.applied.startswith("commit ")
    page = render_drift(drift)
    assert "Pending (3): waits for an apply, is no drift" in page
    assert "Nobody knows" not in page


def test_what_an_apply_leaves_out_for_an_ignore_is_told_apart_from_what_is_pending(house):
    commit(house)
    for key in ("ada", "grace"):
        house.people[key]["jobTitle"] = "Chief"
    house.groups["crew"]["members"] += ["barbara"]
    house.delete("Users", "barbara@contoso.example")
    ignore = {"target": "app", "for": "enforcement", "reason": "agreed", "until": "2026-07-31"}
    house.more["ignores"] = {
        "title": {"user": "ada", "attribute": "title", **ignore},
        "gone": {"user": "barbara", "class": "missing", **ignore},
    }

    drift = house.drift(applied="HEAD")

    (target,) = drift.targets
    assert told(drift) == [("missing", "barbara", "")]
    assert [change.key for change in target.pending] == ["grace"]
    assert [(item.object_id, item.what) for item in target.spared] == [
        ("app/user/ada", "change title"),
        ("app/group/crew", "add the member barbara"),
    ]
    assert drift.unused == ()
    assert "1 pending; 2 spared by an ignore" in render_drift(drift)
    assert "user ada: change title" in render_drift(drift)
    assert "`user ada` at `app`: change title" in render_drift_markdown(drift)
    assert json.loads(dump_drift(drift))["summary"]["spared"] == 2
    arguments = ("--now", "2026-07-01", "--applied", "HEAD", "--format", "json")
    (plan,) = json.loads(house.type("plan", *arguments).out)["targets"]
    assert [change["key"] for change in plan["changes"]] == ["grace"]


def test_whose_last_day_is_over_since_the_last_apply_is_pending(house):
    house.people["grace"]["until"] = "2026-12-31"
    house.apply()
    moment = MORNING.replace(year=2028)

    (target,) = house.drift(now=moment).targets

    assert target.items == ()
    assert [(change.key, str(change.action)) for change in target.pending][-1:] == [
        ("grace", "disable")
    ]


def test_where_nobody_knows_what_was_applied_the_report_says_so(house):
    house.people["ada"]["jobTitle"] = "Chief"

    (target,) = house.drift().targets

    assert [item.origin for item in target.items] == ["unknown"]
    assert "Nobody knows what was last applied here" in render_drift(house.drift())


def test_one_look_gives_several_readings(house):
    house.set("linus@contoso.example", "title", "Boss")
    issue, report = house.folder / "issue.md", house.folder / "drift.json"

    printed = house.type("drift", "--also", f"markdown={issue}", "--also", f"json={report}")

    assert "changed: user linus" in printed.out
    assert issue.read_text().startswith("<!-- reconciler drift -->")
    assert json.loads(report.read_text())["targets"][0]["items"][0]["seen"]["times"] == 1


def test_a_step_of_github_learns_the_counts(house, monkeypatch):
    meddle(house)
    outputs, summary = house.folder / "outputs", house.folder / "summary"
    monkeypatch.setenv("GITHUB_OUTPUT", str(outputs))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    house.type("drift", "--github")

    assert outputs.read_text().splitlines() == [
        "has_drift=true",
        "drift=6",
        "missing=1",
        "changed=2",
        "unmanaged=1",
        "extra_member=1",
        "missing_member=1",
        "privileged=1",
        "ignored=0",
        "pending=0",
        "spared=0",
        "unsure=0",
        "conflicts=0",
        "failures=0",
        "exit_reason=drift",
    ]
    assert "**extra member**" in summary.read_text()


def test_a_sensitive_role_that_somebody_gave_himself_stands_first(house):
    house.mapping["attributes"] = {
        **house.mapping["attributes"],
        'roles[primary eq "True"].value': "SingleAppRoleAssignment([appRoleAssignments])",
    }
    house.target["sensitive_roles"] = ["Admin"]
    house.target["assignments"] = [
        {"user": "linus", "role": "Reader"},
        {"user": "grace", "role": "Admin"},
    ]
    house.apply()
    house.join("Admins", house.id_of("grace@contoso.example"))
    for name, role in (("linus", "Admin"), ("grace", "Reader")):
        house.set(f"{name}@contoso.example", "roles", [{"value": role, "primary": True}])

    items = house.drift().targets[0].items

    assert [(item.name, item.found, item.danger) for item in items] == [
        ("admins", None, 0),
        ("linus", "Admin", 0),
        ("grace", "Reader", 5),
    ]
    assert "a sensitive role that it should not have" in render_drift(house.drift())


def test_a_user_and_a_group_of_one_key_are_told_apart(house):
    house.groups["linus"] = {"displayName": "Fans of Linus", "members": ["linus"]}
    house.people["linus"]["sensitive"] = True
    house.apply()
    house.join("Fans of Linus", house.id_of("grace@contoso.example"))
    house.set("linus@contoso.example", "title", "Boss")

    group, user = house.drift().targets[0].items

    assert (group.privileged, user.privileged) == (False, True)


LIES = [
    cut(1),
    cut(3),
    total_of_the_page(2),
    first_page_for_ever(2),
    *(
        of_lists(lambda query: {**query, "count": 2}, answer)
        for answer in (rows_lost_on_later_pages, a_row_twice, no_total, nobody, nobody_but_a_total)
    ),
    of_lists(answer=one_made_up),
    of_lists(lambda query: {**query, "count": 1}, nobody, path="/Groups"),
]


def test_whatever_a_list_leaves_out_nobody_is_called_missing_who_is_there(house):
    meddle(house)
    before = told(house.drift())
    for hour, lie in enumerate(LIES, start=1):
        house.lie = lie

        (target,) = house.drift(hour / 24).targets

        missing = {item.name for item in target.items if item.drift_class is DriftClass.MISSING}
        assert missing <= {"barbara"}
        members = {item.part for item in target.items if item.drift_class.value == "missing-member"}
        assert members <= {"grace"}
        assert {item.name for item in target.gone} <= {"id:made-up"}
    house.lie = lambda app: app
    assert told(house.drift(1)) == before


def without_members(app, instead=None):
    """Show no members of a group, neither in the list nor alone, but perhaps how many."""

    def hiding(environ, start_response):
        if "/Groups" not in environ["PATH_INFO"] or environ["REQUEST_METHOD"] != "GET":
            return app(environ, start_response)
        body = json.loads(b"".join(app(environ, lambda *_: None)))
        for group in body.get("Resources", [body]):
            group.pop("members", None)
            group.update(instead or {})
        start_response("200 OK", [("Content-Type", "application/scim+json")])
        return [json.dumps(body).encode()]

    return hiding


@pytest.mark.parametrize("instead", [None, {"members": "3 members"}])
def test_of_members_that_are_hidden_nothing_is_said(house, instead):
    meddle(house)
    seen = told(house.drift(0))
    house.lie = partial(without_members, instead=instead)

    drift = house.drift(1)

    (target,) = drift.targets
    assert not [item for item in target.items if item.member]
    assert target.gone == ()
    assert bool(target.unreadable) == bool(instead)
    assert bool(target.unproven) != bool(instead)
    house.lie = lambda app: app
    assert told(house.drift(2)) == seen


def test_a_target_in_quarantine_is_read_and_reported(house):
    house.set("linus@contoso.example", "title", "Boss")
    quarantine = Quarantine(Reason.EXCEPTION, "the token is refused", MORNING, MORNING, MORNING, 1)
    with open_ledger(f"sqlite:///{house.folder}/state/ledger.db") as ledger:
        place = Place("app", house.url)
        ledger.note_quarantine(Page(1, place), quarantine)

    page = render_drift(house.drift())

    assert "in quarantine since 2026-07-01 06:00:00 UTC" in page
    assert "changed: user linus" in page


def test_what_a_hostile_server_says_steers_nobody(house):
    house.make("</details><script>alert(1)</script>@octocat")
    house.make("\x1b[31m| `a` \u202eevil", title="x" * 5000)
    house.set("linus@contoso.example", "title", "\x1b]0;pwned\x07 [a](https://evil.example) #1")

    drift = house.drift()

    text, page = render_drift(drift), render_drift_markdown(drift)
    assert "\x1b" not in text + page
    assert "\u202e" not in text + page
    assert "\\x1b[31m" in text
    assert "<script" not in page.replace("`</details><script>alert(1)</script>@octocat`", "")


def test_what_is_dangerous_among_the_ignored_is_counted_by_itself(house):
    meddle(house)
    house.more["ignores"] = {
        "guests": {
            "target": "app",
            "group": "adm*",
            "class": ["extra-member", "missing-member"],
            "member": "mallory@*",
            "reason": "a guest",
            "until": "2026-07-31",
        },
        "other-members": {
            "target": "app",
            "group": "crew",
            "class": "extra-member",
            "reason": "not seen here",
            "until": "2026-07-31",
        },
    }

    drift = house.drift()

    assert (drift.ignored, drift.ignored_dangers) == (1, 1)
    assert "1 ignored, 1 of them dangerous" in render_drift(drift)
    assert [item.key for item in drift.unused] == ["other-members"]


def test_two_who_manage_each_other_are_missing_once_each(house):
    house.people["ada"]["manager"], house.people["grace"]["manager"] = "grace", "ada"
    manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"
    house.mapping["attributes"] = {**house.mapping["attributes"], manager: "[manager]"}
    house.apply()
    for name in ("ada", "grace"):
        house.delete("Users", f"{name}@contoso.example")

    assert told(house.drift()) == [("missing", "ada", ""), ("missing", "grace", "")]


def test_a_leaver_with_an_inactive_account_that_is_not_ours_is_no_stranger(house):
    house.make("late@contoso.example")
    house.set("late@contoso.example", "active", value=False)
    house.make("sleeping@elsewhere.example")
    house.set("sleeping@elsewhere.example", "active", value=False)
    late = {"userPrincipalName": "late@contoso.example", "accountEnabled": False}
    house.people["late"] = late

    (item,) = house.drift().targets[0].items

    assert item.display == "sleeping@elsewhere.example"
    assert item.why.endswith("; inactive")


def test_a_target_that_is_switched_off_is_not_read(house):
    house.target["provisioning"] = "off"
    house.requests.clear()

    printed = house.type("drift", "--format", "html", "--output", str(house.folder / "drift.html"))

    assert not house.requests
    assert "provisioning is off; nothing is read" in printed.err
    assert (house.folder / "drift.html").read_text().startswith("<!doctype html>")


def test_a_ledger_that_loses_its_tables_is_done_without(house):
    house.set("linus@contoso.example", "title", "Boss")
    with sqlite3.connect(house.folder / "state" / "ledger.db") as connection:
        connection.execute("DROP TABLE sightings")

    drift = house.drift()

    assert told(drift) == [("changed", "linus", "title")]
    assert "Nothing was noted, and ages are not known" in render_drift(drift)


def without(name):
    """Return what leaves one row out of a page, and counts it all the same."""

    def answer(body, _):
        return {**body, "Resources": [row for row in body["Resources"] if row["userName"] != name]}

    return answer


def deaf_by_id(app):
    """Answer nobody who asks for one object."""

    def answer(environ, start_response):
        if environ["PATH_INFO"].rstrip("/").endswith(("/Users", "/Groups")):
            return app(environ, start_response)
        return refusing("500 Broken")(app)(environ, start_response)

    return answer


def test_one_bad_night_is_no_good_news_and_what_was_mended_is_known_all_the_same(house):
    mallory = house.make("mallory@evil.example")
    house.set("ada@contoso.example", "title", "Boss")
    house.drift(0)
    house.set("ada@contoso.example", "title", "Engineer")
    hiding = of_lists(answer=without("mallory@evil.example"))
    house.lie = lambda app: deaf_by_id(hiding(app))

    drift = house.drift(1, pause=lambda _: None)

    (target,) = drift.targets
    assert [item.name for item in target.gone] == ["ada"]
    assert [item.name for item in target.unsure] == [f"id:{mallory}"]
    assert code_of_drift(drift, detailed=True) == 2
    assert "1 seen before and not known to be gone" in render_drift(drift)
    (later,) = house.drift(8, pause=lambda _: None).targets
    assert [item.name for item in later.gone] == [f"id:{mallory}"]


def test_who_is_hidden_by_a_list_is_asked_for_and_is_still_there(house):
    mallory = house.make("mallory@evil.example")
    house.drift(0)
    house.lie = of_lists(answer=without("mallory@evil.example"))
    house.requests.clear()

    drift = house.drift(1)

    (target,) = drift.targets
    assert told(drift) == [("unmanaged", f"id:{mallory}", "")]
    assert (target.items[0].sighting.times, target.unsure) == (2, ())
    assert "asked by id for who was seen before and is not listed: 1 there, 0 gone" in (
        target.evidence
    )
    assert set(house.requests) == {"GET"}


def test_where_no_list_proves_anything_a_question_by_name_proves_that_it_is_over(house):
    house.lie = of_lists(answer=no_total)
    engineers = {"attribute": "jobTitle", "operator": "equals", "value": "Engineer"}
    house.more["scopes"] = {"staff": [{"name": "Engineers", "all": [engineers]}]}
    house.target["users"] = {"mapping": "people", "filter": "staff"}
    house.people["late"] = {"userPrincipalName": "late@contoso.example", "jobTitle": "Guest"}
    house.make("late@contoso.example")
    mallory = house.make("mallory@evil.example")
    house.join("Crew", mallory)
    house.leave("Admins", house.id_of("ada@contoso.example"))
    house.set("linus@contoso.example", "title", "Boss")
    first = house.drift(0)
    assert not first.targets[0].complete
    seen = {("extra-member", "crew"), ("unmanaged", "late"), ("unmanaged", f"id:{mallory}")}
    assert seen <= {(name, key) for name, key, _ in told(first)}
    for name in ("late@contoso.example", "mallory@evil.example"):
        house.delete("Users", name)
    house.join("Admins", house.id_of("ada@contoso.example"))
    house.set("linus@contoso.example", "title", "Engineer")

    drift = house.drift(1)

    (target,) = drift.targets
    assert told(drift) == []
    assert target.unsure == ()
    page = render_drift(drift)
    assert f"✓ unmanaged: user id:{mallory} (mallory@evil.example); it lasted" in page
    assert {(item.drift_class.value, item.name) for item in target.gone} == {
        (drift_class, name) for drift_class, name, _ in told(first)
    }
    assert code_of_drift(drift, detailed=True) == 0


def test_a_server_that_finds_nobody_by_id_proves_nothing_by_that(house):
    mallory = house.make("mallory@evil.example")
    house.drift(0)
    hiding = of_lists(answer=without("mallory@evil.example"))

    def blind(app):
        def answer(environ, start_response):
            is_list = environ["PATH_INFO"].rstrip("/").endswith(("/Users", "/Groups"))
            found = hiding(app) if is_list else refusing("404 Not Found")(app)
            return found(environ, start_response)

        return answer

    house.lie = blind

    assert [item.name for item in house.drift(1).targets[0].unsure] == [f"id:{mallory}"]


def test_who_has_a_missing_manager_was_not_changed_but_whoever_got_another_was(house):
    manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"
    house.mapping["attributes"] = {**house.mapping["attributes"], manager: "[manager]"}
    for key in ("ada", "linus", "barbara"):
        house.people[key]["manager"] = "grace"
    house.apply()
    house.set("barbara@contoso.example", manager, {"value": house.id_of("ada@contoso.example")})
    house.delete("Users", "grace@contoso.example")

    drift = house.drift()

    gone, other = drift.targets[0].items
    assert (gone.name, gone.along, gone.referred) == ("grace", 1, 2)
    assert "is not there, and with it 1 membership and 2 references to it" in render_drift(drift)
    assert (other.name, other.drift_class) == ("barbara", DriftClass.CHANGED)
