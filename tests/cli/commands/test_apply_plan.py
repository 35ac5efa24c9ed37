"""`apply PLAN` against the embedded server over HTTP, with a key and without, and meddlers."""

import json
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from reconciler.cli.apply import approval
from reconciler.sandbox import open_sandbox
from reconciler.sandbox.serve import serving

KEY = "0f" * 32
OLD = "1e" * 32
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"


@pytest.fixture
def app(desk, monkeypatch):
    """A served target, and what somebody does to it by hand."""
    for name in ("RECONCILER_PLAN_KEY", "RECONCILER_PLAN_KEY_OLD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RECONCILER_TEST_TOKEN", "token-token-token-token")
    with (
        open_sandbox(None, target="app") as sandbox,
        serving({"app": sandbox.app}, host="127.0.0.1") as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}/app/scim/v2") as client,
    ):
        actions = ["create", "update", "disable", "delete"]
        desk.document["targets"]["app"] |= {
            "url": str(client.base_url),
            "users": {"mapping": "people", "actions": actions},
            "removed": "delete",
            "limits": {"removals": {"percent": 10, "floor": 3}},
        }
        desk.document["mappings"] = {
            "people": {
                "for": "user",
                "attributes": {
                    "userName": {"expression": "[userPrincipalName]", "match": 1},
                    "displayName": "[displayName]",
                    "title": "[jobTitle]",
                    "active": 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
                },
            }
        }
        yield App(desk, client, monkeypatch)


class App:
    def __init__(self, desk, client, patch):
        self.desk = desk
        self.client = client
        self.set = patch.setenv
        self.unset = patch.delenv
        self.file = desk.folder / "plan.json"

    def mapping(self, **attributes):
        self.desk.document["mappings"]["people"]["attributes"] |= attributes

    def settle(self):
        self.desk.type("apply", "--yes")

    def plan(self, *options):
        self.desk.type("plan", "--format", "json", "--output", str(self.file), *options)
        return json.loads(self.file.read_text())

    def apply(self, *options, code=0):
        told = self.desk.type(
            "apply", str(self.file), "--yes", "--format", "json", *options, code=code
        )
        return json.loads(told.out) if told.out else None, told.err

    def found(self, kind, name):
        listed = self.client.get(f"/{kind}", params={"count": 100}).json()["Resources"]
        matching = (
            item for item in listed if name in {item.get("userName"), item.get("displayName")}
        )
        return next(matching, None)

    def user(self, number):
        return self.found("Users", f"u{number:02}@contoso.example")

    def change(self, resource, **values):
        """Change a live object by hand."""
        kind = "Groups" if resource["meta"]["resourceType"] == "Group" else "Users"
        operations = [{"op": "replace", "value": values}]
        body = {"schemas": [PATCH], "Operations": operations}
        assert self.client.patch(f"/{kind}/{resource['id']}", json=body).is_success

    def post(self, number, **values):
        """Make an account by hand."""
        body = {"schemas": [USER], "userName": f"u{number:02}@contoso.example", **values}
        return self.client.post("/Users", json=body).raise_for_status().json()

    def remove(self, resource):
        """Delete a live object by hand."""
        path = urlsplit(resource["meta"]["location"]).path
        self.client.delete(f"/{path.split('/v2/')[1]}").raise_for_status()

    def everything(self):
        return [
            self.client.get(f"/{kind}", params={"count": 100}).json()["Resources"]
            for kind in ("Users", "Groups")
        ]


def person(number, **more):
    return {
        "userPrincipalName": f"u{number:02}@contoso.example",
        "displayName": f"User {number}",
        "jobTitle": "Engineer",
        **more,
    }


@pytest.fixture
def leaving(app):
    """Five of twelve left the YAML: more than may."""
    app.settle()
    for number in range(4, 9):
        del app.desk.document["users"][f"u{number:02}"]
    return app


# --- what somebody does at the target between approval and apply, for every action -------------


@pytest.fixture
def busy(app):
    """A plan with every action there is: somebody is in it for each."""
    people = app.desk.document["users"]
    app.settle()
    app.change(app.user(4), active=False)
    app.post(21, title="Engineer")
    people["u20"] = person(20)
    people["u21"] = person(21)
    people["u03"]["jobTitle"] = "Lead"
    people["u05"]["accountEnabled"] = False
    del people["u06"]
    app.desk.document["groups"]["crew"]["members"] = ["u00", "u07"]
    return app


ACTIONS = {
    "app/user/u20": "create",
    "app/user/u21": "adopt",
    "app/user/u03": "update",
    "app/user/u04": "enable",
    "app/user/u05": "disable",
    "app/user/u06": "delete",
    "app/group/crew/add-members": "add-members",
    "app/group/crew/remove-members": "remove-members",
}


