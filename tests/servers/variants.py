"""`scim2-server` with other announcements and other schemas: one package, many personalities.

What it announces in its ServiceProviderConfig it also does; `--schema` and `--resource-type` take
what `/Schemas` and `/ResourceTypes` would answer.
"""

import json
from importlib.resources import files
from typing import Any

_ON = {"supported": True}
_OFF = {"supported": False}
_BULK: dict[str, object] = {"supported": True, "maxOperations": 1000, "maxPayloadSize": 1048576}

EVERYTHING: dict[str, object] = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    "patch": _ON,
    "bulk": _BULK,
    "filter": {"supported": True, "maxResults": 1000},
    "changePassword": _ON,
    "sort": _ON,
    "etag": _ON,
    "authenticationSchemes": [],
}
MINIMAL: dict[str, object] = {
    "patch": _OFF,
    "bulk": _OFF,
    "filter": _OFF,
    "changePassword": _OFF,
    "sort": _OFF,
    "etag": _OFF,
}
TINY_PAGES: dict[str, object] = {
    "bulk": {"supported": True, "maxOperations": 3, "maxPayloadSize": 20000},
    "filter": {"supported": True, "maxResults": 7},
}
CURSOR: dict[str, object] = {
    "pagination": {
        "cursor": True,
        "index": False,
        "defaultPaginationMethod": "cursor",
        "defaultPageSize": 10,
        "maxPageSize": 25,
        "cursorTimeout": 3600,
    }
}
CURSOR_AND_INDEX: dict[str, object] = {
    "pagination": {
        "cursor": True,
        "index": True,
        "defaultPaginationMethod": "index",
        "defaultPageSize": 10,
        "maxPageSize": 25,
        "cursorTimeout": 2,
    }
}

ACME = "urn:example:params:scim:schemas:extension:acme:2.0:User"
DEVICE = "urn:example:params:scim:schemas:core:2.0:Device"


def acme_schemas() -> list[dict[str, Any]]:
    """Return the schemas of RFC 7643, an extension that users must have, and one of devices."""
    locker = [_attribute("value", required=True), _attribute("floor", type="integer")]
    extension = [
        _attribute("costCode", required=True, caseExact=True, uniqueness="server"),
        _attribute("badgeColor", mutability="immutable", canonicalValues=["red", "blue"]),
        _attribute("secret", mutability="writeOnly", returned="never", caseExact=True),
        _attribute(
            "lockers", type="complex", multiValued=True, returned="request", subAttributes=locker
        ),
    ]
    device = [
        _attribute("serial", required=True, mutability="immutable", uniqueness="server"),
        _attribute("owner", type="reference", referenceTypes=["User"]),
    ]
    return [
        *_default("schemas"),
        _schema(ACME, "AcmeUser", extension),
        _schema(DEVICE, "Device", device),
    ]


def acme_resource_types() -> list[dict[str, Any]]:
    """Return users with the extension, groups, and a third resource type."""
    users, groups = sorted(_default("resource-types"), key=lambda item: item["id"] != "User")
    extensions = [*users["schemaExtensions"], {"schema": ACME, "required": True}]
    device = groups | {"id": "Device", "name": "Device", "endpoint": "/Devices", "schema": DEVICE}
    device.pop("meta", None)
    return [users | {"schemaExtensions": extensions}, groups, device]


def _schema(urn: str, name: str, attributes: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": urn,
        "name": name,
        "description": name,
        "attributes": attributes,
    }


def _attribute(name: str, **facts: object) -> dict[str, Any]:
    return {
        "name": name,
        "type": "string",
        "multiValued": False,
        "required": False,
        "caseExact": False,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "none",
        **facts,
    }


def _default(what: str) -> list[dict[str, Any]]:
    text = files("scim2_server").joinpath(f"resources/default-{what}.json").read_text()
    resources: list[dict[str, Any]] = json.loads(text)
    return resources
