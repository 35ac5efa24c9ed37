"""Raw loops against an embedded server: `python bench/loops.py write|read TREE DATABASE`.

The objects that `reconciler apply` writes, through the same httpx, and no more than must be.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from parse import parse

from reconciler.sandbox.server import open_sandbox

PAGE = 100
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def write(tree: Path, database: Path) -> None:
    """Create every user, then every group with its members, one request each."""
    state = parse(tree)
    ids = {}
    with _client(database) as client:
        for key, user in state["users"].items():
            answer = client.post("Users", json=_user(key, user)).raise_for_status()
            ids[key] = answer.json()["id"]
        for key, group in state["groups"].items():
            members = [{"value": ids[member]} for member in group["members"]]
            name = {"displayName": group["displayName"], "externalId": key}
            body = {"schemas": [GROUP], **name, "members": members}
            client.post("Groups", json=body).raise_for_status()


def read(_: Path, database: Path) -> None:
    """Read every user and group, by pages of 100, and parse the JSON."""
    with _client(database) as client:
        for endpoint in ("Users", "Groups"):
            assert list(_pages(client, endpoint))


def _client(database: Path) -> httpx.Client:
    sandbox = open_sandbox(
        database,
        target="bench",
        quirks=frozenset(),
        stores_external_id={"user": True, "group": True},
    )
    transport = httpx.WSGITransport(app=sandbox.app)
    return httpx.Client(transport=transport, base_url="http://sandbox.localhost/scim/v2")


def _pages(client: httpx.Client, endpoint: str) -> Iterator[Any]:
    start, total = 1, 1
    while start <= total:
        page = client.get(endpoint, params={"startIndex": start, "count": PAGE})
        body = page.raise_for_status().json()
        yield from body["Resources"]
        start, total = start + len(body["Resources"]), body["totalResults"]


def _user(key: str, user: dict[str, Any]) -> dict[str, Any]:
    return {
        "schemas": [USER, ENTERPRISE],
        "externalId": key,
        "userName": user["userPrincipalName"],
        "displayName": user["displayName"],
        "name": {"givenName": user["givenName"], "familyName": user["surname"]},
        "emails": [{"type": "work", "value": user["mail"]}],
        "title": user["jobTitle"],
        "active": True,
        ENTERPRISE: {"department": user["department"], "employeeNumber": user["employeeId"]},
    }


if __name__ == "__main__":
    {"write": write, "read": read}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
