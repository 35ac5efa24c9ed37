"""One object by its marks: what is asked, in which order, and what an answer is worth."""

import pytest

from reconciler.errors import ScimError, TransportError
from reconciler.model.explanation import Trial
from reconciler.model.path import parse_path
from reconciler.model.resource import Link, LookUp
from reconciler.model.service import Quirk, Service
from reconciler.model.values import Kind
from reconciler.sandbox import open_sandbox
from reconciler.scim.http.transport import open_transport
from reconciler.scim.reader import ScimReader
from reconciler.scim.reading.single import read_by_id, read_one
from tests.patience import patience

SCHEMAS = "urn:ietf:params:scim:schemas:core:2.0"
ADA = {
    "id": "id-ada",
    "schemas": [f"{SCHEMAS}:User"],
    "userName": "ada@contoso.example",
    "externalId": "ada",
}
CREW = {
    "id": "id-crew",
    "schemas": [f"{SCHEMAS}:Group"],
    "displayName": "Crew",
    "members": [{"value": "id-ada"}],
}


class Server:
    """The embedded server; *asked* are the paths of the requests that it got."""

    def __init__(self, status=None, service=None):
        service = service or Service(retries=0)
        quirks = frozenset(quirk.value for quirk in service.quirks)
        self.sandbox = open_sandbox(None, target="app", quirks=quirks)
        self.sandbox.load([ADA, CREW])
        self.status = status
        self.asked = []
        transport = open_transport(
            "https://app.example/scim/v2",
            credentials=None,
            service=service,
            patience=patience(),
            app=self._app,
        )
        self.reader = ScimReader(transport, service)

    def _app(self, environ, start_response):
        self.asked.append(environ["PATH_INFO"].rpartition("/scim/v2/")[2])
        if self.status and environ["QUERY_STRING"]:
            start_response(self.status, [("Content-Type", "application/scim+json")])
            return [b'{"status": "refused", "detail": "no such filter"}']
        return self.sandbox.app(environ, start_response)


def linked(live_id="id-ada", external_id="ada"):
    return Trial("ledger", live_id, link=Link(Kind.USER, "ada", live_id, external_id, None))


def asked_for(path, value):
    return Trial(path, value, look_up=LookUp(Kind.USER, parse_path(path), value))


def answers(trials):
    return [
        (trial.by, None if trial.found is None else [live.id for live in trial.found], trial.note)
        for trial in trials
    ]


def test_what_the_ledger_records_is_read_by_its_id_and_nothing_else_is_asked():
    server = Server()
    trials = read_one(server.reader, Kind.USER, [linked(), asked_for("externalId", "ada")])
    assert answers(trials) == [
        ("ledger", ["id-ada"], ""),
        ("externalId", None, "not asked: it is found already"),
    ]
    assert server.asked == ["Users/id-ada"]


def test_a_record_that_no_longer_holds_is_noted_and_asking_goes_on():
    trials = read_one(
        Server().reader,
        Kind.USER,
        [linked(external_id="somebody"), asked_for("externalId", "ada")],
    )
    assert answers(trials) == [
        ("ledger", ["id-ada"], "it no longer bears the recorded marks"),
        ("externalId", ["id-ada"], ""),
    ]


def test_an_account_that_is_gone_is_looked_for_by_every_mark():
    questions = [
        linked("id-old"),
        asked_for("externalId", "old"),
        asked_for("userName", "ADA@contoso.example"),
    ]
    assert answers(read_one(Server().reader, Kind.USER, questions)) == [
        ("ledger", [], "it is gone"),
        ("externalId", [], ""),
        ("userName", ["id-ada"], ""),
    ]


def test_what_the_app_cannot_filter_by_is_not_asked():
    server = Server(service=Service(retries=0, filterable=frozenset({"userName"})))
    (trial,) = read_one(server.reader, Kind.USER, [asked_for("externalId", "ada")])
    assert (trial.found, trial.note) == (None, "not asked: this app cannot be asked for it")
    assert server.asked == []


def test_a_refused_filter_is_no_answer():
    (trial,) = read_one(
        Server(status="400 Bad Request").reader, Kind.USER, [asked_for("userName", "ada")]
    )
    assert trial.found is None
    assert trial.note.startswith("not answered: ")


@pytest.mark.parametrize("status", ["401 Unauthorized", "500 Internal Server Error"])
def test_a_server_that_cannot_be_read_is_an_error(status):
    with pytest.raises((ScimError, TransportError)):
        read_one(Server(status=status).reader, Kind.USER, [asked_for("userName", "ada")])


@pytest.mark.parametrize("quirks", [frozenset(), frozenset({Quirk.MEMBERS_BY_USER_FILTER})])
def test_a_group_comes_with_its_members(quirks):
    live = read_by_id(
        Server(service=Service(retries=0, quirks=quirks)).reader, Kind.GROUP, "id-crew"
    )
    assert live.members == {"id-ada"}
