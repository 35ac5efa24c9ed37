"""Search everything that a run leaves behind for its secrets: output, plan files, ledger, logs.

The servers here repeat what they were sent, in every place that a client may show or keep.
"""

import base64
import json
import re
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

import pytest

from reconciler.cli.boundary import run
from reconciler.sandbox import open_sandbox
from reconciler.sandbox.serve import serving

SECRET = 'hush/very+secret"quoted=='
BEARER = "hush/very+secret.quoted=="
PASSWORD = "of+the/mail+server=="
HOOK = "services/T0/B0/hook+is/secret"
PLAN_KEY = "signs+plan/files=" * 2
ISSUED = "issued/by+the~endpoint=="
SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
MESSAGE = "urn:ietf:params:scim:api:messages:2.0:Error"
COMMANDS = (
    ("check", "-vv"),
    ("check", "--probe", "-vv", "--log-format", "json"),
    ("check", "--probe", "--write", "--yes", "-vv", "--save-profile", "learned.yaml"),
    ("check", "--format", "json"),
    ("plan", "-v"),
    ("plan", "--format", "html"),
    ("plan", "--format", "json", "--output", "plan.json", "-vv", "--log-format", "json"),
    ("explain", "u1", "--live", "-vv"),
    ("apply", "--yes", "-vv"),
    ("apply", "plan.json", "--yes", "-vv", "--log-format", "json"),
    ("apply", "--resume", "--yes", "--format", "json"),
    ("plan",),
    ("history", "quarantine", "--format", "json"),
    ("history", "--format", "json", "--limit", "0"),
    ("history", "--status", "failed", "--format", "csv"),
    ("history", "--user", "u1"),
)
AUTHS = {
    "bearer": ({"bearer": {"env": "APP_SECRET"}}, BEARER),
    "header": ({"header": {"name": "X-Api-Key", "value": {"env": "APP_SECRET"}}}, BEARER),
    "basic": ({"basic": {"username": "admin", "password": {"env": "APP_SECRET"}}}, SECRET),
    "oauth": (
        {
            "oauth2": {
                "token_url": "TOKEN_URL",
                "client_id": "client-7",
                "client_secret": {"env": "APP_SECRET"},
            }
        },
        SECRET,
    ),
}


def forms(text):
    """Return every form in which *text* may be written down."""
    plain = text.encode()
    return {
        plain,
        quote(text, safe="").encode(),
        quote_plus(text).encode(),
        json.dumps(text)[1:-1].encode(),
        json.dumps(text)[1:-1].replace("/", "\\/").encode(),
        base64.b64encode(plain).rstrip(b"="),
        plain.hex().encode(),
    }


@dataclass(frozen=True)
class Exchange:
    """A request with its honest answer, and the secret that came with it."""

    method: str
    status: str
    body: bytes
    secret: str

    def altered(self, change):
        """Return the answer with every resource of it changed; None where there is none."""
        if not self.status.startswith("2") or not self.body:
            return None
        found = json.loads(self.body)
        if "Resources" in found:
            found["Resources"] = [change(item) for item in found["Resources"]]
        elif "id" in found:
            found = change(found)
        return self.status, {}, json.dumps(found).encode()


class Parrot:
    """An app that lets everybody in and repeats what they proved themselves with."""

    def __init__(self, app, repeat):
        self.app = app
        self.repeat = repeat
        self.repeated = 0

    def __call__(self, environ, start_response):
        told = environ.get("HTTP_X_API_KEY") or environ["HTTP_AUTHORIZATION"].partition(" ")[2]
        honest = {}

        def keep(status, headers, _=None):
            honest.update(status=status, headers=dict(headers))

        body = b"".join(self.app(environ, keep))
        exchange = Exchange(environ["REQUEST_METHOD"], honest["status"], body, said(told))
        found = self.repeat(exchange)
        self.repeated += found is not None
        status, headers, body = found or (honest["status"], honest["headers"], body)
        start_response(status, list({"Content-Type": "application/scim+json", **headers}.items()))
        return [body]


def said(told):
    """Return the secret within a header: that of a Basic pair is its password."""
    try:
        pair = base64.b64decode(told, validate=True).decode()
    except ValueError:
        return told
    return pair.partition(":")[2] if re.match(r"(admin|client-7):", pair) else told


def in_names(exchange):
    return exchange.altered(lambda item: item | {"displayName": f"I am {exchange.secret}"})


def in_keys(exchange):
    return exchange.altered(lambda item: item | {exchange.secret: "value"})


def in_ids(exchange):
    return exchange.altered(lambda item: item | {"externalId": exchange.secret})


def escaped(exchange):
    """Repeat it so that no search in the bytes of the answer finds it."""
    odd = "".join(f"\\u{ord(char):04x}" for char in exchange.secret).encode()
    found = exchange.altered(lambda item: item | {"title": "SECRET"})
    return found and (*found[:2], found[2].replace(b"SECRET", odd))


