"""What an apply leaves in the ledger: whole, in time, and without what nobody may read."""

import json
import math
from collections import Counter
from dataclasses import replace
from io import BytesIO

import pytest

from reconciler.errors import LedgerError, OutOfTimeError
from reconciler.execute import execute_target, open_journal
from reconciler.model.history import Question, RunStart, State
from reconciler.model.outcome import Status
from reconciler.model.values import Kind
from reconciler.scim.client import ScimClient
from reconciler.scim.http.retry import Patience
from reconciler.scim.http.transport import open_transport
from tests.world import NOW, World

SECRET = "K4rlsruhe-badge"
TARGET = {
    "profile": "generic-scim",
    "url": "https://app.example/scim/v2",
    "auth": {"bearer": {"env": "APP_TOKEN"}},
    "scope": "all",
    "users": {"mapping": "people"},
    "groups": {"provision": "all"},
}
PEOPLE = {
    "for": "user",
    "attributes": {
        "userName": {"expression": "[userPrincipalName]", "match": 1},
        "nickName": {"expression": "[employeeId]", "sensitive": True},
    },
}


def document(*keys):
    people = {
        key: {"userPrincipalName": f"{key}@contoso.example", "employeeId": SECRET} for key in keys
    }
    return json.dumps({"users": people, "mappings": {"people": PEOPLE}, "targets": {"app": TARGET}})


class Refusing(World):
    """A server that refuses every create, and repeats what it was sent, as servers like to."""

    def _counted(self, environ, start_response):
        if environ["REQUEST_METHOD"] != "POST":
            return super()._counted(environ, start_response)
        start_response("409 Conflict", [("Content-Type", "application/scim+json")])
        detail = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
        return [json.dumps({"status": "409", "scimType": "uniqueness", "detail": detail}).encode()]


class Closed(World):
    """A server that lets nobody into a group any more."""

    closed = False

    def _counted(self, environ, start_response):
        if environ["REQUEST_METHOD"] != "PATCH" or "/Groups/" not in environ["PATH_INFO"]:
            return super()._counted(environ, start_response)
        content = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        if self.closed and b'"add"' in content:
            start_response("400 No", [("Content-Type", "application/scim+json")])
            return [b'{"detail": "members are invalid"}']
        environ["wsgi.input"] = BytesIO(content)
        return super()._counted(environ, start_response)


class Shouting(World):
    """A server that changes every text that it is sent."""

    def _counted(self, environ, start_response):
        answer = b"".join(super()._counted(environ, start_response))
        return [answer.replace(SECRET.encode(), SECRET.upper().encode())]


def everything(app):
    """Return all that stands in the ledger, as text."""
    tables = ("runs", "operations", "links", "rewrites", "applied")
    with app.ledger.database.transaction() as connection:
        return str([connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in tables])


@pytest.mark.parametrize("server", [World, Refusing, Shouting])
def test_a_sensitive_value_stands_nowhere(server):
    app = server(document("ada"))
    outcomes = app.apply(app.plan())
    shown = f"{outcomes} {everything(app)}".casefold()
    assert SECRET.casefold() not in shown
    assert "nickname" in shown


def test_a_refusal_is_recorded_with_its_code():
    app = Refusing(document("ada"))
    (outcome,) = app.apply(app.plan())
    (told,) = app.ledger.operations(Question())
    assert (outcome.code, told.code, told.state) == ("409 uniqueness",) * 2 + (State.FAILED,)
    assert "(sensitive)" in told.detail


def test_every_change_stands_in_the_ledger_before_the_first_is_sent():
    app = World(document("ada", "grace", "linus"))
    seen = []

    class Watching(World):
        def _counted(self, environ, start_response):
            if environ["REQUEST_METHOD"] == "POST":
                seen.append(sorted(item.state for item in app.ledger.operations(Question())))
            return super()._counted(environ, start_response)

    watching = Watching(document("ada", "grace", "linus"))
    app.client = watching.client
    app.apply(app.plan())
    assert len(seen) == 3
    for states in seen:
        assert len(states) == 3
        assert State.UNANSWERED in states


