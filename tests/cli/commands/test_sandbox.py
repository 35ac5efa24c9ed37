import json
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest


def test_the_embedded_server_can_be_emptied(desk):
    desk.type("apply", "--sandbox", "--yes")
    desk.type("sandbox", "reset")
    assert desk.type("sandbox", "show").out == "app: 0 users, 0 groups\n"
    assert desk.plan()["summary"]["create"] == 13


def test_the_embedded_server_is_served_on_this_machine(desk, start):
    desk.type("apply", "--sandbox", "--yes")
    port = free_port()
    arguments = ("sandbox", "serve", "--port", str(port))
    process = start(desk, *arguments, stderr=subprocess.PIPE, text=True)
    url = process.stderr.readline().split(": ", 1)[1].strip()
    assert url == f"http://127.0.0.1:{port}/app/scim/v2"
    assert answer(f"{url}/Users?count=1")["totalResults"] == 12
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err.strip()) == (130, "Interrupted.")


def test_the_served_server_refuses_what_is_over_the_rate_where_it_is_told_to(desk, start):
    rate = [{"requests": 1, "per": "hour", "methods": ["GET"]}]
    desk.document["targets"]["app"]["service"] = {"rate": rate}
    arguments = ("sandbox", "serve", "--port", str(free_port()), "--with-rate", "seconds")
    process = start(desk, *arguments, stderr=subprocess.PIPE, text=True)
    url = f"{process.stderr.readline().split(': ', 1)[1].strip()}/Users?count=1"
    assert answer(url)["totalResults"] == answer(url)["totalResults"] == 0
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url)
    assert caught.value.code == 429
    assert 3500 < int(caught.value.headers["Retry-After"]) <= 3600
    caught.value.close()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)


def test_a_port_that_is_taken_is_named_with_the_way_out(desk):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = desk.type("sandbox", "serve", "--port", port, code=1).err
    assert f"Error: port {port}: Address already in use" in told
    assert "Next: Choose another" in told


def test_what_the_embedded_server_holds_can_be_read_by_machines(desk):
    desk.type("apply", "--sandbox", "--yes")
    held = json.loads(desk.type("sandbox", "show", "--format", "json").out)["app"]
    assert len(held) == 13
    assert "u00@contoso.example" in {item.get("userName") for item in held}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def answer(url):
    """Ask until the server listens."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(url) as response:
                return json.load(response)
        except urllib.error.URLError:
            time.sleep(0.05)
    raise AssertionError(url)
