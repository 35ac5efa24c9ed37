"""A server that does next to nothing, so that the client is measured: `python bench/bare.py PORT`.

It keeps what it is sent in a dict, answers with it at once, and knows no more of SCIM than
`throughput.py` asks for.
"""

import asyncio
import json
import sys
from typing import Any
from urllib.parse import parse_qs

_LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
_USERS: dict[str, dict[str, Any]] = {}


class Bare(asyncio.Protocol):
    """One connection: requests come one after the other, each with its length."""

    def __init__(self) -> None:
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._way: Any = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            first, *lines = self._heard[:end].decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines)
            start = end + 4
            stop = start + int(headers.get("content-length", 0))
            if len(self._heard) < stop:
                return
            body, self._heard = self._heard[start:stop], self._heard[stop:]
            method, target, _ = first.split(" ")
            self._say(*_answer(method, target, json.loads(body) if body else {}))

    def _say(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        head = f"HTTP/1.1 {status} So\r\nContent-Type: application/scim+json\r\n"
        self._way.write(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)


def _answer(method: str, target: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    path, _, query = target.partition("?")
    name = path.rpartition("/")[2]
    if method == "POST":
        user = {**body, "id": f"id-{len(_USERS)}", "meta": {"resourceType": "User"}}
        return 201, _USERS.setdefault(user["id"], user)
    if method == "PATCH":
        _USERS[name].update((item["path"], item["value"]) for item in body["Operations"])
    if name in _USERS:
        return 200, _USERS[name]
    if name not in ("Users", "Groups"):
        return 404, {"status": "404"}
    start, count = (int(parse_qs(query).get(key, ["1"])[0]) for key in ("startIndex", "count"))
    rows = list(_USERS.values()) if name == "Users" else []
    page = rows[start - 1 : start - 1 + count]
    return 200, {"schemas": [_LIST], "totalResults": len(rows), "Resources": page}


async def main(port: int) -> None:
    """Serve until the process ends."""
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