def test_an_interrupt_leaves_nothing_as_sent_that_was_not():
    keys = [f"u{number:02}" for number in range(40)]
    app = World(document(*keys))
    (plan,) = app.plan().targets
    journal = open_journal([plan], RunStart("cut off"), app.ledger, lambda: NOW)
    outcomes = execute_target(plan, app.target, app.client, journal)
    next(outcomes)
    outcomes.close()
    states = Counter(item.state for item in app.ledger.operations(Question()))
    assert states[State.UNANSWERED] == 0
    assert states[State.DONE] == len(app.sandbox.show()) == app.requests["POST"]
    assert states[State.DONE] + states[State.UNSENT] == 40


class Locked(World):
    """A server that takes the token for reading alone."""

    def _counted(self, environ, start_response):
        if environ["REQUEST_METHOD"] == "GET":
            return super()._counted(environ, start_response)
        start_response("401 Unauthorized", [("Content-Type", "application/scim+json")])
        return [b'{"detail": "no"}']


def test_what_is_left_out_is_not_told_as_sent():
    app = Locked(document(*(f"u{number:02}" for number in range(40))))
    statuses = Counter(item.status for item in app.apply(app.plan()))
    assert set(statuses) == {Status.FAILED, Status.SKIPPED}
    told = app.ledger.operations(Question())
    assert len(told) == 40
    assert all((item.sent is None) is (item.state is State.SKIPPED) for item in told)


def refuse_to_note(app, when):
    """Let the ledger fail where an operation changes so that *when* holds, as a full disk would."""
    with app.ledger.database.transaction() as connection:
        connection.exec_driver_sql(
            f"CREATE TRIGGER full BEFORE UPDATE ON operations WHEN {when} "
            "BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
        )


def outcomes_until_the_ledger_fails(app):
    (plan,) = app.plan().targets
    journal = open_journal([plan], RunStart("test"), app.ledger, lambda: NOW)
    outcomes = []
    told = map(outcomes.append, execute_target(plan, app.target, app.client, journal))
    with pytest.raises(LedgerError, match="disk is full"):
        list(told)
    return {item.id: (item.status, item.detail) for item in outcomes}


def test_what_cannot_be_noted_is_not_sent_and_nothing_after_it():
    app = World(document("ada", "grace", "linus"))
    refuse_to_note(app, "NEW.sent IS NOT NULL")
    outcomes = outcomes_until_the_ledger_fails(app)
    assert app.writes == 0
    not_sent = (Status.SKIPPED, "not sent: the ledger cannot be written")
    assert outcomes == {f"app/user/{key}": not_sent for key in ("ada", "grace", "linus")}


def test_what_was_done_and_cannot_be_noted_is_told_and_the_next_run_converges():
    app = World(document(*(f"u{number:02}" for number in range(40))))
    refuse_to_note(app, "NEW.status IS NOT NULL AND NEW.change >= 'app/user/u05'")
    outcomes = outcomes_until_the_ledger_fails(app)
    assert len(outcomes) == 40
    done = [item for item in outcomes.values() if item[0] is Status.DONE]
    assert (Status.DONE, "(not recorded)") in done
    assert 6 <= len(done) < 40
    assert app.writes == len(done)

    with app.ledger.database.transaction() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")
    again = app.apply(app.plan())
    assert [item.status for item in again] == [Status.DONE] * (40 - len(done))
    assert app.plan().changes == ()
    assert len(app.sandbox.show()) == 40


