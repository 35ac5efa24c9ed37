"""One target's embedded server: scim2-server over our storage, wearing a profile's quirks."""

import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import parse_qs

from scim2_models import ScimProvider, ServiceProviderConfig
from scim2_server.applications.wsgi import WSGIApplication
from scim2_server.utils import (
    load_default_resource_types,
    load_default_schemas,
    load_default_service_provider_config,
)
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from reconciler.sandbox.quirks import Json, Manners, Refusal, Request, rewrite, rewrite_answer
from reconciler.sandbox.storage import DatabaseStorage

Environ: TypeAlias = dict[str, Any]
Start: TypeAlias = Callable[..., Any]

_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
_ENDPOINT = re.compile(
    r"/(?P<path>(?:Users|Groups|ServiceProviderConfig|ResourceTypes|Schemas|Me|Bulk)(?:/.*)?)$"
)
_MEMBERS_FILTER = re.compile(r'^groups\.value eq "(?P<group>[^"]+)"$')


class Sandbox:
    """An embedded server. `app` is a WSGI application that answers under any base path."""

    def __init__(self, engine: Engine, storage: DatabaseStorage, app: "SandboxApplication") -> None:
        self._engine = engine
        self._storage = storage
        self.app = app

    def reset(self) -> None:
        """Delete everything that it holds."""
        self._storage.clear()

    def show(self) -> list[Json]:
        """Return everything that it holds, as SCIM JSON."""
        return self._storage.dump()

    def load(self, resources: Sequence[Mapping[str, Any]]) -> None:
        """Store many users and groups at once; told apart by `schemas`, given ids are kept."""
        self._storage.load([self.app.read(resource) for resource in resources])

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def open_sandbox(
    path: Path | None,
    *,
    target: str,
    quirks: frozenset[str] = frozenset(),
    stores_external_id: Mapping[str, bool] | None = None,
    extra_attributes: Sequence[str] = (),
) -> Sandbox:
    """Open the server of *target* with its data in the SQLite file *path*, or in memory.

    *extra_attributes* are names of string attributes that the app's users have beyond the core
    schema (Envoy: `department`).
    """
    url = "sqlite://" if path is None else f"sqlite:///{path}"
    engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    if path is not None:
        event.listen(engine, "connect", _set_up)
    provider = _provider(quirks, tuple(extra_attributes))
    storage = DatabaseStorage(engine, provider, target)
    manners = Manners(quirks, stores_external_id)
    return Sandbox(engine, storage, SandboxApplication(storage, provider, manners))


