"""What a server says it did is looked at: slow is not refused, refused is not done."""

import json
import math
from collections import Counter

import pytest

from reconciler.errors import ScimError, TransportError
from reconciler.model.path import parse_path
from reconciler.model.plan import Action, AttributeChange, Change, MemberChange
from reconciler.model.resource import Live
from reconciler.model.service import Quirk, Service
from reconciler.model.values import Kind, Ref
from reconciler.model.writing import Verify
from reconciler.sandbox import open_sandbox
from reconciler.scim.client import ScimClient
from reconciler.scim.http.retry import Patience
from reconciler.scim.http.transport import open_transport
from reconciler.scim.writing.writer import write_change
from tests.patience import NOW

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
CREW = {"id": "id-crew", "schemas": [GROUP], "displayName": "Crew"}


def person(key):
    return {
        "id": f"id-{key}",
        "schemas": [USER],
        "userName": key,
        "title": "old",
        "active": True,
    }


class World:
    """The embedded server, which may lie; `slept` holds the seconds of each wait.

    *lag*: so many seconds after a write, reads still show what was before it. *drops*: attributes
    that it takes without a word and does not keep. *echoes*: a PATCH answers with what was sent.
    """

    def __init__(self, *, lag=0, drops=(), echoes=False, fails=(), latest=math.inf, **service):
        self.service = Service(retries=0, **service)
        quirks = frozenset(quirk.value for quirk in self.service.quirks)
        self.sandbox = open_sandbox(None, target="app", quirks=quirks)
        self.people = [person(f"u{number:02}") for number in range(30)]
        self.sandbox.load([*self.people, CREW])
        self.requests = Counter()
        self.slept = []
        self.lag, self.drops, self.echoes, self.fails = lag, drops, echoes, fails
        self._old, self._written = {}, 0.0
        transport = open_transport(
            "http://sandbox.localhost",
            credentials=None,
            service=self.service,
            patience=Patience(
                0, self.slept.append, lambda: 0.0, lambda: NOW, lambda: sum(self.slept), latest
            ),
            app=self._app,
        )
        self.client = ScimClient(transport, self.service)

    def _app(self, environ, start_response):
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.requests[method] += 1
        is_late = path in self._old and sum(self.slept) < self._written + self.lag
        if is_late and (method == "GET" or self._old[path] is None):
            return reply(start_response, self._old[path])
        if method in ("GET", "DELETE"):
            return self.sandbox.app(environ, start_response)
        return self._write(method, path, environ, start_response)

    def _write(self, method, path, environ, start_response):
        sent = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        said = {name: value for name, value in sent.items() if name not in self.drops}
        if "Operations" in sent:
            kept = [item for item in sent["Operations"] if item["path"] not in self.drops]
            said["Operations"] = kept
        before = self._look(path)
        if said.get("Operations") != []:
            content = json.dumps(said).encode()
            environ |= {"wsgi.input": Body(content), "CONTENT_LENGTH": str(len(content))}
            answer = b"".join(self.sandbox.app(environ, start_response))
        else:
            answer = b""
            start_response("204 No Content", [])
        if method == "POST":
            path = f"/Users/{json.loads(answer)['id']}"
        self._old[path], self._written = before, float(sum(self.slept))
        if method in self.fails:
            return [b"<html>"]
        if self.echoes and method == "PATCH":
            new = {item["path"]: item["value"] for item in sent["Operations"]}
            return reply(start_response, {**before, **new})
        return [answer]

    def _look(self, path):
        found = [item for item in self.sandbox.show() if path.endswith(item["id"])]
        return found[0] if found else None

    def update(self, number, *attributes, action=Action.UPDATE):
        resource = self.people[number]
        key = resource["userName"]
        items = tuple(AttributeChange(parse_path(path), *sides) for path, *sides in attributes)
        live = Live(Kind.USER, resource["id"], resource)
        change = Change("app", Kind.USER, key, action, key, "", live=live, attributes=items)
        return write_change(self.client, change, {})

    def create(self, *attributes):
        items = tuple(AttributeChange(parse_path(path), None, value) for path, value in attributes)
        change = Change("app", Kind.USER, "new", Action.CREATE, "new", "", attributes=items)
        return write_change(self.client, change, {})

    def join(self, *numbers):
        keys = [self.people[number]["userName"] for number in numbers]
        people = tuple(MemberChange(Ref(Kind.USER, key), f"id-{key}", key) for key in keys)
        live = Live(Kind.GROUP, "id-crew", CREW)
        change = Change(
            "app", Kind.GROUP, "crew", Action.ADD_MEMBERS, "Crew", "", live=live, add=people
        )
        return write_change(self.client, change, {})


class Body:
    """A request's body that can be read once more."""

    def __init__(self, content):
        self.read = lambda _=-1: content


def reply(start_response, resource):
    status = "200 OK" if resource else "404 No"
    start_response(status, [("Content-Type", "application/scim+json")])
    return [json.dumps(resource or {}).encode()]


TITLE = ("title", "old", "new")
OFF = ("active", True, False)


