"""Two apps on loopback, one of which can close its doors; time goes as the tests say."""

import json
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.cli.apply.apply import Permission, apply_plan
from reconciler.cli.boundary import run
from reconciler.cli.options.settings import Settings
from reconciler.cli.workspace.workspace import require_workspace
from reconciler.ledger.ledger import open_ledger
from reconciler.model.history import Question
from reconciler.model.outcome import Status
from reconciler.model.quarantine import Reason
from reconciler.sandbox import open_sandbox
from reconciler.sandbox.serve import serving
from tests.cli.conftest import TARGET, person

MORNING = datetime(2026, 7, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
SCIM = [("Content-Type", "application/scim+json")]


class Door:
    """An app behind a door: *closed* names the methods that it refuses with *status*."""

    def __init__(self, key):
        self.sandbox = open_sandbox(None, target=key)
        self.closed = frozenset()
        self.status = "403 Forbidden"
        self.refused = 0

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] not in self.closed:
            return self.sandbox.app(environ, start_response)
        self.refused += 1
        length = int(environ.get("CONTENT_LENGTH") or 0)
        environ["wsgi.input"].read(length)
        start_response(self.status, SCIM)
        return [b'{"detail": "the door is closed"}']

    @property
    def people(self):
        return sum("userName" in item for item in self.sandbox.show())


class House:
    """Two targets, `app` and `other`, their doors, and applies at a time that is given."""

    def __init__(self, desk, url):
        self.desk, self.url = desk, url
        self.doors = {key: Door(key) for key in ("app", "other")}
        self.time = MORNING

    def open(self, port):
        target = {**TARGET, "service": {"retries": 0, "concurrency": 2}}
        self.desk.document["users"] = {f"u{number:02}": person(number) for number in range(30)}
        self.desk.document["targets"] = {
            key: {**target, "url": f"http://127.0.0.1:{port}/{key}/scim/v2"} for key in self.doors
        }

    def apply(self, **given):
        """Apply, and return the exit code and what became of the plan."""
        self.desk.write()
        folder = self.desk.folder
        settings = Settings(
            desired_state=folder / "desired-state",
            state_dir=folder / "state",
            ledger=self.url,
            pause=lambda _: None,
            clock=lambda: self.time,
        )
        told = []
        permission = Permission(None, (), yes=True, **given)
        workspace = require_workspace(settings)
        code = apply_plan(workspace, settings, permission, report=lambda run, _: told.append(run))
        return code, told[0]

    def quarantine(self):
        """Return the open quarantine as a few words, or None."""
        with open_ledger(self.url) as ledger:
            found = [item for item in ledger.quarantines(Question()) if item.ended is None]
        return next(((item.target, *self.told(item.quarantine)) for item in found), None)

    def told(self, found):
        return found.reason, found.series_count, (found.next_attempt - MORNING) / HOUR

    def history(self, *arguments):
        """Ask for quarantines; no desired state is needed."""
        assert run(["history", "quarantine", *arguments, "--ledger", self.url]) == 0
        return self.desk.capture.readouterr().out

    def type(self, *arguments, code=0):
        return self.desk.type(*arguments, "--ledger", self.url, code=code)


def ended(run_, target, status):
    return sum(item.id.startswith(f"{target}/") and item.status is status for item in run_.outcomes)


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request, desk, tmp_path, monkeypatch):
    monkeypatch.setenv("RECONCILER_TEST_TOKEN", "s3cret")
    file = f"sqlite:///{tmp_path}/ledger.db"
    url = file if request.param == "sqlite" else request.getfixturevalue("postgres")
    with ExitStack() as stack:
        found = House(desk, url)
        found.open(stack.enter_context(serving(found.doors, host="127.0.0.1", token="s3cret")))
        yield found
        for door in found.doors.values():
            door.sandbox.close()


WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def test_an_app_that_refuses_every_write_goes_to_quarantine_and_the_other_one_goes_on(house):
    house.doors["app"].closed = WRITES
    code, done = house.apply()
    assert code == 4
    assert ended(done, "other", Status.DONE) == 32
    assert 5 <= house.doors["app"].refused <= 7
    assert ended(done, "app", Status.FAILED) == house.doors["app"].refused
    assert ended(done, "app", Status.SKIPPED) == 32 - house.doors["app"].refused
    ((target, reason),) = done.failures
    assert target == "app"
    assert "in quarantine since 2026-07-01 08:00:00 UTC (EncounteredQuarantineException)" in reason
    assert "the door is closed" in reason
    assert house.quarantine() == ("app", Reason.EXCEPTION, 1, 0)


def test_the_waits_grow_and_until_then_the_app_is_not_asked_at_all(house):
    house.doors["app"].closed = WRITES
    house.apply()
    asked = []
    for hours in (0, 0.5, 1, 2, 3, 3.1):
        house.time = MORNING + hours * HOUR
        before = house.doors["app"].refused
        code, done = house.apply()
        assert code == 4
        asked.append((house.doors["app"].refused - before, bool(done.failures)))
    assert [number > 0 for number, _ in asked] == [True, False, True, False, True, False]
    assert all(failed for _, failed in asked)
    assert house.quarantine() == ("app", Reason.EXCEPTION, 4, 7)


