"""Each fault does what its name says, seen by a plain client and by the server behind."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx
import pytest

from tests.faults.kinds import FAULTS
from tests.faults.proxy import proxying

BODY = b'{"id": "1", "userName": "ada"}'


class _Echo(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.end_headers()
        self.wfile.write(BODY)

    def do_DELETE(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def proxied():
    server = HTTPServer(("127.0.0.1", 0), _Echo)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    with proxying(f"http://127.0.0.1:{server.server_port}/scim") as pair:
        yield pair
    server.shutdown()
    server.server_close()
    thread.join()


def tried(url, method="POST", *, patience=60):
    """Return the answer as status and body, or the name of what went wrong."""
    content = b"{}" if method == "POST" else None
    try:
        with httpx.Client(timeout=patience) as client:
            answer = client.request(method, f"{url}/Users", content=content)
    except httpx.TransportError as error:
        return type(error).__name__
    return answer.status_code, answer.content, answer.headers.get("Retry-After")


EXPECTED = {
    "reset-before": (0, {"ReadError"}),
    "reset-after": (1, {"ReadError"}),
    "timeout-before": (0, {"ReadTimeout"}),
    "timeout-after": (1, {"ReadTimeout"}),
    "429-seconds": (0, {429}),
    "429-date": (0, {429}),
    "500-before": (0, {500}),
    "500-after": (1, {500}),
    "502-before": (0, {502}),
    "502-after": (1, {502}),
    "cut-announced": (1, {"RemoteProtocolError"}),
    "cut-unannounced": (1, {201}),
    "twice-first": (2, {201}),
    "twice-second": (2, {201}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_what_it_is_called(proxied, fault):
    proxy, url = proxied
    proxy.expect(fault, 1)
    assert tried(url) == (201, BODY, None)
    found = tried(url, patience=1 if fault.startswith("timeout") else 60)
    deliveries, seen = EXPECTED[fault]
    assert (found if isinstance(found, str) else found[0]) in seen
    assert [len(one.statuses) for one in proxy.log] == [1, deliveries]
    assert proxy.hit
    assert tried(url) == (201, BODY, None), "only once"


def test_a_cut_body_is_half_of_it(proxied):
    proxy, url = proxied
    proxy.expect("cut-unannounced", 0)
    assert tried(url) == (201, BODY[: len(BODY) // 2], None)


@pytest.mark.parametrize("fault", ["cut-announced", "cut-unannounced"])
def test_an_answer_without_a_body_is_cut_in_its_first_line(proxied, fault):
    proxy, url = proxied
    proxy.expect(fault, 0)
    assert tried(url, "DELETE") == "RemoteProtocolError"
    assert proxy.log[0].statuses == [204]


def test_a_refusal_says_when_to_come_back(proxied):
    proxy, url = proxied
    proxy.expect("429-seconds", 0)
    assert tried(url)[2] == "2"
    proxy.expect("429-date", 0)
    assert tried(url)[2].endswith("GMT")


def test_a_request_past_the_last_meets_with_nothing(proxied):
    proxy, url = proxied
    proxy.expect("reset-before", 1)
    tried(url)
    assert (proxy.hit, proxy.count) == (False, 1)
