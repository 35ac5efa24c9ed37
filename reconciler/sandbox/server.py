"""One target's embedded server: scim2-server over our storage, wearing a profile's quirks."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypedDict, Unpack
from wsgiref.util import application_uri

from scim2_models import ScimProvider
from scim2_server.applications.wsgi import WSGIApplication
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from reconciler.sandbox.keeping import MannerlyStorage
from reconciler.sandbox.provider import Definition, build_provider
from reconciler.sandbox.quirks import Manners
from reconciler.sandbox.rules import Rule
from reconciler.sandbox.service import SandboxService

_ENDPOINT = re.compile(
    r"(?P<base>.*?)"
    r"(?P<path>/(?:(?:Users|Groups|ResourceTypes|Schemas)(?:/[^/]*)?"
    r"|ServiceProviderConfig|Bulk|Me|\.search)/?)"
)
"""Where a path's endpoint begins: what stands before it is the base, whatever it is."""
_START = re.compile(r"((?:^|&)startIndex=)(\d{1,9})(?=&|$)")


class SandboxError(Exception):
    """The file with the data cannot be used; the message says which and what to do."""


class Limits(TypedDict, total=False):
    """What the server does not do or take; `Manners` says more, and what holds otherwise."""

    page_size: int
    members_per_request: int
    members_bytes_per_request: int
    actions: Mapping[str, frozenset[str]]
    filterable: frozenset[str]
    rules: tuple[Rule, ...]
    etag: str
    untouchable: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    bulk: tuple[int, int] | None


class Sandbox:
    """An embedded server. `app` is a WSGI application that answers under any base path."""

    def __init__(self, engine: Engine, storage: MannerlyStorage, provider: ScimProvider) -> None:
        self._engine = engine
        self._storage = storage
        self._provider = provider
        self.app = SandboxApplication(storage, provider)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def reset(self) -> None:
        """Delete everything that it holds."""
        self._storage.clear()

    def show(self) -> list[dict[str, Any]]:
        """Return everything that it holds, as SCIM JSON: users before groups, by id."""
        return self._storage.dump()

    def load(self, resources: Sequence[Mapping[str, Any]]) -> None:
        """Store many users and groups at once; told apart by `schemas`, given ids are kept."""
        self._storage.load([self._model(resource) for resource in resources])

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _model(self, resource: Mapping[str, Any]) -> tuple[Any, Any]:
        schemas = set(resource.get("schemas", ()))
        kind = next(item for item in self._provider.resource_types if item.schema_ in schemas)
        model: Any = self._provider.model_for(kind)
        return kind, model.model_validate(dict(resource))


class SandboxApplication(WSGIApplication):
    """The library's WSGI application under any base path, showing groups in a target's manner."""

    def __init__(self, storage: MannerlyStorage, provider: ScimProvider) -> None:
        super().__init__(storage, provider, SandboxService(provider, storage.manners))
        self.storage: MannerlyStorage = storage
        self._headers = {_key(name): value for name, value in storage.manners.headers.items()}
        self._users_tell = storage.manners.has("members_by_users")
        self._hides_members = self._users_tell or storage.manners.has("members_by_user_filter")
        self._lists_no_members = storage.manners.has("members_by_group")
        self._counts_from_zero = storage.manners.has("counts_from_zero")

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer, or refuse a request without the headers that this server asks for."""
        lacks = [
            name
            for name, value in self._headers.items()
            if environ.get(name) != value and (name != "CONTENT_TYPE" or _has_content(environ))
        ]
        if self._counts_from_zero:
            query = environ.get("QUERY_STRING", "")
            environ = {**environ, "QUERY_STRING": _START.sub(_from_one, query)}
        if not lacks:
            return super().__call__(environ, start_response)
        start_response("400 Bad Request", [("Content-Type", "application/scim+json")])
        return [f'{{"status": "400", "detail": "{lacks[0]} is missing or wrong"}}'.encode()]

    @staticmethod
    def get_base_url(environ: dict[str, Any]) -> str:
        """Return the URL that the client takes for the root of the SCIM endpoints."""
        base = _split(environ.get("PATH_INFO", ""))[0]
        return application_uri(environ).rstrip("/") + base

    @staticmethod
    def split_path(path: str) -> str:
        """Return the part of *path* after the base path."""
        return _split(path)[1]

    def finalize_response(self, request: ScimRequest, response: ScimResponse) -> ScimResponse:
        """Show groups without their members where the target does: in lists, or everywhere."""
        body = response.body or {}
        hidden = body.get("Resources", [body] if self._hides_members else [])
        hides = self._hides_members or self._lists_no_members
        if hides and request.path.startswith("/Groups"):
            for group in hidden:
                if "displayName" in group:
                    group["members"] = []
        if self._users_tell and request.path.startswith("/Users"):
            self._tell_groups(body.get("Resources", [body]))
        return super().finalize_response(request, response)

    def _tell_groups(self, users: Sequence[dict[str, Any]]) -> None:
        """Show of each user the groups that it is in (RFC 7643 §4.1.2)."""
        for user in users:
            if groups := self.storage.groups_of(str(user.get("id"))):
                user["groups"] = [{"value": group, "type": "direct"} for group in groups]


def open_sandbox(
    path: Path | None,
    *,
    target: str,
    quirks: frozenset[str] = frozenset(),
    stores_external_id: Mapping[str, bool] | None = None,
    extra_attributes: Sequence[str | Definition] = (),
    **limits: Unpack[Limits],
) -> Sandbox:
    """Open the server of *target* with its data in the SQLite file *path*, or in memory.

    *extra_attributes* widen the schemas by what a profile maps beyond RFC 7643 (Envoy: a core
    `department`); what the standard has is left as it is. Raise `ValueError` for an unknown quirk
    and `SandboxError` for a file that cannot be used.
    """
    manners = Manners(quirks, stores_external_id or {}, **limits)
    provider = build_provider(manners, extra_attributes)
    engine = _engine(path)
    try:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # It names people.
        storage = MannerlyStorage(engine, provider, target=target, manners=manners)
    except (OSError, SQLAlchemyError) as error:
        engine.dispose()
        cause = getattr(error, "orig", None) or error
        raise SandboxError(
            f"the sandbox's data cannot be used ({path}): {cause}; check the rights and the disk, "
            "or delete the file: it holds nothing but what was tried out"
        ) from error
    return Sandbox(engine, storage, provider)


def _engine(path: Path | None) -> Engine:
    url = "sqlite://" if path is None else f"sqlite:///{path}"
    arguments = {"check_same_thread": False, "timeout": 30}
    engine = create_engine(url, poolclass=StaticPool, connect_args=arguments)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _: object) -> None:
    connection.isolation_level = None  # Transactions begin where _begin says, and only there.
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=OFF")  # Data to play with: speed before durability.
    cursor.close()


def _begin(connection: Connection) -> None:
    """Take the write lock first: a served sandbox and a command may share the file."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _key(header: str) -> str:
    """Return the name under which WSGI hands a header over (PEP 3333)."""
    name = header.upper().replace("-", "_")
    return name if name == "CONTENT_TYPE" else f"HTTP_{name}"


def _from_one(found: re.Match[str]) -> str:
    return f"{found[1]}{int(found[2]) + 1}"


def _has_content(environ: Mapping[str, Any]) -> bool:
    return environ.get("CONTENT_LENGTH") not in (None, "", "0")


def _split(path: str) -> tuple[str, str]:
    found = _ENDPOINT.fullmatch(path)
    return (found["base"], found["path"]) if found else ("", path)
