"""People are told of runs: a real target, mail server and webhook, and faults in each of them."""

import json
import shlex
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import httpx
import pytest

from reconciler.cli.boundary import run
from reconciler.cli.loop.cycles import Health, run_cycles
from reconciler.cli.options.settings import Settings
from reconciler.sandbox import open_sandbox
from reconciler.sandbox.serve import serving
from tests.notify.conftest import hook_service, mail_service

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
HELD = 3
FAILED = 4


@pytest.fixture
def hook():
    with hook_service() as found:
        yield found


@pytest.fixture
def office(desk, monkeypatch, hook):
    """A target that tells a mailbox and a webhook, and refuses whom it is told to refuse."""
    for name in ("RECONCILER_SMTP_PASSWORD", "RECONCILER_SMTP_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RECONCILER_TEST_TOKEN", "token-token-token-token")
    monkeypatch.setenv("OPS_HOOK", hook.url)
    monkeypatch.setenv("RECONCILER_SMTP_FROM", "robot@contoso.example")
    with (
        open_sandbox(None, target="app") as sandbox,
        serving({"app": (app := Refusing(sandbox.app))}, host="127.0.0.1") as port,
        mail_service() as box,
    ):
        monkeypatch.setenv("RECONCILER_SMTP_URL", f"smtp://127.0.0.1:{box.port}")
        desk.document["targets"]["app"] |= {
            "url": f"http://127.0.0.1:{port}/app/scim/v2",
            "groups": {"provision": "none"},
            "service": {"retries": 0},
            "limits": {"removals": {"percent": 10, "floor": 3}},
            "notify": {
                "email": ["ops@contoso.example"],
                "webhook": {"url": {"env": "OPS_HOOK"}, "format": "json"},
            },
        }
        yield Office(desk, app, box, hook, monkeypatch)


class Refusing:
    """An app that says no to writes about some names, or lets nobody in."""

    def __init__(self, app):
        self.app = app
        self.names, self.is_closed, self.detail = (), False, "no"

    def __call__(self, environ, start_response):
        size = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(size)
        if self.is_closed:
            start_response("401 No", [("Content-Type", "application/json")])
            return [b"{}"]
        if any(name.encode() in body for name in self.names):
            start_response("400 No", [("Content-Type", "application/scim+json")])
            return [
                json.dumps({"status": "400", "scimType": "invalidValue", "detail": "no"}).encode()
            ]
        environ["wsgi.input"] = __import__("io").BytesIO(body)
        return self.app(environ, start_response)


class Office:
    def __init__(self, desk, app, box, hook, patch):
        self.desk = desk
        self.app = app
        self.box = box
        self.hook = hook
        self.set = patch.setenv

    def refuse(self, *names, closed=False, detail="no"):
        self.app.names, self.app.is_closed, self.app.detail = names, closed, detail

    def notify(self, **given):
        self.desk.document["targets"]["app"]["notify"] |= given

    def apply(self, *options, code=0):
        self.box.letters.clear()
        self.hook.posted.clear()
        return self.desk.type("apply", "--yes", *options, code=code)

    @property
    def subjects(self):
        """The subjects of the letters of the last run, and of what was posted."""
        letters = [message_from_bytes(item.content, policy=default) for item in self.box.letters]
        posted = [json.loads(body) for _, _, body in self.hook.posted]
        return [item["Subject"] for item in letters], [item["subject"] for item in posted]

    def told(self, *subjects):
        expected = [f"[reconciler] app: {item}" for item in subjects]
        assert self.subjects == (expected, expected)


def remove(desk, *numbers):
    for number in numbers:
        del desk.document["users"][f"u{number:02}"]


def test_each_cause_is_told_once_and_again_when_there_is_more_and_when_it_is_over(office):
    office.refuse("u03@", "u04@")
    office.apply(code=FAILED)
    office.told("2 changes failed")
    (letter,) = office.box.letters
    text = message_from_bytes(letter.content, policy=default).get_content()
    assert "  create user u03 (u03@contoso.example): the scope is all (all.yaml:27): 400 " in text
    assert "    reconciler history show 1 --target app --state-dir " in text
    assert "Run 1 at " in text
    assert letter.rcpt_tos == ["ops@contoso.example"]

    office.apply(code=FAILED)
    office.told()

    office.refuse("u03@", "u04@", "u20@")
    office.desk.document["users"]["u20"] = dict(office.desk.document["users"]["u00"]) | {
        "userPrincipalName": "u20@contoso.example",
        "mail": "u20@contoso.example",
    }
    office.apply(code=FAILED)
    office.told("3 changes failed")
    (cause,) = json.loads(office.hook.posted[0][2])["causes"]
    assert cause["state"] == "more"
    (line,) = cause["lines"]
    assert line.startswith("create user u20 (u20@contoso.example): ")

    office.refuse()
    office.apply()
    office.told("over: 3 changes failed")
    office.apply()
    office.told()


