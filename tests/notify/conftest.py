"""A real mail server and a real web server on loopback, and certificates for both."""

import ssl
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import create_connection
from threading import Thread

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

PASSWORD = "correct-horse-battery-staple"


class Mailbox:
    """Keeps what it is sent, and refuses whoever is called nobody."""

    def __init__(self):
        self.letters = []

    async def handle_RCPT(self, _server, _session, envelope, address, _):  # noqa: N802 -- aiosmtpd
        if address.startswith("nobody@"):
            return "550 no such user; and the password is secret"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 -- aiosmtpd
        self.letters.append(envelope)
        return "250 OK"


def check(*asked):
    auth = asked[-1]
    right = (auth.login, auth.password) == (b"robot", PASSWORD.encode())
    return AuthResult(success=right, handled=right)


class AnyPort(Controller):
    """Takes a port that is free, which aiosmtpd's own look at its server does not expect."""

    def _trigger_server(self):
        with create_connection(self.server.sockets[0].getsockname()):
            pass


@contextmanager
def mail_service(*, tls=None, starttls=None, auth=False):
    """Serve a mailbox; give it, with the port that it is at."""
    box = Mailbox()
    options = {}
    if auth:
        options = {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    if starttls is not None:
        options |= {"tls_context": starttls, "require_starttls": True}
    controller = AnyPort(box, "127.0.0.1", 0, ssl_context=tls, **options)
    controller.start()
    try:
        box.port = controller.server.sockets[0].getsockname()[1]
        yield box
    finally:
        controller.stop()


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture(scope="session")
def certificate(authority):
    """The context of a server on loopback whose certificate *authority* signed."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


@pytest.fixture
def trusted(authority, monkeypatch, tmp_path):
    """Let this machine trust *authority*."""
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


class Hook:
    """A web server that keeps what is posted to it, and answers as it is told."""

    def __init__(self, server):
        self.posted = []
        self.status = 200
        self.headers = {}
        self.url = f"http://127.0.0.1:{server.server_port}/services/T0/B0/secret-path"


@contextmanager
def hook_service(tls=None):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.posted.append((self.path, dict(self.headers), body.decode()))
            self.send_response(hook.status)
            for name, value in hook.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    hook = Hook(server)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def hook():
    with hook_service() as found:
        yield found