def test_who_must_leave_a_group_leaves_though_another_is_not_taken():
    def crew(*members):
        text = json.loads(document("ada", "bob", "eve"))
        return json.dumps({**text, "groups": {"crew": {"members": members}}})

    app = Closed(crew("ada", "bob"))
    app.apply(app.plan())
    app.closed = True
    app.change(crew("bob", "eve"))
    outcomes = {item.id: item for item in app.apply(app.plan())}
    refused = outcomes["app/group/crew/add-members"]
    assert refused.detail.startswith("400: 1 of 1 member refused: eve (live id ")
    assert outcomes["app/group/crew/remove-members"].status is Status.DONE


class Slow(World):
    """A server that takes half a minute for each create, on a clock of its own."""

    time = 0.0

    def _counted(self, environ, start_response):
        self.time += 30.0 * (environ["REQUEST_METHOD"] == "POST")
        return super()._counted(environ, start_response)

    def open(self, latest):
        """Return a client, one request at a time, that must be done by *latest*."""
        waiting = Patience(0, lambda _: None, lambda: 0.0, lambda: NOW, lambda: self.time, latest)
        service = replace(self.target.service, concurrency=1)
        self.target = replace(self.target, service=service)
        return ScimClient(
            open_transport(
                self.target.url,
                credentials=None,
                service=service,
                patience=waiting,
                app=self._counted,
            ),
            service,
        )


def test_no_write_begins_that_would_be_answered_after_the_deadline():
    app = Slow(document("ada", "grace", "linus"))
    app.client = app.open(latest=70.0)
    outcomes = app.apply(app.plan())
    ends = [(outcome.status, outcome.detail) for outcome in outcomes]
    assert ends == [(Status.DONE, ""), (Status.DONE, ""), (Status.SKIPPED, "out of time")]
    assert app.writes == 2
    with pytest.raises(OutOfTimeError, match="GET Users: out of time"):
        app.open(latest=-1.0).reader.list_all(Kind.USER)
    app.client = app.open(latest=math.inf)
    assert [outcome.status for outcome in app.apply(app.plan())] == [Status.DONE]


class Stale(World):
    """A server that shows what was before a PATCH in the next *lag* reads of an object."""

    lag, stale, content = 0, 0, b""

    def _counted(self, environ, start_response):
        if environ["REQUEST_METHOD"] == "PATCH":
            self.stale = self.lag
            self.content = json.dumps(self.sandbox.show()[0]).encode()
        elif self.stale and environ["PATH_INFO"].count("/") > 3:
            self.stale -= 1
            start_response("200 OK", [("Content-Type", "application/scim+json")])
            return [self.content]
        return super()._counted(environ, start_response)


def renamed(name, delay):
    text = json.loads(document("ada"))
    text["users"]["ada"]["givenName"] = name
    text["mappings"]["people"]["attributes"]["displayName"] = "[givenName]"
    service = {"consistency_delay_seconds": delay}
    return json.dumps({**text, "targets": {"app": {**TARGET, "service": service}}})


@pytest.mark.parametrize(("delay", "learned"), [(60, 0), (0, 1)])
def test_what_shows_late_is_not_taken_for_what_the_server_makes_of_it(delay, learned):
    app = Stale(renamed("Ada", delay))
    app.apply(app.plan())
    app.lag = 3
    app.change(renamed("Augusta", delay))
    (outcome,) = app.apply(app.plan())
    assert outcome.detail == ("not taken by this server: displayName" if learned else "")
    rewrites = app.ledger.memory("app", app.target.url).rewrites
    assert len([item for item in rewrites if item.path == "displayName"]) == learned


class Deaf(World):
    """A server that says yes to every PATCH and does nothing."""

    def _counted(self, environ, start_response):
        if environ["REQUEST_METHOD"] == "PATCH":
            self.requests["PATCH"] += 1
            start_response("204 No Content", [])
            return [b""]
        return super()._counted(environ, start_response)


def test_what_a_server_never_takes_is_named_and_not_sent_at_every_run():
    app = Deaf(renamed("Ada", 0))
    app.apply(app.plan())
    app.change(renamed("Augusta", 0))
    assert app.apply(app.plan())[0].detail == "not taken by this server: displayName"
    (plan,) = app.plan().targets
    assert plan.changes == ()
    assert [(item.path, item.kept) for item in plan.rewritten] == [("displayName", '"Ada"')]