def test_what_is_held_is_told_with_the_command_that_lets_just_that_happen(office):
    office.apply()
    remove(office.desk, *range(4, 9))
    office.apply(code=HELD)
    office.told("removals holds 5 changes")
    (cause,) = json.loads(office.hook.posted[0][2])["causes"]
    assert cause["said"][0].startswith("5 of our 12 live accounts would be disabled or deleted; ")
    assert cause["lines"][0].startswith("disable user u04 (u04@contoso.example): gone from the ")
    command = cause["steps"][0]["command"]
    office.apply(code=HELD)
    office.told()
    office.box.letters.clear()
    office.desk.type(*pasted(command), "--yes")
    assert office.subjects[0] == ["[reconciler] app: over: removals holds 5 changes"]


def pasted(command):
    """Return what a command says, without the places that `Desk` adds itself."""
    name, *words = shlex.split(command)
    assert name == "reconciler"
    places = ("--desired-state", "--state-dir")
    before = [None, *words]
    return [word for word, last in zip(words, before, strict=False) if not {word, last} & {*places}]


def test_a_notice_of_one_target_names_the_command_for_it_though_another_failed(office):
    office.apply()
    desk = office.desk
    desk.document["targets"]["away"] = dict(desk.document["targets"]["app"]) | {
        "url": "http://127.0.0.1:1/scim/v2"
    }
    remove(desk, *range(4, 9))
    told = office.apply(code=FAILED)
    posted = [json.loads(body) for _, _, body in office.hook.posted]
    (held,) = [cause for item in posted for cause in item["causes"] if cause["event"] == "held"]
    command = held["steps"][0]["command"]
    assert f"To let what is held happen: {command}\n" in told.err
    desk.type(*pasted(command), "--yes")
    (failed,) = [item for item in posted if item["target"] == "away"]
    assert failed["url"] == "http://127.0.0.1:1/scim/v2"
    check, leave = [cause["steps"][0]["command"] for cause in failed["causes"]]
    assert check.startswith("reconciler check ")
    assert leave.startswith("reconciler apply --leave-quarantine ")
    assert " --target away " in check
    assert " --target away " in leave


def test_a_target_that_lets_nobody_in_is_told_with_its_quarantine_and_then_left_in_peace(office):
    office.apply()
    office.refuse(closed=True)
    office.apply(code=FAILED)
    office.told("the target failed; it is in quarantine (EncounteredQuarantineException)")
    office.apply(code=FAILED)
    office.told()
    office.refuse()
    office.apply("--leave-quarantine")
    office.told("over: the target failed; it is in quarantine (EncounteredQuarantineException)")


def test_a_failure_that_drift_sees_is_the_one_that_an_apply_told_of(office):
    office.refuse(closed=True)
    office.apply(code=FAILED)
    office.told("the target failed; it is in quarantine (EncounteredQuarantineException)")
    drift(office, code=FAILED)
    office.told()
    office.refuse()
    drift(office)
    subjects, _ = office.subjects
    assert subjects[0].startswith("[reconciler] app: drift: 12 missing")


def test_only_what_was_asked_for_is_told(office):
    office.notify(on=["held"])
    office.refuse("u03@")
    office.apply(code=FAILED)
    office.told()


def test_the_embedded_server_tells_nobody(office):
    office.desk.type("apply", "--sandbox", "--yes")
    remove(office.desk, *range(4, 9))
    office.desk.type("apply", "--sandbox", "--yes", code=HELD)
    assert (office.box.letters, office.hook.posted) == ([], [])


def test_one_person_on_demand_adds_to_what_is_known_and_ends_nothing(office):
    office.refuse("u03@", "u04@")
    office.apply(code=FAILED)
    office.apply("--user", "u05")
    office.told()
    office.apply("--user", "u03", code=FAILED)
    office.told()
    office.refuse()
    office.apply()
    office.told("over: 2 changes failed")