def test_every_approved_change_happens_where_nobody_meddled_and_once(busy):
    changes = busy.plan()["targets"][0]["changes"]
    assert {item["id"]: item["action"] for item in changes} == ACTIONS

    run, _ = busy.apply()

    assert run["summary"]["done"] == len(ACTIONS)
    run, _ = busy.apply()
    assert (run["outcomes"], run["stale"]) == ([], [])


def test_every_approved_change_is_dropped_where_somebody_meddled_and_the_run_says_why(busy):
    busy.plan()
    busy.post(20, title="Impostor")
    busy.change(busy.user(21), displayName="Somebody else")
    busy.change(busy.user(3), title="Intern")
    busy.change(busy.user(4), title="Intern")
    disabled, deleted = busy.user(5), busy.user(6)
    busy.remove(disabled)
    again = busy.post(5, externalId=disabled["externalId"], active=True)
    busy.change(deleted, externalId="theirs")
    crew = busy.found("Groups", "Crew")
    busy.remove(crew)
    other = busy.client.post(
        "/Groups", json={"schemas": [GROUP], "displayName": "Crew", "members": crew["members"]}
    ).json()
    before = busy.everything()

    run, _ = busy.apply(code=5)

    assert busy.everything() == before
    assert run["outcomes"] == []
    assert {item["id"]: item["why"] for item in run["dropped"]} == {
        "app/user/u20": "create was approved, and now it would be adopt",
        "app/user/u21": 'displayName was approved as (none) → "User 21", and would now be '
        '"Somebody else" → "User 21"',
        "app/user/u03": 'title was approved as "Engineer" → "Lead", and would now be '
        '"Intern" → "Lead"',
        "app/user/u04": "title would change too, which nobody approved",
        "app/user/u05": f"it was approved for the live object {disabled['id']}, and is now "
        f"{again['id']}",
        "app/user/u06": f"the live object {deleted['id']} is not ours any more: not in the YAML; "
        "bears the externalId 'theirs'",
        "app/group/crew/add-members": f"it was approved for the live object {crew['id']}, and is "
        f"now {other['id']}",
        "app/group/crew/remove-members": f"it was approved for the live object {crew['id']}, and "
        f"is now {other['id']}",
    }
    assert {item["next"] for item in run["dropped"]} == {
        "Plan again, and have the new plan approved."
    }


def test_what_is_nobodys_wish_any_more_is_dropped(app):
    app.settle()
    app.desk.document["users"]["u03"]["jobTitle"] = "Lead"
    app.plan()
    app.desk.document["users"]["u03"]["jobTitle"] = "Engineer"
    run, _ = app.apply(code=5)
    assert run["dropped"][0]["why"] == (
        'title was approved as "Lead", and the YAML now asks for another value'
    )


# --- sensitive values --------------------------------------------------------------------------


@pytest.fixture
def secretive(app):
    """Titles are sensitive, and somebody gets a new one."""
    app.mapping(title={"expression": "[jobTitle]", "sensitive": True})
    app.settle()
    app.desk.document["users"]["u03"]["jobTitle"] = "Lead"
    return app


def test_without_a_key_a_sensitive_operation_is_named_and_the_way_to_go_on(secretive):
    secretive.plan()
    run, _ = secretive.apply(code=5)
    assert run["dropped"] == [
        {
            "id": "app/user/u03",
            "why": "title is sensitive, and nothing that can be checked stands for its value",
            "next": "Plan again with RECONCILER_PLAN_KEY set, as it is for the apply, or apply "
            "without a plan file.",
        }
    ]
    assert secretive.user(3)["title"] == "Engineer"


def test_with_the_key_a_sensitive_operation_is_applied_from_a_file(secretive):
    secretive.set("RECONCILER_PLAN_KEY", KEY)
    text = json.dumps(secretive.plan())
    assert "Lead" not in text
    assert "Engineer" not in text
    run, _ = secretive.apply()
    assert run["summary"]["done"] == 1
    assert secretive.user(3)["title"] == "Lead"


def test_with_the_key_another_sensitive_value_is_dropped_and_not_shown(secretive):
    secretive.set("RECONCILER_PLAN_KEY", KEY)
    secretive.plan()
    secretive.change(secretive.user(3), title="Meddler")
    run, told = secretive.apply(code=5)
    assert run["dropped"][0]["why"] == "title (sensitive) is another change now"
    assert "Meddler" not in told + json.dumps(run)


