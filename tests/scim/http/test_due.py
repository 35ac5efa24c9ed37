"""A server that sends a byte now and then keeps nobody, whatever it sends them as."""

import math
import socket
import threading
import time
from contextlib import contextmanager

import httpx
import pytest

from reconciler.errors import TransportError
from reconciler.model.service import Service
from reconciler.scim.http.due import end_in_time, ending
from reconciler.scim.http.transport import open_transport
from tests.patience import patience

BRIEF = Service(retries=0, timeout_seconds=0.4)
OK = b"HTTP/1.1 200 OK\r\n"
NOTHING = b"\x00\x00\x00\xff\xff"
"""A block of a compressed stream that holds no byte."""
PACKED = OK + b"Content-Encoding: gzip\r\nContent-Length: 9999\r\n\r\n\x1f\x8b\x08" + b"\x00" * 7
DRIPS = {
    "headers": (OK + b"X-More: ", b"x"),
    "answers-before-the-answer": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "nothing-compressed": (PACKED, NOTHING),
    "trailers": (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-More: ", b"x"),
}


@contextmanager
def dripping(head, drop, *, most=40):
    """Serve one connection: *head*, and then a *drop* every 50 ms, for two seconds at the most."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                try:
                    connection.sendall(head)
                    for _ in range(most):
                        time.sleep(0.05)
                        connection.sendall(drop)
                except OSError:
                    left.set()

        left = threading.Event()
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", left
        thread.join()


@pytest.mark.parametrize("name", DRIPS)
def test_each_byte_is_in_time_and_the_answer_is_not(name):
    with dripping(*DRIPS[name]) as (url, left):
        opened = open_transport(url, credentials=None, service=BRIEF, patience=patience())
        with pytest.raises(TransportError, match="took too long") as caught:
            opened.send("PATCH", "Users/1", body={})
        opened.close()
    assert left.is_set()
    assert caught.value.sent


def test_an_answer_that_is_in_time_is_read():
    with dripping(OK + b"Content-Length: 2\r\n\r\n{", b"}", most=1) as (url, _):
        opened = open_transport(url, credentials=None, service=BRIEF, patience=patience())
        assert opened.send("GET", "Users").body == {}
        opened.close()


def test_a_proxy_is_no_way_around(monkeypatch):
    with dripping(OK + b"X-More: ", b"x") as (url, left):
        monkeypatch.setenv("HTTPS_PROXY", url)
        there = "https://app.example"
        opened = open_transport(there, credentials=None, service=BRIEF, patience=patience())
        with pytest.raises(TransportError, match="no answer"):
            opened.send("GET", "Users")
        opened.close()
    assert left.is_set()


def test_only_the_thread_that_waits_is_hurried():
    with dripping(OK + b"Content-Length: 2\r\n\r\n{", b"}", most=1) as (url, _):
        transport = httpx.HTTPTransport()
        end_in_time(transport)
        with (
            httpx.Client(transport=transport, timeout=None) as client,
            ending(-math.inf, lambda: 0),
        ):
            found = []
            thread = threading.Thread(target=lambda: found.append(client.get(url).text))
            thread.start()
            thread.join()
            with pytest.raises(httpx.ReadTimeout):
                client.get(url)
    assert found == ["{}"]
