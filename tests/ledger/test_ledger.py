import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from reconciler.errors import LedgerError
from reconciler.ledger.database import open_database
from reconciler.ledger.ledger import open_ledger
from reconciler.ledger.links import Learned
from reconciler.ledger.place import Page, Place
from reconciler.model.history import Question, RunStart, State
from reconciler.model.outcome import Outcome, Status
from reconciler.model.path import parse_path
from reconciler.model.plan import Action, AttributeChange, Change, MemberChange
from reconciler.model.resource import Link, Memory, Rewrite
from reconciler.model.values import Kind, Ref

NOW = datetime(2026, 7, 1, tzinfo=UTC)
URL = "https://app.example/scim/v2"
PLACE = Place("app", URL)
START = RunStart("f" * 64, "digest", "0f3c2d1", "reconciler 1", "ada@laptop")
ADA = Link(Kind.USER, "ada", "id-1", "ada", "ada@contoso.example")


def ask(url, statement):
    database = open_database(url)
    with database.transaction() as connection:
        found = [tuple(row) for row in connection.exec_driver_sql(statement)]
    database.close()
    return found


def create(key, **more):
    name = f"{key}@contoso.example"
    return Change("app", Kind.USER, key, Action.CREATE, name, "in scope", **more)


def begin(ledger, *changes):
    """Begin a run that is to do *changes*, and return its page."""
    return Page(ledger.start_run(START, NOW, {PLACE: changes}), PLACE)


def test_what_is_learned_survives_the_process(url):
    rewrite = Rewrite(Kind.USER, "id-1", "t", '"a"', "null")
    with open_ledger(url) as ledger:
        page = begin(ledger, create("ada"))
        done = Outcome("app/user/ada", Status.DONE)
        ledger.after_write(page, done, NOW, Learned(ADA, rewrites=(rewrite,)))
    with open_ledger(url) as ledger:
        assert ledger.memory("app", URL + "/") == Memory((ADA,), (rewrite,), 0)


def test_another_target_or_url_knows_nothing(url):
    with open_ledger(url) as ledger:
        ledger.note_links(PLACE, [ADA])
        assert ledger.memory("other", URL) == Memory()
        assert ledger.memory("app", "https://other.example") == Memory()


def test_a_live_object_belongs_to_one_key(url):
    with open_ledger(url) as ledger:
        ledger.note_links(PLACE, [ADA])
        renamed = Link(Kind.USER, "countess", "id-1", "countess", None)
        ledger.note_links(PLACE, [renamed])
        assert ledger.memory("app", URL).links == (renamed,)
        page = begin(ledger, create("countess"))
        gone = Learned(gone=Ref(Kind.USER, "countess"))
        ledger.after_write(page, Outcome("app/user/countess", Status.DONE), NOW, gone)
        assert ledger.memory("app", URL).links == ()


def test_only_finished_runs_with_writes_here_count(url):
    with open_ledger(url) as ledger:
        held = begin(ledger, create("ada"))
        ledger.finish_run(held.run, NOW)
        assert ledger.memory("app", URL).runs == 0
        page = begin(ledger, create("ada"))
        ledger.before_write(page, ["app/user/ada"], NOW)
        ledger.after_write(page, Outcome("app/user/ada", Status.DONE, requests=1), NOW)
        assert ledger.memory("app", URL).runs == 0
        ledger.finish_run(page.run, NOW)
        assert ledger.memory("app", URL).runs == 1
        assert ledger.memory("other", URL).runs == 0


