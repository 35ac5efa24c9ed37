"""The health endpoint among callers that hang up."""

import socket
import struct
from contextlib import closing
from datetime import timedelta
from urllib.request import urlopen

import pytest

from reconciler.cli.loop.cycles import Health
from reconciler.cli.loop.health import answering

ASKED = b"GET /healthz HTTP/1.1\r\nHost: us\r\n\r\n"
RESET = struct.pack("ii", 1, 0)
"""Linger for no time: closing resets the connection, as a probe does whose time is up."""


@pytest.mark.parametrize("sent", [b"", b"GET /heal", ASKED], ids=["nothing", "a part", "all"])
def test_a_caller_that_hangs_up_leaves_no_traceback_and_others_are_answered(capfd, sent):
    with answering(Health(timedelta(minutes=40)), "127.0.0.1", 0) as port:
        for _ in range(3):
            with closing(socket.create_connection(("127.0.0.1", port))) as caller:
                caller.sendall(sent)
                caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        with urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            assert answer.status == 200
    assert capfd.readouterr().err == ""


def test_a_bug_keeps_its_traceback(capfd):
    with (
        answering(None, "127.0.0.1", 0) as port,
        closing(socket.create_connection(("127.0.0.1", port))) as caller,
    ):
        caller.sendall(ASKED)
        assert caller.recv(1) == b""
    assert "AttributeError" in capfd.readouterr().err