def test_an_update_that_shows_late_is_waited_for():
    world = World(lag=20, consistency_delay_seconds=60)
    written = world.update(0, TITLE)
    assert (written.resource["title"], written.note) == ("new", None)
    assert world.slept == [1.0, 2.0, 4.0, 8.0, 16.0]


def test_the_wait_ends_with_the_delay():
    world = World(lag=1_000, consistency_delay_seconds=10)
    assert world.update(0, TITLE).note == "not taken by this server: title"
    assert world.slept == [1.0, 2.0, 4.0, 3.0]


def test_what_a_server_does_not_take_is_named_and_waited_for_once():
    world = World(drops=["title"], consistency_delay_seconds=3)
    for number in range(3):
        written = world.update(number, TITLE, ("nickName", None, "x"))
        assert written.note == "not taken by this server: title"
        assert (written.resource["title"], written.resource["nickName"]) == ("old", "x")
    assert world.slept == [1.0, 2.0]
    assert world.requests == {"PATCH": 3, "GET": 5}


def test_a_create_that_loses_a_value_says_so():
    world = World(drops=["title"])
    written = world.create(("userName", "new"), ("title", "x"))
    assert written.note == "not taken by this server: title"
    assert world.requests == {"POST": 1, "GET": 1}


def test_an_account_that_stays_active_is_a_failure_every_time():
    world = World(drops=["active"])
    for _ in range(2):
        with pytest.raises(ScimError, match="the server said yes, but u00 is still active"):
            world.update(0, OFF, action=Action.DISABLE)


def test_an_answer_that_shows_the_object_counts():
    world = World(quirks=frozenset({Quirk.NO_PATCH}))
    assert world.update(0, TITLE).resource["title"] == "new"
    assert world.requests == {"GET": 2, "PUT": 1}  # One of them for the schemas.


def test_an_answer_that_repeats_what_was_sent_is_believed_unless_all_is_verified():
    lied = World(drops=["title"], echoes=True).update(0, TITLE)
    assert (lied.resource["title"], lied.note) == ("new", None)
    seen = World(drops=["title"], echoes=True, verify=Verify.ALL).update(0, TITLE)
    assert (seen.resource["title"], seen.note) == ("old", "not taken by this server: title")


def test_of_a_sample_the_first_and_one_in_ten_are_read_back():
    world = World(verify=Verify.SAMPLE)
    read = [number for number in range(30) if world.update(number, TITLE).resource]
    assert read[0] == 0
    assert 1 < len(read) < 10
    assert world.requests == {"PATCH": 30, "GET": len(read)}


def test_of_a_sample_everybody_is_read_back_who_loses_access():
    world = World(verify=Verify.SAMPLE)
    for number in range(5):
        assert world.update(number, OFF, action=Action.DISABLE).resource["active"] is False


def test_nothing_is_read_back_but_what_is_adopted():
    world = World(verify=Verify.NONE)
    assert world.update(0, TITLE).resource is None
    world.join(0, 1)
    assert world.requests == {"PATCH": 2}
    adopted = world.update(1, ("externalId", None, "u01"), action=Action.ADOPT)
    assert adopted.resource["externalId"] == "u01"


def test_members_that_show_late_are_waited_for():
    world = World(lag=5, consistency_delay_seconds=60)
    world.join(0, 1)
    assert world.slept == [1.0, 2.0, 4.0]


def test_a_new_account_that_is_not_found_yet_is_waited_for():
    world = World(lag=3, consistency_delay_seconds=60, verify=Verify.ALL)
    assert world.create(("userName", "new")).resource["userName"] == "new"
    assert world.slept == [1.0, 2.0]


def test_a_write_to_an_account_that_is_not_found_yet_is_sent_again():
    world = World(lag=3, consistency_delay_seconds=60)
    ids = {Ref(Kind.USER, "new"): world.create(("userName", "new")).live_id}
    item = AttributeChange(parse_path("title"), None, "x")
    change = Change("app", Kind.USER, "new", Action.UPDATE, "new", "", attributes=(item,))
    assert write_change(world.client, change, ids).resource["title"] == "x"
    assert world.requests == {"POST": 1, "PATCH": 3, "GET": 3}


def test_somebody_else_who_is_gone_is_not_waited_for():
    world = World(consistency_delay_seconds=60)
    world.client.delete(Kind.USER, "id-u00")
    with pytest.raises(ScimError, match="404"):
        world.update(0, TITLE)
    assert world.slept == []


def test_an_update_without_an_answer_that_shows_late_has_arrived():
    world = World(lag=3, consistency_delay_seconds=60, fails=["PATCH"])
    assert world.update(0, TITLE).resource["title"] == "new"
    lost = World(drops=["title"], fails=["PATCH"])
    with pytest.raises(TransportError):
        lost.update(0, TITLE)


def test_a_wait_that_the_deadline_ends_teaches_nothing():
    world = World(lag=20, consistency_delay_seconds=60, latest=10.0)
    written = world.update(0, TITLE)
    assert written.resource is None
    assert written.note == "out of time: the server does not show yet what was written"
    assert world.slept == [1.0, 2.0, 4.0]
    assert world.client.findings.untaken == set()
