"""Answers that may be anything: each ends in a clear message, and none tells the token."""

import json
import threading
import time
from datetime import UTC, datetime
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx
import pytest

from reconciler import __version__
from reconciler.errors import InputError, ScimError, TransportError
from reconciler.model.auth import Bearer, SecretSource
from reconciler.model.service import Service
from reconciler.model.values import Kind
from reconciler.scim.client import ScimClient
from reconciler.scim.http import answer as answers
from reconciler.scim.http.auth import open_credentials
from reconciler.scim.http.retry import LONGEST_WAIT
from reconciler.scim.http.secret import Secret
from reconciler.scim.http.transport import Transport, open_transport
from reconciler.scim.reader import ScimReader
from tests.patience import paced, patience

URL = "http://app.localhost/scim"
TOKEN = "hush/very+secret=="
ONCE = Service(retries=0)
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def says(status, content=b"", **headers):
    """Return an app that gives one answer to everything."""

    def app(_, start_response):
        start_response(status, [(name.replace("_", "-"), text) for name, text in headers.items()])
        return [content]

    return app


def bearer(text):
    return open_credentials(Bearer(SecretSource("env", "TOKEN")), Secret(text))


def transport(app, service=ONCE):
    return open_transport(
        URL,
        credentials=bearer(TOKEN),
        service=service,
        patience=patience(service.retries),
        app=app,
    )


