"""Bulk requests of a whole apply, on the embedded server and on ones before it that lie."""

import json
from collections import Counter
from io import BytesIO
from threading import Event, Thread

import pytest

from reconciler.execute import execute_target, open_journal
from reconciler.model.history import RunStart
from reconciler.model.outcome import Status
from tests.test_survival import refusing
from tests.world import NOW, World

PEOPLE = 25


def document(title, *, people=PEOPLE, operations=10, verify="none", **service):
    users = {
        f"u{number:02}": {
            "userPrincipalName": f"u{number:02}@contoso.example",
            "displayName": f"User {number}",
            "jobTitle": title,
        }
        for number in range(people)
    }
    service = {"verify": verify, "retries": 0, "bulk": {"operations": operations}, **service}
    target = {
        "profile": "generic-scim",
        "url": "https://app.example/scim/v2",
        "auth": {"bearer": {"env": "APP_TOKEN"}},
        "scope": "all",
        "service": service,
        "limits": {name: {"percent": 100, "floor": 1_000} for name in ("removals", "mass_change")},
    }
    return json.dumps({"users": users, "targets": {"app": target}})


def before_bulk(change):
    """Return a middleware: *change* gets each POST /Bulk and returns status and body.

    It is given the server's own doing, to call, and the body; None lets the server answer.
    """

    def lie(app):
        def lying(environ, start_response):
            if not environ["PATH_INFO"].endswith("/Bulk"):
                return app(environ, start_response)
            raw = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))

            def really():
                heard = []
                inner = {**environ, "wsgi.input": BytesIO(raw)}
                body = b"".join(app(inner, lambda status, *_: heard.append(status)))
                return heard[0], json.loads(body)

            status, body = change(really, json.loads(raw)) or really()
            start_response(status, [("Content-Type", "application/scim+json")])
            return [body if isinstance(body, bytes) else json.dumps(body).encode()]

        return lying

    return lie


def applied(world):
    """Apply; return the statuses and the requests that were received."""
    plan = world.plan()
    world.requests.clear()
    outcomes = world.apply(plan)
    return Counter(item.status for item in outcomes), dict(world.requests)


def names(world):
    return Counter(item["userName"] for item in world.sandbox.show())


EVERYBODY = Counter(f"u{number:02}@contoso.example" for number in range(PEOPLE))


def test_changes_go_together_and_their_outcomes_apart():
    world = World(document("Engineer"))
    assert applied(world) == ({Status.DONE: 25}, {"GET": 1, "POST": 3})
    world.change(document("Boss"))
    assert applied(world) == ({Status.DONE: 25}, {"GET": 1, "POST": 3})
    assert world.plan().changes == ()
    assert {item["title"] for item in world.sandbox.show()} == {"Boss"}
    assert names(world) == EVERYBODY


def test_the_requests_of_a_batch_are_counted_once():
    world = World(document("Engineer"))
    # Three, and one that asked how much the server takes.
    assert sum(item.requests for item in world.apply(world.plan())) == 4


def test_what_was_written_is_read_back_as_ever():
    world = World(document("Engineer", verify="answer"))
    assert applied(world) == ({Status.DONE: 25}, {"POST": 3, "GET": 1 + 25})


def test_one_alone_goes_as_a_request_of_its_own():
    world = World(document("Engineer", people=1))
    assert applied(world)[1] == {"POST": 1}
    world.change(document("Boss", people=1))
    assert applied(world)[1] == {"PATCH": 1}


def test_one_bad_object_stops_nobody_and_is_named():
    world = World(document("Engineer"))
    world.client.create("user", {"schemas": [USER], "userName": "x"})
    world.apply(world.plan())
    text = json.loads(document("Boss"))
    world.change(json.dumps(text))
    plan = world.plan()
    first = next(item for item in world.sandbox.show() if item["userName"] != "x")
    world.client.delete("user", first["id"])
    outcomes = world.apply(plan)
    failed = [item for item in outcomes if item.status is Status.FAILED]
    assert [item.detail.partition(":")[0] for item in failed] == ["404"]
    assert sum(item.status is Status.DONE for item in outcomes) == 24


USER = "urn:ietf:params:scim:schemas:core:2.0:User"


def refused(status):
    return lambda *_: (f"{status} No", {"detail": "no"})


@pytest.mark.parametrize("status", [400, 404, 405, 429, 501])
def test_a_server_without_bulk_gets_every_write_singly(status):
    world = World(document("Engineer"), lie=before_bulk(refused(status)))
    statuses, requests = applied(world)
    assert statuses == {Status.DONE: 25}
    assert requests["POST"] == 25 + (3 if status == 429 else 1)
    assert names(world) == EVERYBODY


def test_a_batch_that_is_too_large_goes_by_halves_and_the_next_are_smaller():
    def at_most_three(_, body):
        return ("413 No", {}) if len(body["Operations"]) > 3 else None

    world = World(document("Engineer"), lie=before_bulk(at_most_three))
    statuses, requests = applied(world)
    assert statuses == {Status.DONE: 25}
    assert names(world) == EVERYBODY
    assert requests["POST"] < 20


def lost(really, _):
    really()
    return "500 Oops", b"<html>"


def lost_by_a_proxy(really, _):
    really()
    return "503 Busy", b""


def cut(really, _):
    status, body = really()
    return status, json.dumps(body).encode()[:-9]


def empty(really, _):
    return really()[0], {}


def one_missing(really, _):
    status, body = really()
    return status, {**body, "Operations": body["Operations"][1:]}


def without_locations(really, _):
    status, body = really()
    rows = [{**item, "location": None} for item in body["Operations"]]
    return status, {**body, "Operations": rows}