def test_equal_values_of_two_people_do_not_look_equal(secretive):
    secretive.set("RECONCILER_PLAN_KEY", KEY)
    secretive.desk.document["users"]["u04"]["jobTitle"] = "Lead"
    changes = secretive.plan()["targets"][0]["changes"]
    codes = [item[side]["hmac"] for one in changes for item in one["attributes"] for side in
             ("before", "after")]  # fmt: skip
    assert len(codes) == len(set(codes)) == 4


# --- Now() -------------------------------------------------------------------------------------


def test_what_now_gave_in_the_plan_is_what_is_sent(app):
    app.mapping(nickName={"expression": "Now()", "apply": "create"})
    (planned,) = {
        item["after"]
        for change in app.plan()["targets"][0]["changes"]
        for item in change["attributes"]
        if item["path"] == "nickName"
    }
    run, _ = app.apply()
    assert run["summary"]["stale"] == 0
    assert app.user(3)["nickName"] == planned


# --- age ---------------------------------------------------------------------------------------


@contextmanager
def later(monkeypatch, **time):
    """Let the age of a plan file be judged at another moment."""
    honest = approval.require_fresh

    def judged(approved, *, now, max_age):
        honest(approved, now=now + timedelta(**time), max_age=max_age)

    with monkeypatch.context() as patch:
        patch.setattr("reconciler.cli.commands.apply.require_fresh", judged)
        yield


def test_a_plan_that_is_too_old_is_stale(app, monkeypatch):
    app.plan()
    with later(monkeypatch, days=8):
        run, told = app.apply(code=5)
        assert run is None
        assert "Error: the plan is 8 days old, and may be 7 days\n" in told
        assert (
            "Next: Plan again, and have the new plan approved; or allow more with --max-a" in told
        )
        app.apply("--max-age", "30d", "--target", "app")
    with later(monkeypatch, minutes=90):
        app.apply("--max-age", "1h", code=5)
        app.apply("--max-age", "1h31m")


def test_a_plan_from_the_future_is_refused(app, monkeypatch):
    app.plan()
    with later(monkeypatch, hours=-3):
        _, told = app.apply(code=1)
    assert "Error: the plan file says that it was made 2 hours from now\n" in told


@pytest.mark.parametrize("age", ["7", "d", "", "-1d", "0d", "1h1d", "٣d"])
def test_an_age_that_is_none_is_wrong_usage(app, age):
    app.plan()
    assert "is no time; write it like 50m" in app.apply("--max-age", age, code=1)[1]


def test_an_age_without_a_plan_file_is_wrong_usage(desk):
    told = desk.type("apply", "--sandbox", "--yes", "--max-age", "7d", code=1)
    assert "--max-age says how old PLAN may be" in told.err


# --- signatures --------------------------------------------------------------------------------


def test_a_signed_plan_is_applied_with_its_key_and_with_the_one_before(app):
    app.set("RECONCILER_PLAN_KEY", KEY)
    signed = app.plan()["signature"]
    assert signed["algorithm"] == "hmac-sha256"
    app.apply()
    app.set("RECONCILER_PLAN_KEY", OLD)
    app.set("RECONCILER_PLAN_KEY_OLD", KEY)
    app.apply()
    assert app.plan()["signature"]["key_id"] != signed["key_id"]
    app.unset("RECONCILER_PLAN_KEY_OLD")
    app.apply()


def test_an_unsigned_plan_is_refused_where_there_is_a_key(app):
    app.plan()
    app.set("RECONCILER_PLAN_KEY", KEY)
    _, told = app.apply(code=1)
    assert "Error: the plan file is not signed, so anybody may have written it\n" in told
    assert "Next: Make a new one with RECONCILER_PLAN_KEY set: reconciler plan --format" in told
    assert app.user(3) is None


def test_a_plan_of_another_key_is_refused_and_both_are_named_by_id(app):
    app.set("RECONCILER_PLAN_KEY", KEY)
    signed = app.plan()["signature"]["key_id"]
    app.set("RECONCILER_PLAN_KEY", OLD)
    _, told = app.apply(code=1)
    assert f"the plan file is signed with the key {signed}, not with ours, " in told
    assert KEY not in told


def test_a_signed_plan_without_the_key_is_applied_by_its_fingerprint_and_that_is_said(app):
    app.set("RECONCILER_PLAN_KEY", KEY)
    app.plan()
    app.unset("RECONCILER_PLAN_KEY")
    _, told = app.apply()
    assert "signed, but RECONCILER_PLAN_KEY is not set: only its fingerprint was checked" in told


