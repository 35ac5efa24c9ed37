import json
from threading import Event, Thread

import pytest

from reconciler.cli.boundary import run
from reconciler.cli.log import Log
from reconciler.cli.traffic import Traffic
from reconciler.render.safe import escape


def lines(text):
    """Return the objects of a log; each line must be one."""
    return [json.loads(line) for line in text.splitlines()]


def heard(capsys, verbosity=0, form="json"):
    log = Log()
    log.verbosity, log.form = verbosity, form
    return log, lambda: capsys.readouterr().err


def test_every_line_of_the_log_of_an_apply_is_an_object(desk):
    told = desk.type("apply", "--sandbox", "--yes", "--log-format", "json")

    found = lines(told.err)
    changes = [item for item in found if item["event"] == "change"]
    assert len(changes) == 14
    assert {item["target"] for item in changes} == {"app"}
    assert {item["status"] for item in changes} == {"done"}
    assert {item["level"] for item in found} == {"info"}
    assert changes[0]["message"] == "✓ done app/user/u00"
    assert all(item["time"].endswith("+00:00") for item in found)


def test_what_is_read_is_told_with_one_v_and_every_request_with_two(desk):
    assert "read in" not in desk.type("plan", "--sandbox").err
    (read,) = [
        line for line in desk.type("plan", "--sandbox", "-v").err.splitlines() if "read in" in line
    ]
    assert read.startswith("app: read in 14 requests; ")
    told = desk.type("plan", "--sandbox", "-vv", "--log-format", "json").err
    requests = [item for item in lines(told) if item["event"] == "request"]
    assert [item["method"] for item in requests] == ["GET"] * 14
    # Users and groups are read at the same time.
    first = next(item for item in requests if item["url"].endswith("/Users"))
    assert first["status"] == 200
    assert first["url"] == "http://sandbox.localhost/app/scim/v2/Users"
    assert first["parameters"] == ["startIndex", "count"]
    assert {item["level"] for item in requests} == {"trace"}


def test_names_in_a_query_do_not_stand_in_the_log(desk):
    told = desk.type("plan", "--sandbox", "-vv").err
    assert "app: GET http://sandbox.localhost/app/scim/v2/Users?filter: 200 in" in told
    assert "contoso.example" not in told


def test_an_error_is_an_object_too(desk):
    told = desk.type("plan", "--sandbox", "--target", "nobody", "--log-format", "json", code=1).err
    (error,) = lines(told)
    assert (error["level"], error["event"], error["code"]) == ("error", "error", 1)
    assert "nobody" in error["message"]


def test_wrong_usage_is_an_object_where_the_form_was_read(capsys):
    assert run(["plan", "--log-format", "json", "--deadline", "soon"]) == 1
    (error,) = lines(capsys.readouterr().err)
    assert (error["event"], "write it like 50m" in error["message"]) == ("usage", True)


@pytest.mark.parametrize(("verbosity", "shown"), [(0, 2), (1, 3), (2, 4)])
def test_levels(capsys, verbosity, shown):
    log, told = heard(capsys, verbosity)
    for level in ("error", "info", "debug", "trace"):
        log.write("x", level=level)
    assert len(lines(told())) == shown


def test_hostile_text_neither_breaks_a_line_nor_reaches_the_terminal(capsys):
    log, told = heard(capsys)
    name = "\x1b[31mroot\n{}\u202e\u2028"
    log.write(escape(name), event="change", id=name)
    line = told()
    assert line.isascii()
    assert "\x1b" not in line
    assert line.count("\n") == 1
    assert json.loads(line)["id"] == name


def test_a_wait_that_many_threads_share_is_told_once(capsys):
    log, told = heard(capsys)
    traffic, go_on = Traffic(log), Event()
    pause = traffic.pausing("app.example", lambda _: go_on.wait(10))
    threads = [Thread(target=pause, args=(30.0,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    while not (text := told()):
        pass
    assert 29 < traffic.waiting <= 30
    go_on.set()
    for thread in threads:
        thread.join()
    assert told() == ""
    (wait,) = lines(text)
    assert (wait["event"], wait["host"], wait["seconds"]) == ("wait", "app.example", 30.0)
    assert wait["message"] == "app.example: 30 s until the next request: its rate, or its word."


@pytest.mark.parametrize(("seconds", "verbosity", "told_of"), [(0.2, 2, 0), (3, 0, 0), (3, 1, 1)])
def test_short_waits_are_told_to_whoever_asks(capsys, seconds, verbosity, told_of):
    log, told = heard(capsys, verbosity)
    Traffic(log).pausing("app.example", lambda _: None)(seconds)
    assert len(lines(told())) == told_of