def test_an_account_that_stays_active_is_disabled_at_every_run():
    text = json.loads(document("ada", "bob"))
    app = Deaf(json.dumps(text))
    app.apply(app.plan())
    text["users"]["ada"]["accountEnabled"] = False
    app.change(json.dumps(text))
    for _ in range(2):
        (outcome,) = app.apply(app.plan())
        assert outcome.status is Status.FAILED
        assert "the server said yes, but ada@contoso.example is still active" in outcome.detail


class Closing(World):
    """A server that takes so many creates and refuses all after them, with this status."""

    takes, status, seen = 0, "400 No", 0

    def _counted(self, environ, start_response):
        if environ["REQUEST_METHOD"] != "POST":
            return super()._counted(environ, start_response)
        self.seen += 1
        if self.seen <= self.takes:
            return super()._counted(environ, start_response)
        start_response(self.status, [("Content-Type", "application/scim+json")])
        return [b'{"detail": "it is closed"}']


def in_one_lane(*keys):
    """Return a desired state whose target takes one request at a time."""
    people = json.loads(document(*keys))
    people["targets"]["app"]["service"] = {"concurrency": 1}
    return people


def counts(outcomes):
    return {status: sum(item.status is status for item in outcomes) for status in Status}


def test_from_the_ceiling_on_nothing_is_sent_and_all_the_rest_says_why():
    people = in_one_lane(*(f"u{number:02}" for number in range(30)))
    app = Closing(json.dumps(people))
    app.takes = 4
    outcomes = app.apply(app.plan())
    assert counts(outcomes) == {"done": 4, "failed": 10, "skipped": 16, "held": 0}
    assert app.seen == 14
    assert {item.detail for item in outcomes if item.status is Status.SKIPPED} == {
        "not sent: EncounteredEscrowProportionThreshold"
    }
    told = app.ledger.operations(Question(state=State.SKIPPED))
    assert len(told) == 16
    assert {item.sent for item in told} == {None}


def test_the_target_says_how_much_may_fail():
    people = in_one_lane(*(f"u{number:02}" for number in range(30)))
    people["targets"]["app"]["quarantine"] = {"minimum": 2, "percent": 90, "refusals": 100}
    app = Closing(json.dumps(people))
    outcomes = app.apply(app.plan())
    assert counts(outcomes) == {"done": 0, "failed": 2, "skipped": 28, "held": 0}


def test_refused_credentials_end_it_after_a_few():
    people = in_one_lane(*(f"u{number:02}" for number in range(30)))
    app = Closing(json.dumps(people))
    app.takes, app.status = 20, "403 Forbidden"
    outcomes = app.apply(app.plan())
    assert counts(outcomes) == {"done": 20, "failed": 5, "skipped": 5, "held": 0}
    assert outcomes[-1].detail == "not sent: EncounteredQuarantineException"


class Spent(World):
    """A server whose budget of the hour is used up after one create."""

    def _counted(self, environ, start_response):
        if environ["REQUEST_METHOD"] != "POST" or not self.requests["POST"]:
            return super()._counted(environ, start_response)
        self.requests["POST"] += 1
        start_response("429 Too Many Requests", [("Retry-After", "3000")])
        return [b""]


def test_a_budget_that_is_spent_ends_the_writes_instead_of_a_refusal_for_each():
    app = Spent(document(*(f"user{number:02}" for number in range(30))))
    outcomes = app.apply(app.plan())
    counted = Counter(outcome.status for outcome in outcomes)
    assert counted[Status.DONE] == 1
    assert 1 <= counted[Status.FAILED] <= app.target.service.concurrency
    assert counted[Status.DONE] + counted[Status.FAILED] + counted[Status.SKIPPED] == 30
    assert app.requests["POST"] == counted[Status.DONE] + counted[Status.FAILED]