def all_of_one(really, _):
    status, body = really()
    return status, {**body, "Operations": body["Operations"][:1] * 10}


@pytest.mark.parametrize(
    "lie", [lost, lost_by_a_proxy, cut, empty, one_missing, without_locations, all_of_one]
)
def test_what_the_answer_does_not_say_is_looked_up_and_nobody_is_made_twice(lie):
    world = World(document("Engineer"), lie=before_bulk(lie))
    assert applied(world)[0] == {Status.DONE: 25}
    assert names(world) == EVERYBODY
    world.change(document("Boss"))
    assert applied(world)[0] == {Status.DONE: 25}
    assert world.plan().changes == ()


@pytest.mark.parametrize("status", [401, 500])
def test_a_refusal_of_all_is_a_failure_of_each(status):
    def is_a_post(environ):
        return environ["REQUEST_METHOD"] == "POST"

    lie = refusing(f"{status} No", b'{"detail": "no"}', is_a_post)
    world = World(document("Engineer"), lie=lie)
    outcomes = world.apply(world.plan())
    failed = [item for item in outcomes if item.status is Status.FAILED]
    assert len(failed) >= 10
    assert all("no" in item.detail for item in failed)
    assert all(item.status is not Status.DONE for item in outcomes)
    assert names(world) == Counter()


@pytest.mark.parametrize("lie", [lost, lost_by_a_proxy, cut, empty, one_missing])
def test_groups_which_many_servers_take_twice_are_not_made_twice(lie):
    text = json.loads(document("Engineer", people=3))
    text["groups"] = {f"g{number}": {"displayName": f"Crew {number}"} for number in range(4)}
    text["targets"]["app"]["groups"] = {"provision": "all"}
    world = World(json.dumps(text), lie=before_bulk(lie))
    assert applied(world)[0] == {Status.DONE: 7}
    shown = Counter(item["displayName"] for item in world.sandbox.show() if "userName" not in item)
    assert shown == {f"Crew {number}": 1 for number in range(4)}


def test_deletes_that_got_no_answer_are_sent_again():
    text = json.loads(document("Engineer"))
    text["targets"]["app"]["users"] = {
        "actions": ["create", "update", "disable", "delete"],
        "removed": "delete",
    }
    world = World(json.dumps(text), lie=before_bulk(lost))
    world.apply(world.plan())
    text["users"] = {"u00": text["users"]["u00"]}
    world.change(json.dumps(text))
    plan = world.plan()
    assert len(plan.changes) == 24
    assert {item.status for item in world.apply(plan)} == {Status.DONE}
    assert list(names(world)) == ["u00@contoso.example"]


def test_an_interrupt_waits_for_what_is_under_way_and_for_nobody_else():
    def slow_to_show(app):
        def slow(environ, start_response):
            if environ["REQUEST_METHOD"] == "GET":
                Event().wait(0.05)
            return app(environ, start_response)

        return slow

    world = World(document("Engineer", people=60, verify="answer"), lie=slow_to_show)
    plan = world.plan()
    journal = open_journal(plan.targets, RunStart("test"), world.ledger, lambda: NOW)
    outcomes = execute_target(plan.targets[0], world.target, world.client, journal)
    assert next(outcomes).status is Status.DONE
    closing = Thread(target=outcomes.close, daemon=True)
    closing.start()
    closing.join(30)
    assert not closing.is_alive()
    assert 10 <= len(names(world)) < 60


def test_a_batch_keeps_to_the_bytes():
    sizes = []

    def note(_, body):
        sizes.append(len(json.dumps(body)))

    world = World(
        document("Engineer", bulk={"operations": 100, "bytes": 3000}), lie=before_bulk(note)
    )
    assert applied(world)[0] == {Status.DONE: 25}
    assert len(sizes) > 2
    assert max(sizes) <= 3300


def announcing(**said):
    """Return a middleware: the server says this of its bulk requests; *sizes* notes them."""

    def lie(app):
        def lying(environ, start_response):
            if environ["PATH_INFO"].endswith("/ServiceProviderConfig"):
                start_response("200 OK", [("Content-Type", "application/scim+json")])
                return [json.dumps({"bulk": said}).encode()]
            return noting(environ, start_response)

        def note(_, body):
            lie.sizes.append(len(body["Operations"]))

        noting = before_bulk(note)(app)
        return lying

    lie.sizes = []
    return lie


def test_no_batch_is_larger_than_the_server_says():
    lie = announcing(supported=True, maxOperations=4, maxPayloadSize=1 << 20)
    world = World(document("Engineer"), lie=lie)
    assert applied(world)[0] == {Status.DONE: 25}
    assert names(world) == EVERYBODY
    assert max(lie.sizes) == 4
    assert sum(lie.sizes) >= 20


def test_what_makes_no_sense_is_not_kept_to():
    lie = announcing(supported=True, maxOperations=0, maxPayloadSize=-5)
    world = World(document("Engineer"), lie=lie)
    assert applied(world)[0] == {Status.DONE: 25}
    assert sorted(lie.sizes) == [5, 10, 10]


def test_a_server_that_says_it_has_none_is_not_sent_any():
    lie = announcing(supported=False)
    world = World(document("Engineer"), lie=lie)
    assert applied(world) == ({Status.DONE: 25}, {"GET": 1, "POST": 25})
    assert lie.sizes == []


def test_a_thousand_operations_may_go_in_one_request():
    lie = announcing(supported=True, maxOperations=1_000, maxPayloadSize=1 << 20)
    world = World(document("Engineer", people=300, operations=1_000), lie=lie)
    assert applied(world) == ({Status.DONE: 300}, {"GET": 1, "POST": 1})
    assert lie.sizes == [300]
