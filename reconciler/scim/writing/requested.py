"""Read what a server shows of an object only when asked for it: a PUT without it would lose it.

RFC 7643 §7 calls such attributes `returned: request`. What is never returned, a password, nobody
can put back; a server keeps what a PUT does not name of those, or there is no keeping it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from reconciler.errors import ScimError, UnreadableError
from reconciler.model.path import lookup
from reconciler.model.values import Kind
from reconciler.scim.client import ScimClient
from reconciler.scim.writing.body import GROUP_SCHEMA, USER_SCHEMA

_LATER: Final = frozenset({429, 502, 503, 504})
"""What says nothing of the schemas, so that there may be some."""
_CORE: Final = {Kind.USER: USER_SCHEMA, Kind.GROUP: GROUP_SCHEMA}


def with_requested(
    client: ScimClient, kind: Kind, live_id: str, shown: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return *shown*, the object as the server shows it, with what it shows only when asked."""
    names = _names(client, kind)
    if not names:
        return shown
    asked = client.reader.read(kind, live_id, attributes=names) or {}
    return _joined(shown, asked)


def requested_names(document: Mapping[str, Any], kind: Kind) -> tuple[str, ...]:
    """Return the attributes of *kind* that *document*, the answer to GET /Schemas, calls so.

    Those of extensions bear their URN (RFC 7644 §3.10).
    """
    return tuple(_requested(document, kind))


def _requested(document: Mapping[str, Any], kind: Kind) -> Iterator[str]:
    others = {urn for of, urn in _CORE.items() if of is not kind}
    for schema in _objects(lookup(document, "Resources")):
        urn = str(schema.get("id", ""))
        if urn in others or not urn.isascii() or not urn.isprintable():
            continue
        for attribute in _objects(schema.get("attributes")):
            name = str(attribute.get("name", ""))
            if _is_lost(attribute) and name.isascii() and name.isprintable():
                yield name if urn == _CORE[kind] else f"{urn}:{name}"


def _is_lost(attribute: Mapping[str, Any]) -> bool:
    is_ours_to_send = attribute.get("mutability", "readWrite") != "readOnly"
    return attribute.get("returned") == "request" and is_ours_to_send


def _names(client: ScimClient, kind: Kind) -> tuple[str, ...]:
    """Return the names, asking the server once in a run; one without schemas has none."""
    known = client.findings.requested
    with client.findings.asking:
        if kind not in known:
            document = _schemas(client)
            known.update({of: requested_names(document, of) for of in Kind})
    return known[kind]


def _schemas(client: ScimClient) -> Mapping[str, Any]:
    try:
        return client.reader.describe("Schemas") or {}
    except (ScimError, UnreadableError) as error:
        if isinstance(error, ScimError) and error.status in _LATER:
            raise
        return {}


def _objects(value: Any) -> list[Mapping[str, Any]]:
    found = value if isinstance(value, list) else []
    return [item for item in found if isinstance(item, Mapping)]


def _joined(shown: Mapping[str, Any], asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return *shown* with what only *asked* holds, in extensions too."""
    joined = dict(shown)
    for name, value in asked.items():
        held = lookup(shown, name)
        if held is None:
            joined[name] = value
        elif isinstance(held, Mapping) and isinstance(value, Mapping):
            key = next(key for key in shown if key.casefold() == name.casefold())
            joined[key] = {**value, **held}
    return joined