def test_a_killed_process_leaves_a_write_without_an_answer(url):
    script = (
        "import os, signal, sys\n"
        "from tests.ledger.test_ledger import NOW, begin, create, open_ledger\n"
        "ledger = open_ledger(sys.argv[1])\n"
        "page = begin(ledger, create('ada'), create('grace'))\n"
        "ledger.before_write(page, ['app/user/ada'], NOW)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, url], check=False)
    assert done.returncode == -9
    with open_ledger(url) as ledger:
        (run,) = ledger.runs(Question())
        assert (run.ended, run.counts) == (None, {State.UNANSWERED: 1, State.UNSENT: 1})
        assert [item.id for item in ledger.operations(Question(state=State.UNANSWERED))] == [
            "app/user/ada"
        ]


def test_the_file_is_private(file, tmp_path):
    open_ledger(file).close()
    mode = (tmp_path / "deep" / "ledger.sqlite3").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_damaged_file_is_a_clear_error(tmp_path):
    file = tmp_path / "ledger.sqlite3"
    file.write_text("this is no database " * 100)
    with pytest.raises(LedgerError, match="cannot be used") as caught:
        open_ledger(f"sqlite:///{file}")
    assert "moved away" in caught.value.hint


def test_many_may_make_one_ledger_at_the_same_moment(url):
    start = Barrier(8)

    def make(_):
        start.wait()
        open_ledger(url).close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(make, range(8)))
    with open_ledger(url) as ledger:
        assert ledger.memory("app", URL) == Memory()


def test_threads_share_one_ledger(url):
    keys = [f"u{number:02}" for number in range(50)]
    with open_ledger(url) as ledger, ThreadPoolExecutor(8) as threads:
        page = begin(ledger, *map(create, keys))

        def write(key):
            link = Link(Kind.USER, key, f"id-{key}", key, None)
            ledger.before_write(page, [f"app/user/{key}"], NOW)
            done = Outcome(f"app/user/{key}", Status.DONE)
            ledger.after_write(page, done, NOW, Learned(link))

        list(threads.map(write, keys))
        assert sorted(link.key for link in ledger.memory("app", URL).links) == keys
        assert ledger.runs(Question())[0].counts == {State.DONE: 50}


def test_a_rewrite_replaces_the_one_of_the_same_path(url):
    first = Rewrite(Kind.USER, "id-1", "title", '"A"', '"a"')
    other = Rewrite(Kind.USER, "id-1", "userName", '"Ada"', '"ada"')
    again = Rewrite(Kind.USER, "id-1", "title", '"B"', '"b"')
    with open_ledger(url) as ledger:
        page = begin(ledger, create("ada"))
        done = Outcome("app/user/ada", Status.DONE)
        ledger.after_write(page, done, NOW, Learned(rewrites=(first, other)))
        ledger.after_write(page, done, NOW, Learned(rewrites=(again,)))
        assert set(ledger.memory("app", URL).rewrites) == {other, again}


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(LedgerError, match="cannot be used"):
        open_ledger(f"sqlite:///{tmp_path}/file/ledger.sqlite3")


def test_an_operation_is_told_as_it_was_planned_and_as_it_ended(url):
    title = AttributeChange(parse_path("title"), None, "Engineer")
    badge = AttributeChange(parse_path("badge"), None, "hunter2", sensitive=True)
    boss = AttributeChange(parse_path("manager"), None, Ref(Kind.USER, "grace"))
    phones = AttributeChange(parse_path("phones"), ("1", "2"), True)
    change = create("ada", attributes=(title, badge, boss, phones))
    end = NOW + timedelta(milliseconds=250)
    with open_ledger(url) as ledger:
        page = begin(ledger, change)
        ledger.before_write(page, [change.id], NOW)
        refused = Outcome(change.id, Status.FAILED, "taken", 2, "409 uniqueness")
        ledger.after_write(page, refused, end)
        (told,) = ledger.operations(Question(run=page.run))
    assert (told.action, told.display) == (Action.CREATE, "ada@contoso.example")
    assert told.why == "in scope"
    assert (told.state, told.code, told.detail, told.requests) == (
        State.FAILED,
        "409 uniqueness",
        "taken",
        2,
    )
    assert (told.sent, told.seconds) == (NOW, 0.25)
    masked = AttributeChange(parse_path("badge"), None, None, sensitive=True)
    assert set(told.attributes) == {title, masked, boss, phones}
    rows = ask(url, "SELECT * FROM operations")
    assert "hunter2" not in str(rows)


