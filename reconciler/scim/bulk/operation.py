"""Many writes in one request (RFC 7644 §3.7): its body, and what its answer says of each; pure.

The answer is believed of an operation only where it says so without doubt: whatever it leaves out,
says twice or says of another object counts as unanswered, and is looked up by whoever asked.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from reconciler.errors import ScimError
from reconciler.model.path import lookup
from reconciler.scim.http.answer import Answer
from reconciler.scim.http.wire import read_error

_ERRORS: Final = 400
"""From here on a status is an error (RFC 9110 §15.5)."""
BULK_SCHEMA: Final = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"

_STATUS: Final = re.compile(r"[245]\d\d", re.ASCII)
"""What says how an operation ended (RFC 9110 §15)."""

Body = Mapping[str, Any]


class Operation(NamedTuple):
    """One write: *path* is `Users`, or `Users/ID` with the id quoted."""

    method: str
    path: str
    body: Body | None = None
    version: str | None = None

    @property
    def size(self) -> int:
        """Return about how many bytes it takes within a bulk request."""
        return len(json.dumps(self.body)) + len(self.path) + 100


def bulk_body(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the body of POST /Bulk. One that fails does not stop the others: no `failOnErrors`."""
    return {
        "schemas": [BULK_SCHEMA],
        "Operations": [_operation(number, item) for number, item in enumerate(operations)],
    }


def read_results(
    operations: Sequence[Operation], body: Body | None
) -> list[Answer | ScimError | None]:
    """Return what *body* says of each of *operations*; None of one that it says nothing sure of."""
    told = lookup(body or {}, "Operations")
    found = [item for item in (told if isinstance(told, list) else ()) if isinstance(item, Mapping)]
    names = Counter(map(_name, found))
    by_name = {_name(item): item for item in found if names[_name(item)] == 1}
    return [
        _result(item, by_name.get(_bulk_id(number)) or by_name.get(_place(item)))
        for number, item in enumerate(operations)
    ]


def _operation(number: int, item: Operation) -> dict[str, Any]:
    said: dict[str, Any] = {
        "method": item.method,
        "bulkId": _bulk_id(number),
        "path": f"/{item.path}",
    }
    if item.version is not None:
        said["version"] = item.version
    if item.body is not None:
        said["data"] = dict(item.body)
    return said


def _bulk_id(number: int) -> str:
    return f"operation-{number + 1}"


def _place(item: Operation) -> str:
    return f"{item.method} {unquote(item.path)}"


def _name(found: Body) -> str:
    """Return by what an entry of the answer is known: its bulkId, else method and location."""
    bulk_id = lookup(found, "bulkId")
    if isinstance(bulk_id, str) and bulk_id:
        return bulk_id
    return f"{lookup(found, 'method')} {'/'.join(_segments(found))}"


def _segments(found: Body) -> list[str]:
    """Return endpoint and id of the location; where it is has no meaning, only whose it is."""
    location = str(lookup(found, "location") or "").partition("?")[0]
    return [unquote(part) for part in location.rstrip("/").split("/")[-2:]]


def _result(item: Operation, found: Body | None) -> Answer | ScimError | None:
    status = _status(found) if found is not None else None
    if found is None or status is None:
        return None
    response = lookup(found, "response")
    if status >= _ERRORS:
        scim_type, detail = read_error(json.dumps(response or {}), _as_it_is)
        return ScimError(status, f"{item.method} {item.path}: {detail}", scim_type=scim_type)
    shown = dict(response) if isinstance(response, Mapping) and response.get("id") else None
    if item.method != "POST":
        return Answer(status, shown)
    return _created(item, found, status, shown)


def _created(item: Operation, found: Body, status: int, shown: Body | None) -> Answer | None:
    endpoint, *rest = _segments(found)
    if shown is not None:
        return Answer(status, dict(shown))
    return Answer(status, {"id": rest[0]}) if endpoint == item.path and rest else None


def _status(found: Body) -> int | None:
    """Return the status; drafts of SCIM had an object with a code, and some send a number."""
    said = lookup(found, "status")
    if isinstance(said, Mapping):
        said = lookup(said, "code")
    return int(str(said)) if _STATUS.fullmatch(str(said)) else None


def _as_it_is(text: str) -> str:
    return text  # The whole answer was searched for the token before.