def test_slack_gets_blocks(office):
    office.notify(webhook={"url": {"env": "OPS_HOOK"}, "format": "slack"})
    office.refuse("u03@")
    office.apply(code=FAILED)
    document = json.loads(office.hook.posted[0][2])
    assert document["text"] == "[reconciler] app: 1 change failed"
    assert document["blocks"][2]["text"]["text"].startswith(
        "1 change failed\n• Of 12 changes 1 failed.\n• create user u03 (u03@contoso.example)"
    )


def drift(office, code=0):
    office.box.letters.clear()
    office.hook.posted.clear()
    return office.desk.type("drift", code=code)


def test_drift_is_told_class_by_class_and_ends_where_nothing_differs(office):
    office.apply()
    drift(office)
    office.told()
    url = office.desk.document["targets"]["app"]["url"]
    (found,) = httpx.get(
        f"{url}/Users", params={"filter": 'userName eq "u03@contoso.example"'}
    ).json()["Resources"]
    operations = [{"op": "replace", "path": "title", "value": "Boss\u202e"}]
    body = {"schemas": [PATCH], "Operations": operations}
    httpx.patch(f"{url}/Users/{found['id']}", json=body).raise_for_status()

    drift(office)
    office.told("drift: 1 changed")
    (cause,) = json.loads(office.hook.posted[0][2])["causes"]
    assert cause["lines"] == [
        'user u03 (u03@contoso.example): title is "Boss\\u202e", expected "Engineer" (all.yaml:32)'
    ]
    assert [step["command"].partition(" --state-dir")[0] for step in cause["steps"]] == [
        f"reconciler drift --desired-state {office.desk.folder}/desired-state --target app",
        f"reconciler apply --desired-state {office.desk.folder}/desired-state --target app",
        "",
    ]
    drift(office)
    office.told()
    office.apply()
    office.told()
    drift(office)
    office.told("over: drift: 1 changed")


# --- what cannot be sent -----------------------------------------------------------------------


def fail_by_dead_server(office):
    office.set("RECONCILER_SMTP_URL", "smtp://127.0.0.1:1")
    return "the mail server cannot be reached"


def fail_by_no_setting(office):
    office.set("RECONCILER_SMTP_URL", "")
    return "RECONCILER_SMTP_URL is not set"


def fail_by_missing_password(office):
    office.set("RECONCILER_SMTP_URL", f"smtp://robot@127.0.0.1:{office.box.port}")
    office.set("RECONCILER_SMTP_PASSWORD_FILE", "not-there")
    return "the file of RECONCILER_SMTP_PASSWORD_FILE cannot be read: No such file or directory"


def fail_by_refusal(office):
    office.notify(email=["nobody@contoso.example"])
    return "the mail server refused every address"


@pytest.mark.parametrize(
    "spoil", [fail_by_dead_server, fail_by_no_setting, fail_by_missing_password, fail_by_refusal]
)
def test_a_letter_that_cannot_be_sent_changes_nothing_but_is_said_and_recorded(office, spoil):
    why = spoil(office)
    office.refuse("u03@")
    told = office.apply("--format", "json", code=FAILED)
    assert f"Not told by e-mail: app: 1 change failed: {why}." in told.err
    record = json.loads(told.out)
    assert record["notices"] == [
        {"target": "app", "channel": "email", "sent": False, "remark": why},
        {"target": "app", "channel": "webhook", "sent": True, "remark": ""},
    ]
    assert record["summary"]["done"] == 11
    shown = " ".join(history(office).split())
    assert f" not told app: by email: {why} " in shown
    assert " told app: by webhook " in shown


def history(office):
    arguments = ["history", "show", "1", "--state-dir", str(office.desk.folder / "state")]
    assert run(arguments) == 0
    return office.desk.capture.readouterr().out


def test_what_could_not_be_sent_is_sent_after_the_next_run_by_the_way_that_failed(office):
    fail_by_dead_server(office)
    office.refuse("u03@")
    office.apply(code=FAILED)
    office.set("RECONCILER_SMTP_URL", f"smtp://127.0.0.1:{office.box.port}")
    office.apply(code=FAILED)
    assert office.subjects == (["[reconciler] app: 1 change failed"], [])
    office.apply(code=FAILED)
    office.told()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.example/secret-path", "the webhook's URL must begin with https://"),
        ("", "the webhook's URL is not set"),
        ("http://127.0.0.1:1/secret-path", "the webhook cannot be reached"),
    ],
)
def test_a_webhook_that_cannot_be_posted_to_is_named_by_its_variable_or_not_at_all(
    office, url, why
):
    office.set("OPS_HOOK", url)
    office.refuse("u03@")
    told = office.apply("-vv", code=FAILED)
    assert f"Not told by webhook: app: 1 change failed: {why}" in told.err
    assert "secret-path" not in told.err + told.out + history(office)


