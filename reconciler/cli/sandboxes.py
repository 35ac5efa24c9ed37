"""The embedded servers: each target gets one, wearing the quirks of its profile."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reconciler.errors import InputError
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


def sandbox_folder(state_dir: Path) -> Path:
    """Return where the embedded servers and their ledger keep their data."""
    folder = state_dir / "sandbox"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sandboxed(target: Target) -> Target:
    """Return *target* at its embedded server: a plan for that must never fit the real one."""
    return replace(target, url=f"http://sandbox.localhost/{target.key}/scim/v2", token=None)


@contextmanager
def sandbox_for(target: Target, state_dir: Path) -> Iterator["Sandbox"]:
    """Open the embedded server that stands in for *target*."""
    from reconciler.sandbox import SandboxError, open_sandbox  # noqa: PLC0415 -- half a second

    service = target.service
    stores = service.stores_external_id
    try:
        sandbox = open_sandbox(
            sandbox_folder(state_dir) / "data.db",
            target=target.key,
            quirks=frozenset(quirk.value for quirk in service.quirks),
            stores_external_id={kind.value: stores.get(kind, True) for kind in Kind},
            extra_attributes=_extra_attributes(target),
            members_per_request=service.members_per_request,
        )
    except SandboxError as error:
        raise InputError(str(error)) from error
    with closing(sandbox):
        yield sandbox


def forget_records(state_dir: Path) -> None:
    """Remove the ledger of the embedded servers: it speaks of accounts that are gone."""
    for file in sandbox_folder(state_dir).glob("ledger.db*"):
        file.unlink()


def _extra_attributes(target: Target) -> tuple[str, ...]:
    """Return what the app's users have beyond the core schema, in no extension of their own."""
    paths = (definition.path for definition in target.users.attributes.values())
    names = {path.name for path in paths if path.urn is None}
    return tuple(sorted(name for name in names if name.casefold() not in _CORE))