def _set_up(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=OFF")  # Data to play with: speed before durability.
    cursor.close()


@lru_cache(maxsize=16)
def _provider(quirks: frozenset[str], extra_attributes: tuple[str, ...]) -> ScimProvider:
    """Describe the service; its models take a while to build, so equal ones share them."""
    schemas = load_default_schemas()
    config = load_default_service_provider_config().model_dump()
    config["patch"] = {"supported": "no_patch" not in quirks}
    if "cursor_paging" in quirks:
        config["pagination"] = {
            "cursor": True,
            "index": False,
            "defaultPaginationMethod": "cursor",
            "defaultPageSize": 50,
            "maxPageSize": 100,
            "cursorTimeout": 3600,
        }
    user = schemas[_USER]
    kind = type((user.attributes or [])[0])
    user.attributes = [
        *(user.attributes or ()),
        *(
            kind.model_validate({"name": name, "type": "string", "multiValued": False})
            for name in extra_attributes
        ),
    ]
    return ScimProvider.from_discovery(
        schemas.values(),
        load_default_resource_types().values(),
        config=ServiceProviderConfig.model_validate(config),
    )


class SandboxApplication:
    """The WSGI application: quirks before and after the library's own application."""

    def __init__(self, storage: DatabaseStorage, provider: ScimProvider, manners: Manners) -> None:
        self._inner = WSGIApplication(storage, provider)
        self._storage = storage
        self._provider = provider
        self._manners = manners

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        request = _read_request(environ)
        if request is None:
            return _send(start_response, 404, _error(404, "no such endpoint"))
        members_of = self._asks_for_members(environ, request)
        if members_of is not None:
            return _send(start_response, 200, self._members(members_of))
        rewritten = rewrite(request, self._manners)
        if isinstance(rewritten, Refusal):
            error = _error(rewritten.status, rewritten.detail)
            return _send(start_response, rewritten.status, error)
        status, headers, body = self._ask(environ, rewritten)
        if body and request.method == "DELETE":
            status, headers, body = "204 No Content", [], None
        if body is not None:
            body = rewrite_answer(request, body, self._manners)
        start_response(status, headers)
        return [] if body is None else [json.dumps(body).encode()]

    def read(self, resource: Mapping[str, Any]) -> tuple[Any, Any]:
        """Return the resource type and the model of a resource given as JSON."""
        name = "Group" if any(":Group" in urn for urn in resource.get("schemas", ())) else "User"
        kind = next(item for item in self._provider.resource_types if item.name == name)
        model: Any = self._provider.model_for(kind)
        return kind, model.model_validate(dict(resource))

    def _ask(
        self, environ: Environ, request: Request
    ) -> tuple[str, list[tuple[str, str]], Json | None]:
        """Let the library answer; a body of the quirks' making replaces the client's."""
        inner = dict(environ)
        inner["REQUEST_METHOD"] = request.method
        inner["SCRIPT_NAME"] = environ["SCRIPT_NAME"] + environ["PATH_INFO"].removesuffix(
            "/" + request.path
        ).removesuffix("/v2")
        inner["PATH_INFO"] = f"/v2/{request.path}"
        if request.body is not None:
            content = json.dumps(request.body).encode()
            inner["wsgi.input"] = io.BytesIO(content)
            inner["CONTENT_LENGTH"] = str(len(content))
            inner["CONTENT_TYPE"] = "application/scim+json"
        answer: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
            answer[:] = [status, headers]

        content = b"".join(self._inner(inner, start))
        headers = [(key, value) for key, value in answer[1] if key.lower() != "content-length"]
        return answer[0], headers, json.loads(content) if content.strip() else None

    def _asks_for_members(self, environ: Environ, request: Request) -> str | None:
        if "members_by_user_filter" not in self._manners.quirks or request.path != "Users":
            return None
        given = parse_qs(environ.get("QUERY_STRING", "")).get("filter", [""])[0]
        found = _MEMBERS_FILTER.match(given)
        return found["group"] if found else None

    def _members(self, group_id: str) -> Json:
        """Return the users of a group as one page: lists of groups do not show them here."""
        resources = {item["id"]: item for item in self._storage.dump()}
        members = resources.get(group_id, {}).get("members") or ()
        users = [resources[item["value"]] for item in members if item.get("value") in resources]
        return {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": len(users),
            "Resources": users,
        }


def _read_request(environ: Environ) -> Request | None:
    found = _ENDPOINT.search(environ.get("PATH_INFO", ""))
    if found is None:
        return None
    size = int(environ.get("CONTENT_LENGTH") or 0)
    content = environ["wsgi.input"].read(size) if size else b""
    environ["wsgi.input"] = io.BytesIO(content)
    try:
        body = json.loads(content) if content else None
    except ValueError:
        body = None  # The library answers malformed JSON better.
    return Request(
        environ["REQUEST_METHOD"], found["path"], body if isinstance(body, dict) else None
    )


def _error(status: int, detail: str) -> Json:
    return {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": str(status),
        "detail": detail,
    }


def _send(start_response: Start, status: int, body: Json) -> Iterable[bytes]:
    phrase = HTTPStatus(status).phrase
    start_response(f"{status} {phrase}", [("Content-Type", "application/scim+json")])
    return [json.dumps(body).encode()]