UNREADABLE = {
    "html": (says("200 OK", b"<html>Sign in"), "GET Users: 200 but no JSON came back: <html>"),
    "truncated": (says("200 OK", b'{"Resources": [{"id"'), "no JSON came back"),
    "no-text": (says("200 OK", b"\xff\xfe\x00"), "no JSON came back"),
    "nested-without-end": (says("200 OK", b"[" * 200_000), "no JSON came back"),
    "a-number": (says("200 OK", b"12"), "a JSON object is expected, not 12"),
    "broken-compression": (says("200 OK", b"no", Content_Encoding="gzip"), "no answer from app"),
    "redirect": (
        says("302 Found", Location="https://evil.example/x"),
        "302 redirects to https://evil.example/x; redirects are not followed",
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_named(name):
    app, message = UNREADABLE[name]
    with pytest.raises(TransportError) as caught:
        transport(app).send("GET", "Users")
    assert message in caught.value.message
    assert len(caught.value.message) < 350


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_write_with_an_unreadable_answer_may_have_taken_effect(name):
    with pytest.raises(TransportError) as caught:
        transport(UNREADABLE[name][0]).send("POST", "Users", body={})
    assert caught.value.sent


def test_an_answer_without_end_is_given_up():
    piece = b" " * (8 << 20)
    sent = []

    def app(_, start_response):
        start_response("200 OK", [])
        for _ in range(1000):
            sent.append(1)
            yield piece

    with pytest.raises(TransportError, match="larger than 64 MiB"):
        transport(app).send("GET", "Users")
    assert len(sent) * len(piece) <= answers.LARGEST + 2 * len(piece)


def test_an_answer_that_drips_is_given_up():
    drops = iter(range(100))

    def app(_, start_response):
        start_response("200 OK", [])
        for _ in drops:
            time.sleep(0.05)
            yield b" "

    with pytest.raises(TransportError, match="took too long"):
        transport(app, Service(retries=0, timeout_seconds=0.2)).send("GET", "Users")
    assert next(drops, None) is not None, "it was read to its end"


REFUSALS = {
    "scim": (b'{"status": "400", "scimType": "invalidValue", "detail": "no"}', "invalidValue: "),
    "status-is-a-number": (b'{"status": 400, "detail": "no"}', "400: GET Users: no"),
    "message": (b'{"message": "no", "code": 7}', "400: GET Users: no"),
    "html": (b"<html>Oops", "400: GET Users: <html>Oops"),
    "empty": (b"", "400: GET Users: no reason given"),
    "array": (b'["a"]', '400: GET Users: ["a"]'),
    "control": (b'{"detail": "a\\u001b[31m\\u202eb\\nc"}', "400: GET Users: a [31m b c"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_says_why_in_whatever_form_it_comes(name):
    content, message = REFUSALS[name]
    with pytest.raises(ScimError) as caught:
        transport(says("400 Bad", content)).send("GET", "Users")
    assert message in caught.value.message
    assert caught.value.status == 400


def test_half_a_surrogate_pair_becomes_text_that_can_be_written():
    found = transport(says("200 OK", b'{"id": "a\\ud800b"}')).send("GET", "Users/a")
    assert found.body == {"id": "a?b"}


ECHOES = {
    "detail": says("401 No", json.dumps({"detail": f"Bearer {TOKEN} is wrong"}).encode()),
    "late-in-a-long-text": says("400 No", b"x" * 190 + TOKEN.encode()),
    "html": says("200 OK", f"<html>{TOKEN}".encode()),
    "redirect": says("302 Found", Location=f"https://evil.example/?token={TOKEN}"),
    "scim-type": says("400 No", json.dumps({"scimType": TOKEN, "detail": "no"}).encode()),
    "scalar": says("200 OK", json.dumps(TOKEN).encode()),
}


@pytest.mark.parametrize("name", ECHOES)
def test_a_token_that_the_server_repeats_is_not_repeated(name):
    opened = transport(ECHOES[name])
    with pytest.raises((TransportError, ScimError)) as caught:
        opened.send("GET", "Users")
    error = caught.value
    shown = f"{error!r} {error} {error.hint} {error.__cause__!r} {opened!r}"
    assert TOKEN[:6] not in shown + repr(ScimClient(opened, ONCE)) + repr(Secret(TOKEN))


def test_a_secret_does_not_show_itself():
    assert "hush" not in f"{Secret('hush')!r} {Secret('hush')} {[Secret('hush')]}"


@pytest.mark.parametrize("text", ["hush\nhush", "hush hush", "hush–é", "hush\x00", ""])
def test_a_token_that_no_header_carries_is_refused_unseen(text):
    with pytest.raises(InputError, match="no HTTP header can carry") as caught:
        open_transport(
            "https://app.example", credentials=bearer(text), service=ONCE, patience=patience()
        )
    assert "hush" not in f"{caught.value!r} {caught.value.hint}"
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("url", ["http://app.example/scim", "ftp://app.example", "http://[::2]/"])
def test_a_token_is_not_sent_in_the_clear(url):
    with pytest.raises(InputError, match="in the clear"):
        open_transport(url, credentials=bearer("hush"), service=ONCE, patience=patience())


def test_a_url_that_is_none_is_wrong_input():
    with pytest.raises(InputError, match="the url is not one"):
        open_transport(
            "https://app.example:port/", credentials=None, service=ONCE, patience=patience()
        )


def test_a_request_bears_the_token_the_media_type_and_our_name():
    seen = {}

    def app(environ, start_response):
        seen.update(environ)
        return says("200 OK", b"{}")(environ, start_response)

    service = Service(headers={"authorization": "Basic theirs", "X-Tenant": "7"})
    opened = open_transport(
        URL, credentials=bearer("hush"), service=service, patience=patience(), app=app
    )
    opened.send("POST", "Users", body={"userName": "ada"})
    assert seen["HTTP_AUTHORIZATION"] == "Bearer hush"
    assert seen["HTTP_ACCEPT"] == "application/scim+json, application/json"
    assert seen["HTTP_USER_AGENT"] == f"reconciler/{__version__}"
    assert seen["HTTP_X_TENANT"] == "7"
    assert seen["CONTENT_TYPE"] == "application/scim+json"


def test_a_profile_may_say_what_is_accepted_and_who_we_are():
    seen = []

    def app(environ, start_response):
        seen.append(environ)
        return says("200 OK", b"{}")(environ, start_response)

    said = {
        "accept": "application/scim+json",
        "user-agent": "it",
        "content-type": "application/json",
    }
    opened = open_transport(
        URL, credentials=None, service=Service(headers=said), patience=patience(), app=app
    )
    opened.send("GET", "Users")
    opened.send("POST", "Users", body={"userName": "ada"})
    read, written = seen
    assert (read["HTTP_ACCEPT"], read["HTTP_USER_AGENT"]) == ("application/scim+json", "it")
    assert "CONTENT_TYPE" not in read
    assert written["CONTENT_TYPE"] == "application/json"


class Storm:
    """Refuse the first *count* requests, then answer; *waits* is what the client waited."""

    def __init__(self, count, status="429 Slow", **headers):
        self.left = count
        self.refuse = says(status, b'{"detail": "slow down"}', **headers)
        self.methods = []
        self.waits = []

    def __call__(self, environ, start_response):
        self.methods.append(environ["REQUEST_METHOD"])
        self.left -= 1
        answer = self.refuse if self.left >= 0 else says("200 OK", b'{"id": "1"}')
        return answer(environ, start_response)

    def transport(self, attempts=5):
        client = httpx.Client(transport=httpx.WSGITransport(app=self), timeout=5)
        waiting = patience(attempts, sleep=self.waits.append, random=lambda: 0.5)
        return Transport(client, URL, paced(waiting))


def test_a_write_names_the_version_that_it_is_for():
    asked = []

    def app(environ, start_response):
        asked.append(environ.get("HTTP_IF_MATCH"))
        start_response("204 No Content", [("ETag", 'W/"2"')])
        return [b""]

    way = transport(app)
    answer = way.send("PATCH", "Users/1", body={}, version='W/"1"')
    way.send("PATCH", "Users/1", body={})

    assert asked == ['W/"1"', None]
    assert answer.headers["etag"] == 'W/"2"'


def test_a_storm_of_refusals_is_waited_out_as_the_server_asks():
    storm = Storm(3, Retry_After="7")
    assert storm.transport().send("POST", "Users", body={}).status == 200
    assert storm.waits == [7.0, 7.0, 7.0]


def test_a_storm_without_end_ends_with_the_reason_and_the_next_step():
    storm = Storm(99, X_Retry_After="120")
    opened = storm.transport(attempts=2)
    with pytest.raises(ScimError, match="429: GET Users: slow down") as caught:
        opened.send("GET", "Users")
    assert "lower service.concurrency" in caught.value.hint
    assert storm.waits == [LONGEST_WAIT, LONGEST_WAIT]
    assert opened.requests == opened.requests_of_thread == opened.sent["GET"] == 3


def test_a_write_that_a_proxy_lost_is_not_sent_twice():
    storm = Storm(1, "504 Gateway Timeout")
    with pytest.raises(ScimError, match="504"):
        storm.transport().send("POST", "Users", body={})
    assert storm.methods == ["POST"]


def test_a_read_that_a_proxy_lost_is_sent_again():
    storm = Storm(2, "502 Bad Gateway")
    assert storm.transport().send("GET", "Users").body == {"id": "1"}
    assert storm.waits == [0.25, 0.5]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def test_over_a_socket_silence_is_told_apart_from_nobody_there():
    def slow(environ, start_response):
        time.sleep(0.6)
        return says("200 OK", b"{}")(environ, start_response)

    service = Service(retries=0, timeout_seconds=0.2)
    with make_server("127.0.0.1", 0, slow, handler_class=Quiet) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        opened = open_transport(
            url, credentials=bearer("hush"), service=service, patience=patience()
        )
        with pytest.raises(TransportError, match="took too long") as one:
            opened.send("PATCH", "Users/1", body={})
    with pytest.raises(TransportError, match="no answer from 127") as other:
        opened.send("PATCH", "Users/1", body={})
    opened.close()
    assert one.value.sent
    assert not other.value.sent


@pytest.mark.parametrize("live_id", ["..", ".", ""])
def test_an_id_that_means_another_address_is_not_sent(live_id):
    seen = []
    opened = transport(lambda environ, _: seen.append(environ))
    with pytest.raises(TransportError, match="would mean another address"):
        ScimClient(opened, ONCE).delete(Kind.USER, live_id)
    assert seen == []


def test_an_id_is_quoted_in_the_address():
    seen = []

    def app(environ, start_response):
        seen.append((environ["PATH_INFO"], environ["QUERY_STRING"]))
        return says("200 OK", b'{"id": "a/b?c#d"}')(environ, start_response)

    reader = ScimReader(transport(app), ONCE)
    assert reader.read(Kind.USER, "a/b?c#d") == {"id": "a/b?c#d"}
    assert seen == [("/scim/Users/a/b?c#d", "")]


def test_an_empty_answer_is_not_taken_for_a_missing_user():
    with pytest.raises(TransportError, match="the answer is no user"):
        ScimReader(transport(says("200 OK")), ONCE).read(Kind.USER, "ada")
    assert ScimReader(transport(says("404 No")), ONCE).read(Kind.USER, "ada") is None


def test_an_answer_that_is_somebody_else_is_no_answer():
    app = says("200 OK", b'{"id": "bob", "userName": "bob"}')
    with pytest.raises(TransportError, match="the answer is another user"):
        ScimReader(transport(app), ONCE).read(Kind.USER, "ada")
    client = ScimClient(transport(app), ONCE)
    assert client.patch(Kind.USER, "ada", []) is None
    assert client.replace(Kind.USER, "ada", {}) is None
    assert client.patch(Kind.USER, "BOB", []) == {"id": "bob", "userName": "bob"}


ERROR = '{"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "detail": "no", "status": %s}'


@pytest.mark.parametrize(
    ("status", "meant"), [('"409"', 409), ("404", 404), ("200", 400), ("[[]]", 400), ("null", 400)]
)
def test_a_refusal_that_calls_itself_a_success_is_a_refusal(status, meant):
    with pytest.raises(ScimError, match=f"{meant}: DELETE Users/1: 200, but no") as caught:
        transport(says("200 OK", (ERROR % status).encode())).send("DELETE", "Users/1")
    assert caught.value.status == meant


def test_a_refusal_with_a_reason_without_end_is_a_refusal():
    content = b'{"detail": ' + b"[" * 900 + b"]" * 900 + b"}"
    with pytest.raises(ScimError, match="400: GET Users: "):
        transport(says("400 No", content)).send("GET", "Users")


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"id": ""}'])
def test_who_we_are_may_remain_unknown(content):
    assert ScimReader(transport(says("200 OK", content)), ONCE).me() is None
