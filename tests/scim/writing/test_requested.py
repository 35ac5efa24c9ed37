import pytest

from reconciler.errors import ScimError, TransportError
from reconciler.model.service import Service
from reconciler.model.values import Kind
from reconciler.sandbox import open_sandbox
from reconciler.scim.client import ScimClient
from reconciler.scim.http.transport import open_transport
from reconciler.scim.writing.requested import requested_names, with_requested
from tests.patience import patience

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ACME = "urn:example:acme:2.0:User"


def attribute(name, returned="request", mutability="readWrite"):
    return {"name": name, "returned": returned, "mutability": mutability}


def schemas(*found):
    return {"Resources": [{"id": urn, "attributes": list(items)} for urn, *items in found]}


def test_what_is_shown_on_request_and_may_be_written_is_named():
    document = schemas(
        (USER, attribute("x509Certificates"), attribute("title", returned="default")),
        (GROUP, attribute("notes")),
        (ACME, attribute("lockers"), attribute("seen", mutability="readOnly")),
    )
    assert requested_names(document, Kind.USER) == ("x509Certificates", f"{ACME}:lockers")
    assert requested_names(document, Kind.GROUP) == ("notes", f"{ACME}:lockers")


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"Resources": None},
        {"Resources": [None, "x", {"id": USER}, {"id": USER, "attributes": [None, 3]}]},
        schemas((f"{USER}\nX-Evil: 1", attribute("lockers"))),
        schemas((USER, attribute("a\r\nb"))),
    ],
)
def test_schemas_that_say_nothing_usable_name_nothing(document):
    assert requested_names(document, Kind.USER) == ()


def client_of(status, body):
    """Return a client of the embedded server, whose schemas are answered so."""
    sandbox = open_sandbox(None, target="app")

    def app(environ, start_response):
        if not environ["PATH_INFO"].endswith("/Schemas"):
            return sandbox.app(environ, start_response)
        start_response(status, [("Content-Type", "application/json")])
        return [body]

    service = Service(retries=0)
    transport = open_transport(
        "http://sandbox.localhost", credentials=None, service=service, patience=patience(), app=app
    )
    return ScimClient(transport, service)


@pytest.mark.parametrize(
    ("status", "body"), [("404 No", b"{}"), ("200 OK", b"<html>"), ("500 No", b""), ("200 OK", b"")]
)
def test_a_server_without_schemas_is_asked_once(status, body):
    client = client_of(status, body)
    for _ in range(2):
        assert with_requested(client, Kind.USER, "id-ada", {"id": "id-ada"}) == {"id": "id-ada"}
    assert client.requests == 1


def test_what_is_not_known_for_the_moment_is_no_leave_to_lose_it():
    client = client_of("503 Later", b"{}")
    with pytest.raises((ScimError, TransportError), match="503"):
        with_requested(client, Kind.USER, "id-ada", {"id": "id-ada"})
    assert client.findings.requested == {}
