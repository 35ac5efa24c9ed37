"""What is written beside a resource so that the database finds it: unique values, members."""

from functools import lru_cache
from typing import Any

from scim2_models import InvalidValueException, Path, Resource, Uniqueness

# The pinned version's own rule of what equals what: ours must not differ from it.
from scim2_server.memory import InMemoryStorage
from scim2_server.utils import parametrize
from sqlalchemy import Connection, delete, insert, select

from reconciler.sandbox.tables import LOOKUP_VALUES, MEMBERSHIPS, RESOURCES

_LOOKED_UP = ("userName", "displayName", "externalId")
_CHUNK = 500


@lru_cache(maxsize=64)
def indexed_attributes(model: type[Resource[Any]]) -> dict[str, tuple[Any, bool]]:
    """Return by URN the attributes of *model* that are found by value, and which are unique."""
    everything = parametrize(Path, model)
    unique = everything.iter_paths(
        include_subattributes=False, uniqueness=[Uniqueness.server, Uniqueness.global_]
    )
    found: dict[str, tuple[Any, bool]] = {}
    for path in unique:
        bound: Any = path.resolve()
        found[str(bound.urn)] = (bound, True)
    for name in _LOOKED_UP:
        binding: Any = everything(name).resolve()
        if binding is not None:
            found.setdefault(str(binding.urn), (binding, False))
    return found


def lookup_rows(target: str, resource: Resource[Any]) -> list[dict[str, Any]]:
    """Return the rows by which *resource* is found."""
    kind = resource.meta.resource_type if resource.meta else ""
    rows = []
    for urn, (binding, is_unique) in indexed_attributes(type(resource)).items():
        value = InMemoryStorage._comparable_value(resource, binding)  # noqa: SLF001 -- pinned: its rule is the rule
        if value is not None:
            row = {"target": target, "attribute": f"{kind}.{urn}", "id": resource.id}
            rows.append({**row, "value": str(value), "taken": str(value) if is_unique else None})
    return rows


def member_ids(resource: Resource[Any]) -> set[str]:
    """Return the ids of the members of a group; nothing for other resources."""
    members = getattr(resource, "members", None) or ()
    return {str(member.value) for member in members if member.value}


def write_index(connection: Connection, target: str, resource: Resource[Any]) -> None:
    """Note how *resource* is found and who is in it; refuse members that do not exist."""
    forget_values(connection, target, str(resource.id))
    rows = lookup_rows(target, resource)
    if rows:
        connection.execute(insert(LOOKUP_VALUES), rows)
    place = (MEMBERSHIPS.c.target == target, MEMBERSHIPS.c.group == resource.id)
    before = set(connection.scalars(select(MEMBERSHIPS.c.member).where(*place)))
    members = member_ids(resource)
    joined, left = sorted(members - before), sorted(before - members)
    _refuse_unknown(connection, target, joined)
    for start in range(0, len(left), _CHUNK):
        gone = MEMBERSHIPS.c.member.in_(left[start : start + _CHUNK])
        connection.execute(delete(MEMBERSHIPS).where(*place, gone))
    if joined:
        row = {"target": target, "group": resource.id}
        connection.execute(insert(MEMBERSHIPS), [{**row, "member": item} for item in joined])


def forget_values(connection: Connection, target: str, resource_id: str) -> None:
    """Give back the values that a resource holds."""
    mine = (LOOKUP_VALUES.c.target == target, LOOKUP_VALUES.c.id == resource_id)
    connection.execute(delete(LOOKUP_VALUES).where(*mine))


def _refuse_unknown(connection: Connection, target: str, ids: list[str]) -> None:
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        query = select(RESOURCES.c.id).where(
            RESOURCES.c.target == target, RESOURCES.c.id.in_(chunk)
        )
        unknown = sorted(set(chunk) - set(connection.scalars(query)))
        if unknown:
            raise InvalidValueException(detail=f"There is no member {unknown[0]!r}")
