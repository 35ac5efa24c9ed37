"""Resources in SQLite: pages and equality filters are the database's work.

The library's own storage sorts and copies everything for every page. Sorted or richer searches
still go its way, over the resources that are read for them.
"""

import json
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias, Union

from scim2_models import (
    Meta,
    NotFoundException,
    PreconditionFailedException,
    Resource,
    ResourceType,
    ResponseParameters,
    ScimFilter,
    ScimProvider,
    SearchRequest,
    UniquenessException,
)

# The pinned version's own paging of sorted searches: ours must not differ from it.
from scim2_server.memory import _page, utcnow
from scim2_server.storage import ScimStorage, SearchPage
from scim2_server.utils import parametrize
from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from reconciler.sandbox.index import forget_values, lookup_rows, member_ids, write_index
from reconciler.sandbox.search import condition, read_cursor_page, read_index_page
from reconciler.sandbox.tables import COUNTERS, LOOKUP_VALUES, MEMBERSHIPS, METADATA, RESOURCES

AnyResource: TypeAlias = Resource[Any]


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
        with engine.begin() as connection:
            METADATA.create_all(connection)

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
    ) -> AnyResource:
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
        """Return one page: by SQL where the order is by id and SQL can express the filter."""
        kinds = list(dict.fromkeys(str(item.name) for item in resource_types))
        where = condition(self._target, kinds, search_request.filter)
        if where is None or search_request.sort_by is not None:
            return self._library_page(kinds, search_request, position)
        with self._connection() as connection:
            if search_request.cursor is None:
                page = read_index_page(connection, where, search_request)
            else:
                page = read_cursor_page(connection, where, search_request.count, position)
        found = [self._read(row.kind, row.body) for row in page.rows]
        return SearchPage(page.total, found, page.next, page.previous)

    def create(self, resource_type: ResourceType, resource: AnyResource) -> AnyResource:
        """Store a new resource under an id of our own."""
        with self._connection() as connection:
            number = self._take_versions(connection, 1)
            kind = str(resource_type.name)
            created = _made(resource.model_copy(deep=True), kind, uuid.uuid4().hex, number)
            connection.execute(insert(RESOURCES), [self._row(created, number)])
            write_index(connection, self._target, created)
            return created

    def update(
        self,
        resource_type: ResourceType,
        resource: AnyResource,
        *,
        expected_version: str | None = None,
    ) -> AnyResource:
        """Replace a resource; the version moves on."""
        with self._connection() as connection:
            stored = self._stored(connection, resource_type, resource.id)
            _check_version(stored, expected_version)
            updated = type(resource).model_validate(resource.model_dump())
            number = self._take_versions(connection, 1)
            moved = {"location": None, "last_modified": utcnow(), "version": _etag(number)}
            updated.meta = (stored.meta or Meta()).model_copy(update=moved)
            key = self._key(str(resource_type.name), str(resource.id))
            row = {"version": number, "body": _dump(updated)}
            connection.execute(update(RESOURCES).where(*key).values(**row))
            write_index(connection, self._target, updated)
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
            key = self._key(str(resource_type.name), resource_id)
            connection.execute(delete(RESOURCES).where(*key))
            forget_values(connection, self._target, resource_id)
            self._leave_groups(connection, resource_id)

    def load(self, resources: Sequence[tuple[ResourceType, AnyResource]]) -> None:
        """Store many resources at once, keeping the ids that they bring; members are believed."""
        with self._connection() as connection:
            first = self._take_versions(connection, len(resources))
            made = [
                _made(item, str(kind.name), item.id or uuid.uuid4().hex, first + offset)
                for offset, (kind, item) in enumerate(resources)
            ]
            rows = [self._row(item, first + offset) for offset, item in enumerate(made)]
            values = [row for item in made for row in lookup_rows(self._target, item)]
            members = [
                {"target": self._target, "group": item.id, "member": member}
                for item in made
                for member in sorted(member_ids(item))
            ]
            for table, many in ((RESOURCES, rows), (LOOKUP_VALUES, values), (MEMBERSHIPS, members)):
                if many:
                    connection.execute(insert(table), many)

    def dump(self) -> list[dict[str, Any]]:
        """Return every resource as SCIM JSON, users before groups, by id."""
        query = select(RESOURCES.c.body).where(RESOURCES.c.target == self._target)
        with self._connection() as connection:
            rows = connection.scalars(query.order_by(RESOURCES.c.kind.desc(), RESOURCES.c.id))
            return [json.loads(body) for body in rows]

    def groups_of(self, resource_id: str) -> list[str]:
        """Return the ids of the groups that a resource is a member of."""
        mine = (MEMBERSHIPS.c.target == self._target, MEMBERSHIPS.c.member == resource_id)
        with self._connection() as connection:
            query = select(MEMBERSHIPS.c.group).where(*mine).order_by(MEMBERSHIPS.c.group)
            return list(connection.scalars(query))

    def clear(self) -> None:
        """Delete everything of this target; versions go on, so that no ETag comes twice."""
        with self._connection() as connection:
            for table in (RESOURCES, LOOKUP_VALUES, MEMBERSHIPS):
                connection.execute(delete(table).where(table.c.target == self._target))

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
    ) -> AnyResource:
        kind = str(resource_type.name)
        key = self._key(kind, str(resource_id))
        body = connection.scalar(select(RESOURCES.c.body).where(*key))
        if body is None:
            raise NotFoundException(detail=f"{kind} {resource_id!r} not found")
        return self._read(kind, body)

    def _read(self, kind: str, body: str) -> AnyResource:
        resource: AnyResource = self._models[kind].model_validate_json(body)
        return resource

    def _library_page(
        self, kinds: list[str], search_request: SearchRequest[Any], position: Any
    ) -> SearchPage:
        """Sort, filter and page as the library does, over all resources of these kinds."""
        query = select(RESOURCES.c.kind, RESOURCES.c.body).where(
            RESOURCES.c.target == self._target, RESOURCES.c.kind.in_(kinds)
        )
        with self._connection() as connection:
            rows = connection.execute(query).all()
        candidates = [self._read(row.kind, row.body) for row in rows]
        scim_filter = search_request.filter
        if scim_filter is not None and not scim_filter.models and candidates:
            models = tuple(dict.fromkeys(type(item) for item in candidates))
            scim_filter = parametrize(ScimFilter, Union[models])(str(scim_filter))  # noqa: UP007 -- built at run time
        found = [item for item in candidates if scim_filter is None or scim_filter.match(item)]
        return _page(search_request, position, found)

    def _take_versions(self, connection: Connection, count: int) -> int:
        """Return the first of *count* new version numbers, which nobody else gets."""
        mine = COUNTERS.c.target == self._target
        moved = update(COUNTERS).where(mine).values(version=COUNTERS.c.version + count)
        last = connection.scalar(moved.returning(COUNTERS.c.version))
        if last is None:
            connection.execute(insert(COUNTERS).values(target=self._target, version=count))
            last = count
        return int(last) - count + 1

    def _leave_groups(self, connection: Connection, resource_id: str) -> None:
        """Take a deleted resource out of every group: no product keeps it there for long."""
        of_target = MEMBERSHIPS.c.target == self._target
        member = MEMBERSHIPS.c.member == resource_id
        groups = connection.scalars(select(MEMBERSHIPS.c.group).where(of_target, member)).all()
        for group_id in groups:
            key = self._key("Group", group_id)
            group = json.loads(connection.scalar(select(RESOURCES.c.body).where(*key)) or "{}")
            number = self._take_versions(connection, 1)
            group["members"] = [item for item in group["members"] if item["value"] != resource_id]
            group["meta"] |= {"version": _etag(number), "lastModified": utcnow().isoformat()}
            row = {"body": json.dumps(group), "version": number}
            connection.execute(update(RESOURCES).where(*key).values(**row))
        either = member | (MEMBERSHIPS.c.group == resource_id)
        connection.execute(delete(MEMBERSHIPS).where(of_target, either))

    def _row(self, resource: AnyResource, number: int) -> dict[str, Any]:
        kind = resource.meta.resource_type if resource.meta else None
        row = {"target": self._target, "kind": kind, "id": resource.id}
        return {**row, "version": number, "body": _dump(resource)}

    def _key(self, kind: str, resource_id: str) -> tuple[Any, ...]:
        columns = RESOURCES.c
        return columns.target == self._target, columns.kind == kind, columns.id == resource_id


def _made(resource: AnyResource, kind: str, resource_id: str, number: int) -> AnyResource:
    """Give a new resource what only the server gives (RFC 7643 §3.1)."""
    now = utcnow()
    resource.id = resource_id
    resource.meta = Meta(resource_type=kind, created=now, last_modified=now, version=_etag(number))
    return resource


def _dump(resource: AnyResource) -> str:
    return json.dumps(resource.model_dump())


def _etag(number: int) -> str:
    return f'W/"{number}"'


def _check_version(resource: AnyResource, expected: str | None) -> None:
    if expected is not None and (resource.meta is None or resource.meta.version != expected):
        raise PreconditionFailedException
