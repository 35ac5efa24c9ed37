"""A reader can change nothing: it has no verb for it, and it keeps no way to one."""

import pytest

from reconciler.model.path import parse_path
from reconciler.model.resource import LookUp
from reconciler.model.service import Service
from reconciler.model.values import Kind
from reconciler.sandbox import open_sandbox
from reconciler.scim.client import ScimClient
from reconciler.scim.http.transport import Transport, open_transport
from reconciler.scim.reader import ScimReader
from tests.patience import patience

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
READS = {"describe", "find", "list_all", "me", "members_by_filter", "members_of", "read"}


def opened(app):
    service = Service(retries=0)
    way = open_transport(
        "http://sandbox.localhost", credentials=None, service=service, patience=patience(), app=app
    )
    return way, service


def verbs(of):
    return {name for name in dir(of) if not name.startswith("_") and callable(getattr(of, name))}


def test_a_reader_has_no_verb_but_those_that_read():
    assert verbs(ScimReader) == READS
    assert verbs(ScimClient) >= {"create", "patch", "replace", "delete"}


def test_a_reader_keeps_nothing_that_could_write():
    reader = ScimReader(*opened(None))
    assert not any(isinstance(item, Transport) for item in vars(reader).values())


@pytest.mark.parametrize(
    "name", ["two\nlines", "a\ttab", "\x01", 'a "word"', "back\\slash", "Æ\u2028"]
)
def test_who_has_an_odd_name_is_found_by_it(name):
    way, service = opened(open_sandbox(None, target="app").app)
    made = ScimClient(way, service).create(Kind.USER, {"schemas": [USER], "userName": name})
    (found,) = ScimReader(way, service).find(LookUp(Kind.USER, parse_path("userName"), name))
    assert found["id"] == made["id"]


def test_whatever_a_reader_is_asked_the_server_sees_gets_alone():
    sandbox, methods = open_sandbox(None, target="app"), []

    def app(environ, start_response):
        methods.append(environ["REQUEST_METHOD"])
        return sandbox.app(environ, start_response)

    way, service = opened(app)
    reader = ScimReader(way, service)
    reader.list_all(Kind.USER)
    reader.members_of("nobody")
    reader.members_by_filter(["nobody"])
    reader.read(Kind.GROUP, "nobody")
    reader.me()
    reader.describe("ServiceProviderConfig")
    assert reader.requests == len(methods)
    assert set(methods) == {"GET"}