def test_a_key_that_could_be_guessed_or_stands_alone_is_refused(app):
    app.set("RECONCILER_PLAN_KEY", "short-key")
    told = app.desk.type("plan", "--format", "json", code=1)
    assert told.err == (
        "Error: RECONCILER_PLAN_KEY has fewer than 32 characters: it could be guessed\n"
        "Next: Make a key: openssl rand -hex 32\n"
    )
    app.unset("RECONCILER_PLAN_KEY")
    app.plan()
    app.set("RECONCILER_PLAN_KEY_OLD", OLD)
    assert "RECONCILER_PLAN_KEY_OLD is set, but RECONCILER_PLAN_KEY is not" in app.apply(code=1)[1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("why", "somebody said so"),
        ("held_by", []),
        ("origin", "this_change"),
        ("display", "User 4"),
        ("at", "all.yaml:1"),
    ],
)
def test_what_the_fingerprint_does_not_cover_is_covered_by_the_signature(leaving, name, value):
    leaving.set("RECONCILER_PLAN_KEY", KEY)
    document = leaving.plan()
    change = document["targets"][0]["changes"][0]
    assert change[name] != value
    change[name] = value
    leaving.file.write_text(json.dumps(document))
    told = leaving.apply(code=1)[1]
    assert "Error: the plan file was altered: its signature does not fit\n" in told


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("created",), "2026-01-01T00:00:00Z"),
        (("moment",), None),
        (("desired", "digest"), "0" * 64),
        (("targets", 0, "violations", 0, "accept"), "removals:" + "0" * 64),
        (("targets", 0, "violations"), []),
        (("targets", 0, "live", "complete"), False),
        (("signature", "algorithm"), "none"),
        (("novelty",), 1),
    ],
)
def test_so_is_the_rest_of_the_file(leaving, place, value):
    leaving.set("RECONCILER_PLAN_KEY", KEY)
    document = part = leaving.plan()
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    leaving.file.write_text(json.dumps(document))
    assert "Error: the plan file " in leaving.apply(code=1)[1]
    assert leaving.user(4)["active"]


# --- acceptances -------------------------------------------------------------------------------


def test_an_acceptance_of_the_approved_plan_lets_pass_what_it_shows(leaving):
    mark = leaving.plan()["fingerprint"]
    _, told = leaving.apply(code=3)
    told = told.split("To let what is held happen: ")[1].strip()
    assert told == (
        f"reconciler apply {leaving.file} --desired-state {leaving.desk.folder}/desired-state "
        f"--state-dir {leaving.desk.folder}/state --accept removals:{mark[:16]}"
    )
    run, _ = leaving.apply("--accept", f"removals:{mark[:16]}")
    assert run["summary"]["done"] == 5


def test_what_a_guard_holds_only_since_the_approval_cannot_be_accepted_for_that_plan(app):
    app.settle()
    for number in range(4, 7):
        del app.desk.document["users"][f"u{number:02}"]
    plan = app.plan()
    assert plan["targets"][0]["violations"] == []
    for number in range(7, 9):
        del app.desk.document["users"][f"u{number:02}"]
    run, told = app.apply("--accept", f"removals:{plan['fingerprint']}", code=3)
    assert run["summary"]["held"] == 3
    assert "The approved plan does not show this, so it cannot be accepted there." in told
    assert "--accept removals: what removals holds at app it does not hold in the approved" in told
    assert "To let what is held happen" not in told


def test_a_policy_is_accepted_for_a_plan_file_as_a_guard_is(app):
    app.settle()
    app.desk.document["groups"]["boss"] = {"displayName": "Boss", "members": ["u01", "u02"]}
    app.desk.document["policies"] = {
        "pay-or-approve": {
            "kind": "separation",
            "of": [{"group": "crew"}, {"group": "boss"}],
            "message": "whoever is in the crew is no boss",
        }
    }
    mark = app.plan()["fingerprint"]
    run, told = app.apply(code=3)
    assert run["summary"]["held"] == 1
    assert f"--accept policy:pay-or-approve:{mark[:16]}" in told
    run, _ = app.apply("--accept", f"policy:pay-or-approve:{mark[:16]}")
    assert (run["summary"]["done"], run["summary"]["held"]) == (1, 0)
    assert len(app.found("Groups", "Boss")["members"]) == 2


def test_an_acceptance_holds_for_the_target_where_the_approved_plan_shows_it(leaving):
    desk = leaving.desk
    desk.document["targets"]["two"] = desk.document["targets"]["app"] | {"scope": "assigned"}
    mark = leaving.plan()["fingerprint"]
    run, _ = leaving.apply("--accept", f"removals:{mark}", "--target", "app")
    assert run["summary"]["done"] == 5
