"""The guard of `conftest.py` stands: a test cannot leave the machine."""

import socket

import httpx
import pytest


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", "app.envoy.example"])
def test_a_connection_to_another_machine_fails_the_test(address: str):
    with pytest.raises(pytest.fail.Exception, match=f"reached for {address}"):
        socket.create_connection((address, 443), timeout=0.1)


def test_httpx_is_stopped_too():
    with pytest.raises(pytest.fail.Exception, match="only loopback"):
        httpx.get("https://app.envoy.example/scim/v2")


def test_loopback_stays_open():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