def test_a_run_is_told_with_who_started_it_and_how_it_ended(url):
    with open_ledger(url) as ledger:
        page = begin(ledger, create("ada"), create("grace"))
        ledger.after_write(page, Outcome("app/user/ada", Status.DONE), NOW)
        ledger.finish_run(page.run, NOW + timedelta(seconds=9), code=130)
        (run,) = ledger.runs(Question())
    assert (run.start, run.seconds, run.code, run.targets) == (START, 9.0, 130, ("app",))
    assert run.counts == {State.DONE: 1, State.UNSENT: 1}


@pytest.fixture
def busy(url):
    """Return a ledger with two runs of which people ask."""
    ada, grace = MemberChange(Ref(Kind.USER, "ada"), "1", "Ada"), "grace"
    crew = Change("app", Kind.GROUP, "crew", Action.ADD_MEMBERS, "The Crew", "", add=(ada,))
    with open_ledger(url) as ledger:
        first = begin(ledger, create("ada"), create(grace), crew)
        ledger.after_write(first, Outcome("app/user/ada", Status.DONE), NOW)
        ledger.after_write(first, Outcome("app/user/grace", Status.FAILED), NOW)
        ledger.before_write(first, [crew.id], NOW)
        later = NOW + timedelta(days=1)
        change = Change("other", Kind.USER, "ada", Action.DISABLE, "ada%", "")
        ledger.start_run(START, later, {Place("other", URL): [change]})
        yield ledger


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (Question(run=1), ["app/user/ada", "app/user/grace", "app/group/crew/add-members"]),
        (Question(user="ada"), ["other/user/ada", "app/group/crew/add-members", "app/user/ada"]),
        (Question(user="ADA@contoso.example"), ["app/user/ada"]),
        (Question(user="ad"), []),
        (Question(user="%"), []),
        (Question(group="the crew"), ["app/group/crew/add-members"]),
        (Question(user="ada", group="crew"), ["app/group/crew/add-members"]),
        (Question(user="grace", group="crew"), []),
        (Question(user="ada", targets=("app",)), ["app/group/crew/add-members", "app/user/ada"]),
        (Question(state=State.FAILED), ["app/user/grace"]),
        (Question(state=State.UNANSWERED), ["app/group/crew/add-members"]),
        (Question(state=State.UNSENT), ["other/user/ada"]),
        (Question(user="ada", since=NOW + timedelta(hours=1)), ["other/user/ada"]),
        (Question(user="ada", limit=1), ["other/user/ada"]),
    ],
)
def test_what_is_asked_for_is_told(busy, question, expected):
    assert [item.id for item in busy.operations(question)] == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (Question(), [2, 1]),
        (Question(targets=("app",)), [1]),
        (Question(since=NOW + timedelta(hours=1)), [2]),
        (Question(limit=1), [2]),
        (Question(run=7), []),
    ],
)
def test_runs_are_told_the_newest_first(busy, question, expected):
    assert [run.number for run in busy.runs(question)] == expected


def test_what_no_database_can_store_comes_back_as_it_was(url):
    hostile = "a\x00b \ud800 \ufffd0000 \U0001f600 'x'; --"
    change = Change("app", Kind.USER, hostile, Action.CREATE, hostile, hostile)
    link = Link(Kind.USER, hostile, hostile, hostile, hostile)
    with open_ledger(url) as ledger:
        page = begin(ledger, change)
        ledger.after_write(page, Outcome(change.id, Status.DONE, hostile), NOW, Learned(link))
        (told,) = ledger.operations(Question(run=page.run))
        assert (told.key, told.display, told.why, told.detail) == (hostile,) * 4
        assert ledger.memory("app", URL).links == (link,)


def test_what_a_target_holds_whole_is_noted_once(url):
    with open_ledger(url) as ledger:
        for _ in range(2):
            ledger.note_applied(begin(ledger), START, NOW)
    found = ask(url, 'SELECT target, run, digest, "commit" FROM applied')
    assert found == [("app", 2, "digest", "0f3c2d1")]
