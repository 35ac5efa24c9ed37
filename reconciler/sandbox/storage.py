"""Resources in SQLite: pages and equality filters are the database's work.

The library's own storage sorts and copies everything for every page. Sorted or richer searches
still go its way, over the resources that are read for them.
"""

import json
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Union

from scim2_models import (
    AttributeBinding,
    Meta,
    NotFoundException,
    Path,
    PreconditionFailedException,
    Resource,
    ResourceType,
    ResponseParameters,
    ScimFilter,
    ScimProvider,
    SearchRequest,
    Uniqueness,
    UniquenessException,
)
from scim2_models.path import Comparison

# The pinned version's own paging and equality rules: ours must not differ from them.
from scim2_server.memory import InMemoryStorage, _equality, _page, utcnow
from scim2_server.storage import ScimStorage, SearchPage
from scim2_server.utils import parametrize
from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from reconciler.sandbox.tables import COUNTERS, LOOKUP_VALUES, METADATA, RESOURCES

_INDEXED = ("userName", "displayName", "externalId")
_AnyResource = Resource[Any]


class DatabaseStorage(ScimStorage):
    """The resources of one target; one connection, serialised by a lock."""

    supports_cursors = True

    def __init__(self, engine: Engine, provider: ScimProvider, target: str) -> None:
        self._engine = engine
        self._target = target
        self._lock = threading.RLock()
        self._models: dict[str, Any] = {
            str(kind.name): provider.model_for(kind) for kind in provider.resource_types
        }
        METADATA.create_all(engine)

    @contextmanager
    def operation(self) -> Iterator[None]:
        """Hold the lock for the whole operation: a PATCH reads before it writes."""
        with self._lock:
            yield

    def get(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        response_parameters: ResponseParameters[Any] | None = None,
    ) -> _AnyResource:
        """Return one resource, whole."""
        del response_parameters
        with self._connection() as connection:
            return self._stored(connection, resource_type, resource_id)

    def search(
        self,
        resource_types: list[ResourceType],
        search_request: SearchRequest[Any],
        *,
        position: Any = None,
    ) -> SearchPage:
        """Return one page: by SQL where the order is by id and the filter is an equality."""
        kinds = list(dict.fromkeys(str(item.name) for item in resource_types))
        if search_request.sort_by is None and search_request.cursor is None:
            ids = self._equal_ids(kinds, search_request.filter)
            if ids is not None or search_request.filter is None:
                return self._sql_page(kinds, search_request, ids)
        return self._library_page(kinds, search_request, position)

    def create(self, resource_type: ResourceType, resource: _AnyResource) -> _AnyResource:
        """Store a new resource under an id of our own."""
        with self._connection() as connection:
            return self._add(connection, resource_type, resource, uuid.uuid4().hex)

    def update(
        self,
        resource_type: ResourceType,
        resource: _AnyResource,
        *,
        expected_version: str | None = None,
    ) -> _AnyResource:
        """Replace a resource; the version moves on."""
        with self._connection() as connection:
            stored = self._stored(connection, resource_type, resource.id)
            _check_version(stored, expected_version)
            updated = type(resource).model_validate(resource.model_dump())
            meta = stored.meta or Meta()
            number = self._next_version(connection)
            updated.meta = meta.model_copy(
                update={
                    "location": None,
                    "last_modified": utcnow(),
                    "version": _etag(number),
                }
            )
            key = _key(self._target, str(resource_type.name), str(resource.id))
            row = {"version": number, "body": _dump(updated)}
            connection.execute(update(RESOURCES).where(*key).values(**row))
            self._index(connection, updated)
            return updated

    def delete(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        expected_version: str | None = None,
    ) -> None:
        """Delete a resource, and take it out of the groups it is a member of."""
        with self._connection() as connection:
            stored = self._stored(connection, resource_type, resource_id)
            _check_version(stored, expected_version)
            key = _key(self._target, str(resource_type.name), resource_id)
            connection.execute(delete(RESOURCES).where(*key))
            self._forget_values(connection, resource_id)
        self._leave_groups(resource_id)

    def load(self, resources: Sequence[tuple[ResourceType, _AnyResource]]) -> None:
        """Store many resources at once, keeping the ids that they bring."""
        with self._connection() as connection:
            for kind, resource in resources:
                self._add(connection, kind, resource, resource.id or uuid.uuid4().hex)

    def dump(self) -> list[dict[str, Any]]:
        """Return every resource as SCIM JSON, users and groups by id."""
        query = select(RESOURCES.c.body).where(RESOURCES.c.target == self._target)
        with self._connection() as connection:
            rows = connection.scalars(query.order_by(RESOURCES.c.kind.desc(), RESOURCES.c.id))
            return [json.loads(body) for body in rows]

    def clear(self) -> None:
        """Delete everything of this target."""
        with self._connection() as connection:
            for table in (RESOURCES, LOOKUP_VALUES):
                connection.execute(delete(table).where(table.c.target == self._target))

    # --- reading --------------------------------------------------------------------------------

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        with self._lock:
            try:
                with self._engine.begin() as connection:
                    yield connection
            except IntegrityError:
                raise UniquenessException from None

    def _stored(
        self, connection: Connection, resource_type: ResourceType, resource_id: str | None
    ) -> _AnyResource:
        kind = str(resource_type.name)
        key = _key(self._target, kind, str(resource_id))
        body = connection.scalar(select(RESOURCES.c.body).where(*key))
        if body is None:
            raise NotFoundException(detail=f"{kind} {resource_id!r} not found")
        return self._read(kind, body)

    def _read(self, kind: str, body: str) -> _AnyResource:
        resource: _AnyResource = self._models[kind].model_validate_json(body)
        return resource

    def _equal_ids(self, kinds: list[str], scim_filter: Any) -> list[str] | None:
        """Return the ids that an equality on an indexed attribute finds; None: another filter."""
        binding = _equality(scim_filter) if len(kinds) == 1 else None
        if binding is None or str(binding.urn).rpartition(":")[2] not in _INDEXED:
            return None
        node = scim_filter.ast
        if not isinstance(node, Comparison):
            return None
        try:
            value = str(binding.comparable(node.value))
        except ValueError:
            return []
        query = select(LOOKUP_VALUES.c.id).where(
            LOOKUP_VALUES.c.target == self._target,
            LOOKUP_VALUES.c.attribute == f"{kinds[0]}.{binding.urn}",
            LOOKUP_VALUES.c.value == value,
        )
        with self._connection() as connection:
            return list(connection.scalars(query))

    def _sql_page(
        self, kinds: list[str], search_request: SearchRequest[Any], ids: list[str] | None
    ) -> SearchPage:
        where = [RESOURCES.c.target == self._target, RESOURCES.c.kind.in_(kinds)]
        if ids is not None:
            where.append(RESOURCES.c.id.in_(ids))
        query = (
            select(RESOURCES.c.kind, RESOURCES.c.body)
            .where(*where)
            .order_by(RESOURCES.c.id)
            .offset(search_request.start_index_0 or 0)
            .limit(search_request.count)
        )
        with self._connection() as connection:
            total = connection.scalar(select(func.count()).select_from(RESOURCES).where(*where))
            rows = connection.execute(query).all()
        return SearchPage(total, [self._read(kind, body) for kind, body in rows])

    def _library_page(
        self, kinds: list[str], search_request: SearchRequest[Any], position: Any
    ) -> SearchPage:
        """Sort, filter and page as the library does, over all resources of these kinds."""
        query = select(RESOURCES.c.kind, RESOURCES.c.body).where(
            RESOURCES.c.target == self._target, RESOURCES.c.kind.in_(kinds)
        )
        with self._connection() as connection:
            rows = connection.execute(query).all()
        candidates = [self._read(kind, body) for kind, body in rows]
        scim_filter = search_request.filter
        if scim_filter is not None and not scim_filter.models and candidates:
            models = tuple(dict.fromkeys(type(item) for item in candidates))
            scim_filter = parametrize(ScimFilter, Union[models])(str(scim_filter))  # noqa: UP007 -- built at run time
        found = [item for item in candidates if scim_filter is None or scim_filter.match(item)]
        return _page(search_request, position, found)

    # --- writing --------------------------------------------------------------------------------

    def _add(
        self,
        connection: Connection,
        resource_type: ResourceType,
        resource: _AnyResource,
        resource_id: str,
    ) -> _AnyResource:
        kind, now = str(resource_type.name), utcnow()
        number = self._next_version(connection)
        created = resource.model_copy(deep=True)
        created.id = resource_id
        created.meta = Meta(
            resource_type=kind, created=now, last_modified=now, version=_etag(number)
        )
        row = {"target": self._target, "kind": kind, "id": resource_id, "version": number}
        connection.execute(insert(RESOURCES).values(**row, body=_dump(created)))
        self._index(connection, created)
        return created

    def _index(self, connection: Connection, resource: _AnyResource) -> None:
        """Note the values by which the resource is found, and those nobody else may have."""
        self._forget_values(connection, str(resource.id))
        kind = str(resource.meta.resource_type) if resource.meta else ""
        rows = []
        for path, is_unique in _indexed_paths(type(resource)):
            binding: AttributeBinding = path.resolve()
            value = InMemoryStorage._comparable_value(resource, binding)  # noqa: SLF001 -- pinned: its rule is the rule
            if value is None:
                continue
            text = str(value)
            rows.append(
                {
                    "target": self._target,
                    "attribute": f"{kind}.{binding.urn}",
                    "id": resource.id,
                    "value": text,
                    "taken": text if is_unique else None,
                }
            )
        if rows:
            connection.execute(insert(LOOKUP_VALUES), rows)

    def _forget_values(self, connection: Connection, resource_id: str) -> None:
        mine = (LOOKUP_VALUES.c.target == self._target, LOOKUP_VALUES.c.id == resource_id)
        connection.execute(delete(LOOKUP_VALUES).where(*mine))

    def _next_version(self, connection: Connection) -> int:
        mine = COUNTERS.c.target == self._target
        last = connection.scalar(select(COUNTERS.c.version).where(mine))
        if last is None:
            connection.execute(insert(COUNTERS).values(target=self._target, version=1))
            return 1
        connection.execute(update(COUNTERS).where(mine).values(version=last + 1))
        return int(last) + 1

    def _leave_groups(self, resource_id: str) -> None:
        """Take a deleted resource out of every group: no product keeps it there for long."""
        query = select(RESOURCES.c.id, RESOURCES.c.body).where(
            RESOURCES.c.target == self._target,
            RESOURCES.c.kind == "Group",
            RESOURCES.c.body.contains(resource_id, autoescape=True),
        )
        with self._connection() as connection:
            for group_id, body in connection.execute(query).all():
                group = json.loads(body)
                members = group.get("members") or []
                group["members"] = [item for item in members if item.get("value") != resource_id]
                key = _key(self._target, "Group", group_id)
                row = {"body": json.dumps(group), "version": self._next_version(connection)}
                connection.execute(update(RESOURCES).where(*key).values(**row))


@lru_cache(maxsize=32)
def _indexed_paths(model: type[_AnyResource]) -> tuple[tuple[Any, bool], ...]:
    """Return the attributes of *model* that are looked up by value, and which are unique."""
    everything = parametrize(Path, model)
    unique = everything.iter_paths(
        include_subattributes=False, uniqueness=[Uniqueness.server, Uniqueness.global_]
    )
    paths: dict[str, tuple[Any, bool]] = {}
    for found in unique:
        bound: Any = found.resolve()
        paths[str(bound.urn)] = (found, True)
    for name in _INDEXED:
        path: Any = everything(name)
        binding = path.resolve()
        if binding is not None:
            paths.setdefault(str(binding.urn), (path, False))
    return tuple(paths.values())


def _dump(resource: _AnyResource) -> str:
    return json.dumps(resource.model_dump())


def _etag(number: int) -> str:
    return f'W/"{number}"'


def _key(target: str, kind: str, resource_id: str) -> tuple[Any, ...]:
    columns = RESOURCES.c
    return columns.target == target, columns.kind == kind, columns.id == resource_id


def _check_version(resource: _AnyResource, expected: str | None) -> None:
    if expected is not None and (resource.meta is None or resource.meta.version != expected):
        raise PreconditionFailedException