def test_no_url_of_a_webhook_and_no_password_stands_anywhere(office):
    secret = "pass-word-of-the-robot"
    office.set("RECONCILER_SMTP_URL", f"smtp://robot@127.0.0.1:{office.box.port}")
    office.set("RECONCILER_SMTP_PASSWORD", secret)
    office.hook.status = 500
    office.refuse("u03@")
    told = office.apply("-vv", "--log-format", "json", code=FAILED)
    assert "the webhook answered 500" in told.err
    left = [path.read_bytes() for path in office.desk.folder.rglob("*") if path.is_file()]
    everything = b"".join(left) + (told.err + told.out).encode()
    assert office.hook.url.encode() not in everything
    assert b"secret-path" not in everything
    assert secret.encode() not in everything


def test_check_says_where_notices_go_and_sends_none(office):
    told = " ".join(office.desk.type("check").out.split())
    where = f"by 127.0.0.1:{office.box.port} without TLS, to this very machine"
    assert f"{where}, from robot@contoso.example" in told
    assert "its URL is in env:OPS_HOOK" in told
    assert "secret-path" not in told
    office.set("RECONCILER_SMTP_URL", "")
    office.set("OPS_HOOK", "http://hooks.example/secret-path")
    told = " ".join(office.desk.type("check").out.split())
    assert "RECONCILER_SMTP_URL is not set" in told
    assert "env:OPS_HOOK: the webhook's URL must begin with https://" in told
    assert "secret-path" not in told
    assert (office.box.letters, office.hook.posted) == ([], [])


def test_several_targets_do_not_wait_for_one_dead_server_each(office):
    fail_by_dead_server(office)
    desk = office.desk
    desk.document["targets"]["two"] = dict(desk.document["targets"]["app"])
    desk.document["targets"]["two"]["url"] += "/"
    office.refuse(closed=True)
    told = office.apply("--format", "json", code=FAILED)
    remarks = [item["remark"] for item in json.loads(told.out)["notices"]]
    assert remarks == [
        "the mail server cannot be reached",
        "",
        "the mail server cannot be reached",
        "",
    ]


def test_a_ledger_in_postgresql_knows_what_was_told(office, postgres):
    office.refuse("u03@")
    office.apply("--ledger", postgres, code=FAILED)
    office.told("1 change failed")
    office.apply("--ledger", postgres, code=FAILED)
    office.told()
    office.refuse()
    office.apply("--ledger", postgres)
    office.told("over: 1 change failed")


def test_what_a_hostile_server_says_ends_no_header_and_steers_nobody(office):
    office.refuse("u03@", detail="\r\nBcc: x@evil.example\x1b[31m \u202egnp <!channel> @all")
    office.apply(code=FAILED)
    (letter,) = office.box.letters
    message = message_from_bytes(letter.content, policy=default)
    assert letter.rcpt_tos == ["ops@contoso.example"]
    assert "Bcc" not in message
    text = message.get_content()
    assert "POST Users: " in text
    assert not {"\x1b", "\u202e"} & set(text)
    assert all(not line.startswith("Bcc") for line in text.splitlines())


def test_in_a_loop_what_cannot_be_sent_as_before_is_said_in_short(office):
    why = fail_by_dead_server(office)
    office.refuse("u03@")
    office.desk.write()
    waits = iter((False, True))

    def pause(_):
        if next(waits):
            raise KeyboardInterrupt

    folder = office.desk.folder
    places = {"desired_state": folder / "desired-state", "state_dir": folder / "state"}
    health = Health(timedelta(minutes=40))
    assert run_cycles(Settings(**places, pause=pause), health, lambda: 0.5, lambda _: None) == 0

    told = office.desk.capture.readouterr().err
    assert told.count(f"Not told by e-mail: app: 1 change failed: {why}.") == 1
    assert told.count("Not told by e-mail: app: as in the last cycle.") == 1