def test_an_app_that_is_well_again_gets_everything_and_leaves(house):
    house.doors["app"].closed = WRITES
    house.apply()
    house.doors["app"].closed = frozenset()
    code, done = house.apply()
    assert (code, done.failures) == (0, ())
    assert house.doors["app"].people == 30
    assert house.quarantine() is None
    with open_ledger(house.url) as ledger:
        (past,) = ledger.quarantines(Question())
    assert (past.target, past.ended, past.run) == ("app", MORNING, 1)


def test_a_person_tries_it_before_its_time(house):
    house.doors["app"].closed = WRITES
    house.apply()
    house.apply()
    house.doors["app"].closed = frozenset()
    assert house.apply()[0] == 4
    assert house.apply(leave_quarantine=True)[0] == 0
    assert house.quarantine() is None


def test_after_four_weeks_only_a_person_brings_it_back(house):
    house.doors["app"].closed = WRITES
    house.apply()
    house.doors["app"].closed = frozenset()
    house.time = MORNING + timedelta(days=28, seconds=1)
    code, done = house.apply()
    assert code == 4
    assert "disabled: in quarantine since 2026-07-01 08:00:00 UTC" in done.failures[0][1]
    assert "reconciler apply --target app --leave-quarantine" in done.failures[0][1]
    assert house.doors["app"].people == 0
    assert house.apply(leave_quarantine=True)[0] == 0


def test_credentials_that_are_refused_put_it_there_before_anything_is_written(house):
    house.doors["app"].closed = WRITES | {"GET"}
    house.doors["app"].status = "401 Unauthorized"
    code, done = house.apply()
    assert code == 4
    assert ended(done, "other", Status.DONE) == 32
    assert house.quarantine() == ("app", Reason.EXCEPTION, 1, 0)
    house.apply()
    assert house.quarantine() == ("app", Reason.EXCEPTION, 2, 1)
    house.doors["app"].closed = frozenset()
    house.time = MORNING + HOUR
    assert house.apply()[0] == 0
    assert house.quarantine() is None


def test_a_mapping_that_fits_nobody_puts_it_there_by_proportion(house):
    house.doors["app"].closed = WRITES
    house.doors["app"].status = "400 Bad Request"
    _, done = house.apply()
    assert house.quarantine() == ("app", Reason.PROPORTION, 1, 0)
    assert 10 <= ended(done, "app", Status.FAILED) <= 12
    before = house.doors["app"].refused
    house.apply()
    assert 5 <= house.doors["app"].refused - before <= 7


def test_a_few_bad_objects_put_nobody_there(house):
    house.doors["app"].closed = WRITES
    house.doors["app"].status = "400 Bad Request"
    for key in [f"u{number:02}" for number in range(8, 30)]:
        del house.desk.document["users"][key]
    code, done = house.apply()
    assert (code, done.failures, house.quarantine()) == (4, (), None)


def test_a_lost_ledger_loses_the_quarantine_and_the_next_run_finds_it_again(house, tmp_path):
    house.doors["app"].closed = WRITES
    house.apply()
    house.apply()
    house.url = f"sqlite:///{tmp_path}/another.db"
    house.time = MORNING + timedelta(minutes=1)
    assert house.apply()[0] == 4
    assert house.quarantine()[:3] == ("app", Reason.EXCEPTION, 1)


def test_a_run_for_one_user_does_not_end_it(house):
    house.doors["app"].closed = WRITES
    house.apply()
    house.doors["app"].closed = frozenset()
    house.desk.write()
    house.type("apply", "--user", "u01", "--yes", "--leave-quarantine")
    assert house.doors["app"].people == 1
    assert house.quarantine() == ("app", Reason.EXCEPTION, 1, 0)


def test_plan_check_and_history_show_it(house):
    house.time = datetime.now(UTC)
    house.doors["app"].closed = WRITES
    house.apply()
    house.apply()
    began = f"{house.time:%Y-%m-%d %H:%M:%S} UTC"
    sign = f"in quarantine since {began} (EncounteredQuarantineException)"

    first, second = json.loads(house.type("plan", "--format", "json").out)["targets"]
    assert first["quarantine"]["reason"] == "EncounteredQuarantineException"
    assert (first["quarantine"]["series_count"], first["quarantine"]["disabled"]) == (2, False)
    assert second["quarantine"] is None
    shown = house.type("plan").out
    assert sign in " ".join(shown.split())
    assert shown.index("in quarantine") < shown.index("0 users and 0 groups read")
    assert sign in " ".join(house.type("plan", "--format", "markdown").out.split())
    checked = house.type("check").out
    assert "! quarantine" in checked
    assert "--leave-quarantine" in checked

    (told,) = json.loads(house.history("--format", "json"))["quarantines"]
    assert (told["target"], told["run"], told["series_count"]) == ("app", 2, 2)
    assert "the door is closed" in " ".join(house.history().split())
    assert house.history("--format", "csv").splitlines()[1].startswith("app,http://127.0.0.1")
    assert house.history("--target", "other") == "No target was ever in quarantine.\n"
