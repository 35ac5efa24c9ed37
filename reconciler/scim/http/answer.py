"""Read an answer that may be anything: HTML, half a document, a redirect, a refusal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from reconciler.errors import ScimError, TransportError, UnreadableError
from reconciler.model.path import lookup
from reconciler.scim.http.parse import parse_json
from reconciler.scim.http.wire import Clean, IsTold, beginning, read_error

LARGEST = 64 << 20
"""Bytes of one answer; a page of 1,000 large users is about 5 MB."""

ERROR_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error"
_REFUSALS = frozenset(map(str, range(400, 600)))


class Received(NamedTuple):
    """An answer as it came, all of it; names in *headers* are found in any case."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """Return the content as text, whatever it is; without zeros, UTF-16 is legible too.

        A token that stands in it must be found, or it would be repeated.
        """
        return self.content.replace(b"\0", b"").decode(errors="replace")


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer: *body* is the JSON object, or None where there was no body.

    Names in *headers* are in lower case. *size* is how many bytes came.
    """

    status: int
    body: dict[str, Any] | None
    headers: Mapping[str, str] = field(default_factory=dict)
    size: int = 0


def read_answer(what: str, response: Received, clean: Clean, is_told: IsTold) -> Answer:
    """Return the answer to *what* (method and path); raise `TargetError` for any other.

    Where a request was answered but the answer cannot be read, it may have taken effect. An answer
    whose data hold the token is not used: it would stand in plans and in the ledger.
    """
    status = response.status_code
    if 300 <= status < 400:  # noqa: PLR2004 -- the redirects of RFC 9110 §15.4
        place = beginning(response.headers.get("location", "nowhere"), clean)
        raise UnreadableError(
            f"{what}: {status} redirects to {place}; redirects are not followed",
            sent=True,
            hint="Set the url of the target to where it really is.",
        )
    if len(response.content) > LARGEST:
        raise TransportError(
            f"{what}: the answer is larger than {LARGEST >> 20} MiB",
            sent=True,
            hint="Use smaller pages.",
        )
    if status >= 400:  # noqa: PLR2004 -- the errors of RFC 9110 §15.5
        scim_type, detail = read_error(response.text, clean)
        hint = _HINTS.get(status)
        raise ScimError(status, f"{what}: {detail}", scim_type=scim_type, hint=hint)
    body = _json(what, response, clean)
    if body is not None and _is_error(body):
        said, (scim_type, detail) = str(lookup(body, "status")), read_error(response.text, clean)
        inner = int(said) if said in _REFUSALS else 400
        raise ScimError(inner, f"{what}: {status}, but {detail}", scim_type=scim_type)
    if body is not None and is_told(_plain(response, body)):
        raise TransportError(
            f"{what}: the answer holds the token that it was asked with, so nothing of it is used",
            sent=True,
            hint="Whoever may read this app may know the token: renew it, and tell the vendor.",
        )
    return Answer(status, body, response.headers, len(response.content))


def _is_error(body: dict[str, Any]) -> bool:
    """Tell whether a good answer holds an error and nothing else (RFC 7644 §3.12)."""
    schemas = lookup(body, "schemas")
    is_named = isinstance(schemas, list) and ERROR_SCHEMA in schemas
    return is_named and not (lookup(body, "id") or lookup(body, "Resources"))


def _plain(response: Received, body: dict[str, Any]) -> str:
    """Return the text of an answer, nothing in it escaped.

    JSON is UTF-8 (RFC 8259 §8.1); where it is not, zeros stand in it.
    """
    is_other = b"\\" in response.content or b"\0" in response.content
    return json.dumps(body, ensure_ascii=False) if is_other else response.text


def _json(what: str, response: Received, clean: Clean) -> dict[str, Any] | None:
    if not response.content.strip():
        return None
    try:
        found = parse_json(response.content)
    except ValueError:
        raise UnreadableError(
            f"{what}: {response.status_code} but no JSON came back: "
            f"{beginning(response.text, clean)}",
            sent=True,
            hint="Is the url of the target the SCIM base URL?",
        ) from None
    if isinstance(found, list):
        return {"Resources": found}  # Some servers answer a bare array.
    if not isinstance(found, dict):
        raise UnreadableError(
            f"{what}: a JSON object is expected, not {beginning(response.text, clean)}",
            sent=True,
        )
    return found


_HINTS = {
    401: "The token is not accepted: renew it where the target's auth says.",
    403: "The token may not do this: check its rights in the app.",
    429: "The service asks for fewer requests: try later, or lower service.concurrency.",
}
