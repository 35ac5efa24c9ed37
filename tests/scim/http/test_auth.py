"""Four ways to prove who we are; a token endpoint that fails, lies and repeats the secret."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import parse_qs

import httpx
import pytest

from reconciler.errors import InputError, ScimError, TransportError
from reconciler.model.auth import ApiKey, Basic, Bearer, ClientCredentials, SecretSource
from reconciler.model.service import Service
from reconciler.scim.http.auth import open_credentials
from reconciler.scim.http.secret import Secret
from reconciler.scim.http.transport import Transport, open_transport
from tests.patience import paced, patience

URL = "http://app.localhost/scim"
SECRET = "hush/very+secret=="
ENV = SecretSource("env", "APP_SECRET")
OAUTH = ClientCredentials("http://login.localhost/token", "client-7", ENV, "scim")
START = datetime(2026, 7, 1, tzinfo=UTC)


class Provider:
    """A token endpoint and an app that lets in only its latest token."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        self.seen = []
        self.valid = None

    def __call__(self, environ, start_response):
        if environ["HTTP_HOST"].startswith("login"):
            return self._token(environ, start_response)
        self.seen.append(environ["HTTP_AUTHORIZATION"])
        if self.valid is not None and self.seen[-1] != f"Bearer {self.valid}":
            start_response("401 Unauthorized", [])
            return [b'{"detail": "no"}']
        start_response("200 OK", [])
        return [b'{"Resources": []}']

    def _token(self, environ, start_response):
        form = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
        self.asked.append((environ["HTTP_AUTHORIZATION"], parse_qs(form)))
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        start_response(status, [])
        return [body if isinstance(body, bytes) else json.dumps(body).encode()]


def gives(token, **more):
    return ("200 OK", {"access_token": token, "token_type": "Bearer", **more})


def opened(auth, app, **keywords):
    credentials = open_credentials(auth, Secret(SECRET))
    return open_transport(
        URL,
        credentials=credentials,
        service=Service(retries=0),
        patience=patience(),
        app=app,
        **keywords,
    )


def timed(app, clock, attempts=0):
    """Return a way to *app* whose clock the test sets, and that never really waits."""
    client = httpx.Client(transport=httpx.WSGITransport(app=app), timeout=5)
    waiting = patience(attempts, clock=lambda: clock[0])
    return Transport(client, URL, paced(waiting), open_credentials(OAUTH, Secret(SECRET)))


@pytest.mark.parametrize(
    ("auth", "header", "expected"),
    [
        (Bearer(ENV), "HTTP_AUTHORIZATION", f"Bearer {SECRET}"),
        (ApiKey("X-Api-Key", ENV), "HTTP_X_API_KEY", SECRET),
        (
            Basic("admin", ENV),
            "HTTP_AUTHORIZATION",
            "Basic " + base64.b64encode(f"admin:{SECRET}".encode()).decode(),
        ),
    ],
)
def test_a_request_bears_what_proves_who_we_are(auth, header, expected):
    seen = {}

    def app(environ, start_response):
        seen.update(environ)
        start_response("200 OK", [])
        return [b"{}"]

    opened(auth, app).send("GET", "Users")
    assert seen[header] == expected


def test_a_token_is_fetched_once_for_many_requests_and_threads():
    provider = Provider(gives("one", expires_in=3600))
    transport = opened(OAUTH, provider)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: transport.send("GET", "Users"), range(24)))
    assert set(provider.seen) == {"Bearer one"}
    basic = "Basic " + base64.b64encode(f"client-7:{SECRET}".encode()).decode()
    assert provider.asked == [(basic, {"grant_type": ["client_credentials"], "scope": ["scim"]})]
    assert transport.requests == 25


def test_a_token_is_renewed_half_a_minute_before_it_ends():
    provider, clock = Provider(gives("one", expires_in=60), gives("two", expires_in=60)), [START]
    transport = timed(provider, clock)
    for second in (0, 29, 30, 31):
        clock[0] = START.replace(second=second)
        transport.send("GET", "Users")
    assert provider.seen == ["Bearer one"] * 2 + ["Bearer two"] * 2


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_that_is_refused_is_fetched_anew_once(method):
    provider = Provider(gives("one"), gives("two"))
    provider.valid = "two"
    transport = opened(OAUTH, provider)
    transport.send(method, "Users")
    assert provider.seen == ["Bearer one", "Bearer two"]
    provider.valid = "three"
    with pytest.raises(ScimError, match="401"):
        transport.send(method, "Users")
    assert provider.seen[2:] == ["Bearer two", "Bearer two"]


def test_a_token_endpoint_that_is_busy_is_asked_again():
    provider = Provider(("429 Busy", b""), ("503 Down", b"<html>"), gives("one"))
    assert timed(provider, [START], attempts=3).send("POST", "Users").status == 200
    assert len(provider.asked) == 3
    down = Provider(("503 Down", b""))
    with pytest.raises(TransportError, match="the token endpoint gave no token") as caught:
        timed(down, [START], attempts=2).send("POST", "Users")
    assert not caught.value.sent
    assert (len(down.asked), down.seen) == (3, [])


REFUSALS = {
    "refused": (
        ("401 No", {"error": "invalid_client", "error_description": f"{SECRET} is wrong"}),
        "401 invalid_client … is wrong",
    ),
    "basic-repeated": (
        ("400 No", {"error": base64.b64encode(f"client-7:{SECRET}".encode()).decode()}),
        "400 …",
    ),
    "html": (("200 OK", b"<html>Sign in"), "the answer holds no access_token"),
    "empty": (("200 OK", b""), "the answer holds no access_token"),
    "nested": (("200 OK", b"[" * 200_000), "the answer holds no access_token"),
    "no-text": (("200 OK", {"access_token": 7}), "the answer holds no access_token"),
    "another-kind": (gives("x", token_type="MAC"), "we know only Bearer"),
    "redirect": (("302 Found", b""), "302"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_says_why_and_repeats_no_secret(name):
    answer, message = REFUSALS[name]
    provider = Provider(answer)
    with pytest.raises(TransportError) as caught:
        opened(OAUTH, provider).send("GET", "Users")
    assert message in caught.value.message
    assert "login.localhost" in caught.value.message
    shown = f"{caught.value!r} {caught.value.hint}"
    assert SECRET not in shown
    assert provider.seen == []


def test_a_fetched_token_that_the_app_repeats_is_not_repeated():
    def app(environ, start_response):
        if environ["HTTP_HOST"].startswith("login"):
            start_response("200 OK", [])
            return [json.dumps({"access_token": "short-lived"}).encode()]
        start_response("400 No", [])
        return [json.dumps({"detail": environ["HTTP_AUTHORIZATION"]}).encode()]

    with pytest.raises(ScimError) as caught:
        opened(OAUTH, app).send("GET", "Users")
    assert "short-lived" not in repr(caught.value)


def test_a_fetched_token_that_no_header_carries_is_refused_unseen():
    with pytest.raises(InputError, match="no HTTP header can carry") as caught:
        opened(OAUTH, Provider(gives("a b\nc"))).send("GET", "Users")
    assert "a b" not in repr(caught.value)
