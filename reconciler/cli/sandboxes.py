"""The embedded servers: each target gets one, wearing the quirks of its profile."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reconciler.errors import InputError
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.meaning import demands
from reconciler.model.service import Service
from reconciler.model.target import Target
from reconciler.model.values import Kind

if TYPE_CHECKING:
    from reconciler.sandbox import Sandbox

_CORE: Final = frozenset(
    [
        "schemas",
        "id",
        "externalid",
        "meta",
        "username",
        "name",
        "displayname",
        "nickname",
        "profileurl",
        "title",
        "usertype",
        "preferredlanguage",
        "locale",
        "timezone",
        "active",
        "password",
        "emails",
        "phonenumbers",
        "ims",
        "photos",
        "addresses",
        "groups",
        "entitlements",
        "roles",
        "x509certificates",
    ]
)
"""The attributes that every user has (RFC 7643 §3.1 and §4.1), folded."""

_ENTERPRISE: Final = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def sandbox_folder(state_dir: Path) -> Path:
    """Return where the embedded servers and their ledger keep their data."""
    folder = state_dir / "sandbox"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sandboxed(target: Target) -> Target:
    """Return *target* at its embedded server: a plan for that must never fit the real one."""
    return replace(target, url=f"http://sandbox.localhost/{target.key}/scim/v2", auth=None)


@contextmanager
def sandbox_for(target: Target, state_dir: Path) -> Iterator["Sandbox"]:
    """Open the embedded server that stands in for *target*."""
    from reconciler.sandbox import SandboxError, open_sandbox  # noqa: PLC0415 -- half a second

    path = sandbox_folder(state_dir) / "data.db"
    try:
        sandbox = open_sandbox(path, target=target.key, **manners_of(target))
    except SandboxError as error:
        raise InputError(str(error)) from error
    with closing(sandbox):
        yield sandbox


def manners_of(target: Target) -> dict[str, Any]:
    """Return how the embedded server of *target* is opened, so that it behaves as the app does."""
    service, profile = target.service, target.profile
    return {
        "quirks": frozenset(quirk.value for quirk in service.quirks),
        "stores_external_id": {
            kind.value: service.stores_external_id.get(kind, True) for kind in Kind
        },
        "extra_attributes": _extra_attributes(target),
        "page_size": service.page_size,
        "members_per_request": service.members_per_request,
        "members_bytes_per_request": service.members_bytes_per_request,
        "bulk": (service.bulk.operations, service.bulk.bytes) if service.bulk else None,
        "actions": {kind.value: profile.of(kind).actions for kind in Kind},
        "filterable": service.filterable,
        "etag": service.etag.value,
        "headers": service.headers,
        "untouchable": {kind.value: target.rules(kind).untouchable for kind in Kind},
        "rules": tuple(
            _rule(kind, item)
            for kind in Kind
            for item in target.rules(kind).attributes.values()
            if demands(item) or item.read_only or not item.stored
        ),
    }


def limits_of(service: Service) -> list[Any]:
    """Return the rate of *service* as an embedded server takes it."""
    return [asdict(limit) for limit in service.rate]


def forget_records(state_dir: Path) -> None:
    """Remove the ledger of the embedded servers: it speaks of accounts that are gone."""
    for file in sandbox_folder(state_dir).glob("ledger.db*"):
        file.unlink()


def _rule(kind: Kind, item: AttributeDefinition) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "path": str(item.path),
        "required": item.required and not item.read_only,
        "immutable": item.immutable,
        "never_null": item.never_null,
        "max_length": item.max_length,
        "forbidden": item.forbidden,
        "stored": item.stored,
        "read_only": item.read_only,
    }


def _extra_attributes(target: Target) -> tuple[dict[str, Any], ...]:
    """Return what the app's users have beyond, or other than, the core and the enterprise."""
    return tuple(
        _announced(item)
        for _, item in sorted(target.users.attributes.items())
        if item.path.urn not in (None, _ENTERPRISE)
        or (item.path.urn is None and item.path.name.casefold() not in _CORE)
        or _counts_case(item)
    )


def _counts_case(item: AttributeDefinition) -> bool:
    """Tell whether case counts in a plain attribute of the core, where by RFC 7643 it does not."""
    is_plain = item.path.urn is None and item.path.sub is None and item.path.element is None
    return item.case_exact and item.type == "string" and is_plain and item.path.name != "externalId"


def _part(name: str, kind: str = "string") -> dict[str, Any]:
    """Return one of the sub-attributes that complex ones have by default (RFC 7643 §2.4)."""
    return {"name": name, "type": kind, "multiValued": False}


def _announced(item: AttributeDefinition) -> dict[str, Any]:
    """Return an attribute as its server announces it (RFC 7643 §7)."""
    is_reference = item.type == "reference"
    said: dict[str, Any] = {
        "name": item.path.name,
        "type": "complex" if is_reference else item.type,
    }
    if item.path.urn is not None:
        said["schema"] = item.path.urn
    if is_reference:
        said["subAttributes"] = [_part("value")]
    elif item.type == "complex":
        parts = [_part(name) for name in ("value", "type", "display")]
        said["subAttributes"] = [*parts, _part("primary", "boolean")]
    if item.case_exact and item.type == "string":
        said["caseExact"] = True
    return said | {"multiValued": item.multi_valued}
