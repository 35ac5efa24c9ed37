"""What servers put on the wire, read with tolerance (scim-servers: what a client must survive)."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reconciler.errors import TransportError
from reconciler.model.path import lookup
from reconciler.scim.http.parse import parse_json
from reconciler.scim.http.tidy import tidied

SHOWN = 200
"""Characters of a server's text that a message repeats."""
_CLEANED = 20_000

Clean = Callable[[str], str]
"""Makes a server's text fit for a message: on one line, without the token."""

IsTold = Callable[[str], bool]
"""Tells whether a server's data hold the token."""


class ListResponse(BaseModel):
    """One page (RFC 7644 §3.4.2, RFC 9865). What a server leaves out is None.

    *size* is how many bytes it took.
    """

    model_config = ConfigDict(extra="ignore")

    resources: list[dict[str, Any]] = Field(default_factory=list)
    total: int | None = None
    next_cursor: str | None = None
    size: int = 0


def read_list(what: str, body: Mapping[str, Any] | None, size: int = 0) -> ListResponse:
    """Read a page of so many bytes; raise `TransportError` where the answer is no list."""
    if body is None or not (_has(body, "Resources") or _has(body, "totalResults")):
        raise TransportError(
            f"{what}: the answer is no SCIM list", hint="Is the url the SCIM base URL?"
        )
    rows = lookup(body, "Resources") or []
    try:
        page = ListResponse(
            resources=[rows] if isinstance(rows, dict) else rows,
            total=lookup(body, "totalResults"),
            next_cursor=lookup(body, "nextCursor") or None,
            size=size,
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise TransportError(f"{what}: the list is malformed at {where}: {first['msg']}") from None
    page.resources = list(map(tidied, page.resources))
    return page


def read_error(text: str, clean: Clean) -> tuple[str | None, str]:
    """Return scimType and detail of an error (RFC 7644 §3.12), or the start of anything else."""
    try:
        found = parse_json(text.encode())
    except ValueError:
        return None, beginning(text, clean) or "no reason given"
    if not isinstance(found, dict):
        return None, beginning(text, clean)
    scim_type = lookup(found, "scimType")
    detail = lookup(found, "detail") or lookup(found, "message") or text
    return (
        beginning(str(scim_type), clean) if scim_type else None,
        beginning(str(detail), clean),
    )


def beginning(text: str, clean: Clean) -> str:
    """Return the start of *text* as a message may show it; cleaned first, so no token is cut."""
    return clean(text[:_CLEANED])[:SHOWN]


def printable(text: str) -> str:
    """Return *text* on one line without control characters: servers are hostile too."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _has(body: Mapping[str, Any], name: str) -> bool:
    return any(key.casefold() == name.casefold() for key in body)