def in_refusals(exchange):
    if exchange.method == "GET":
        return None
    said = {"scimType": exchange.secret, "detail": f"No: Bearer {exchange.secret}, you may not"}
    error = {"schemas": [MESSAGE], "status": "400", **said}
    return "400 Bad Request", {}, json.dumps(error).encode()


def in_html(exchange):
    if exchange.method == "GET":
        return None
    page = b"<pre>" + b" ".join(sorted(forms(exchange.secret)))
    return "500 Oops", {"Content-Type": "text/html"}, page


def in_wide_letters(exchange):
    if exchange.method == "GET":
        return None
    page = f"<pre>{exchange.secret}".encode("utf-16")
    return "400 No", {"Content-Type": "text/html; charset=utf-16"}, page


def in_redirects(exchange):
    place = f"https://evil.example/?t={quote(exchange.secret, safe='')}"
    return "302 Found", {"Location": place}, b""


def in_half_an_answer(exchange):
    return "200 OK", {}, json.dumps({"Resources": [{"id": exchange.secret}]}).encode()[:-3]


def in_wrong_types(exchange):
    answer = {"Resources": exchange.secret, "totalResults": exchange.secret}
    return "200 OK", {}, json.dumps(answer).encode()


def in_401(exchange):
    page = f"{exchange.secret} is not welcome".encode()
    return "401 No", {"WWW-Authenticate": exchange.secret}, page


MISCHIEF = (
    in_names, in_keys, in_ids, escaped, in_refusals, in_html, in_wide_letters, in_redirects,
    in_half_an_answer, in_wrong_types, in_401,
)  # fmt: skip


def token_endpoint(environ, start_response):
    """Issue a token; repeat the client's secret beside it."""
    told = said(environ["HTTP_AUTHORIZATION"].partition(" ")[2])
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"access_token": ISSUED, "token_type": "Bearer", "scope": told}).encode()]


@pytest.mark.parametrize("repeat", MISCHIEF, ids=lambda repeat: repeat.__name__)
@pytest.mark.parametrize("auth", AUTHS)
def test_nothing_that_a_run_leaves_behind_holds_the_secret(
    auth, repeat, tmp_path, monkeypatch, capfdbinary
):
    monkeypatch.chdir(tmp_path)
    document, secret = AUTHS[auth]
    sandbox = open_sandbox(None, target="app")
    sandbox.load([{"schemas": [SCHEMA], "userName": "stranger@elsewhere.example"}])
    parrot = Parrot(sandbox.app, repeat)
    with serving({"app": parrot, "token": token_endpoint}, host="127.0.0.1") as port:
        write_desired_state(tmp_path, f"http://127.0.0.1:{port}", document)
        monkeypatch.setenv("APP_SECRET", secret)
        monkeypatch.setenv("RECONCILER_PLAN_KEY", PLAN_KEY)
        monkeypatch.setenv("RECONCILER_SMTP_URL", "smtp://robot%40contoso.example@127.0.0.1:1")
        monkeypatch.setenv("RECONCILER_SMTP_PASSWORD", PASSWORD)
        monkeypatch.setenv("OPS_HOOK", f"http://127.0.0.1:{port}/{HOOK}")
        for arguments in COMMANDS:  # A bug would be no test of this.
            assert run([*arguments, "--state-dir", "state"]) in {0, 1, 3, 4, 5}
    told = b"".join(capfdbinary.readouterr())
    sandbox.close()

    assert parrot.repeated, "the server had nothing to repeat"
    left = {"output": told} | {
        path.relative_to(tmp_path).as_posix(): path.read_bytes()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    assert {"state/ledger.db", "desired-state/all.yaml"} <= left.keys()
    secrets = {secret, f"admin:{secret}", f"client-7:{secret}", ISSUED, PLAN_KEY, PASSWORD, HOOK}
    hidden = {form for one in secrets for form in (*forms(one), " ".join(one).encode())}
    assert [place for place, content in left.items() if any(one in content for one in hidden)] == []


def test_the_search_finds_what_is_there():
    assert all(form in b"\n".join(forms(SECRET)) for form in forms(SECRET))
    assert BEARER.encode() in forms(BEARER)


def write_desired_state(folder, url, auth):
    users = {
        f"u{number}": {
            "userPrincipalName": f"u{number}@contoso.example",
            "displayName": f"User {number}",
            "jobTitle": "Engineer",
        }
        for number in range(3)
    }
    target = {
        "profile": "generic-scim",
        "url": f"{url}/app/scim/v2",
        "auth": json.loads(json.dumps(auth).replace("TOKEN_URL", f"{url}/token")),
        "scope": "all",
        "groups": {"provision": "all"},
        "service": {"retries": 0},
        "notify": {"email": ["ops@contoso.example"], "webhook": {"url": {"env": "OPS_HOOK"}}},
    }
    root = folder / "desired-state"
    root.mkdir()
    groups = {"crew": {"displayName": "Crew", "members": ["u1"]}}
    state = {"users": users, "groups": groups, "targets": {"app": target}}
    (root / "all.yaml").write_text(json.dumps(state))
