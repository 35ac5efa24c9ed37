"""Run one server process: free port, empty data, wait until it answers, end its whole group."""

import os
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.servers.recipes import Launch, Recipe

SECONDS_TO_START = 30
GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group"


@dataclass(frozen=True, slots=True)
class Server:
    """A running SCIM server; *log* is the file that holds what it printed."""

    name: str
    base_url: str
    token: str
    log: Path

    def client(self) -> httpx.Client:
        """Return a plain HTTP client that bears the token; the caller closes it."""
        return httpx.Client(
            base_url=self.base_url,
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/scim+json",
            },
            timeout=30,
        )

    def seed(self, resources: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Create users and groups, told apart by `schemas`, and return them as answered."""
        with self.client() as client:
            return [_create(client, resource) for resource in resources]

    def resources(self, endpoint: str) -> list[dict[str, Any]]:
        """Return everything at *endpoint* (`Users`, `Groups`), page after page."""
        found: list[dict[str, Any]] = []
        following: dict[str, Any] = {}
        with self.client() as client:
            while True:
                page = client.get(endpoint, params={"count": 100, **following})
                body = page.raise_for_status().json()
                found += body.get("Resources", [])
                if "nextCursor" in body:
                    following = {"cursor": body["nextCursor"]}
                elif len(found) >= body["totalResults"] or not body.get("Resources"):
                    return found
                else:
                    following = {"startIndex": len(found) + 1}


@contextmanager
def running(recipe: Recipe, folder: Path) -> Iterator[Server]:
    """Serve *recipe* with its data in *folder* until the block ends.

    Raises RuntimeError with the server's own words when it does not start.
    """
    launch = Launch(data=folder, port=free_port(), token=f"test-{uuid.uuid4()}")
    base_url = f"http://127.0.0.1:{launch.port}{recipe.base_path}"
    server = Server(recipe.name, base_url, launch.token, folder / "server.log")
    with server.log.open("wb") as log:
        process = subprocess.Popen(
            recipe.command(launch),
            env=os.environ | recipe.environment(launch),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(process, server)
        yield server
    finally:
        _end(process)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: "subprocess.Popen[bytes]", server: Server) -> None:
    # Asking for users needs the token, so a stranger on the same port does not pass for ours.
    deadline = time.monotonic() + SECONDS_TO_START
    with server.client() as client:
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                if client.get("Users").is_success:
                    return
            time.sleep(0.05)
    words = server.log.read_text(errors="replace")[-4000:]
    state = "does not answer" if process.poll() is None else f"ended with {process.returncode}"
    raise RuntimeError(f"{server.name} {state} at {server.base_url}:\n{words}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _create(client: httpx.Client, resource: Mapping[str, Any]) -> dict[str, Any]:
    endpoint = "Groups" if GROUP_SCHEMA in resource["schemas"] else "Users"
    answer = client.post(endpoint, json=dict(resource))
    assert answer.status_code == 201, f"{endpoint}: {answer.status_code} {answer.text[:200]}"
    created: dict[str, Any] = answer.json()
    return created
