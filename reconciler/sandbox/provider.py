"""What the sandbox announces: the schemas of RFC 7643, widened by what a profile maps."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from scim2_models import ResourceType, Schema, ScimPolicy, ScimProvider, ServiceProviderConfig
from scim2_server.utils import (
    load_default_resource_types,
    load_default_schemas,
    load_default_service_provider_config,
)

from reconciler.sandbox.quirks import Manners

Definition: TypeAlias = Mapping[str, Any]
"""An attribute as RFC 7643 §7 writes it; `name` is enough. `kind` is "user" unless it says "group",
and `schema` names another URN than the core schema of that kind."""

_CURSOR_PAGE = 100
"""The most that AWS IAM Identity Center gives at once."""

_KINDS = {"user": "User", "group": "Group"}


def build_provider(
    manners: Manners, extra_attributes: Sequence[str | Definition] = ()
) -> ScimProvider:
    """Describe a server with *manners* and *extra_attributes*; a name alone is a user's string."""
    extra = [{"name": item} if isinstance(item, str) else dict(item) for item in extra_attributes]
    announced = (manners.quirks, manners.page_size, manners.bulk)
    return _provider(*announced, json.dumps(extra, sort_keys=True))


@lru_cache(maxsize=16)
def _provider(
    quirks: frozenset[str], page_size: int, bulk: tuple[int, int] | None, extra_attributes: str
) -> ScimProvider:
    """Build the models, which takes a while: equal sandboxes share them."""
    manners = Manners(quirks, page_size=page_size, bulk=bulk)
    schemas = {urn: schema.model_dump() for urn, schema in load_default_schemas().items()}
    types = {name: kind.model_dump() for name, kind in load_default_resource_types().items()}
    for definition in json.loads(extra_attributes):
        kind = types[_KINDS[definition.pop("kind", "user")]]
        _add(schemas, kind, definition.pop("schema", kind["schema"]), definition)
    by_value = manners.has("remove_members_by_value")
    remove = ScimPolicy.RemoveValue.apply if by_value else ScimPolicy.RemoveValue.forbid
    return ScimProvider.from_discovery(
        [Schema.model_validate(schema) for schema in schemas.values()],
        [ResourceType.model_validate(kind) for kind in types.values()],
        config=_config(manners),
        policy=ScimPolicy(remove_value_as_filter=remove),
    )


def _config(manners: Manners) -> ServiceProviderConfig:
    config = load_default_service_provider_config().model_dump()
    config["patch"] = {"supported": not manners.has("no_patch")}
    operations, size = manners.bulk or (0, 0)
    config["bulk"] = {
        "supported": manners.bulk is not None,
        "maxOperations": operations,
        "maxPayloadSize": size,
    }
    config["filter"] = {"supported": True, "maxResults": manners.page_size}
    if manners.has("cursor_paging"):
        most = min(manners.page_size, _CURSOR_PAGE)
        config["pagination"] = {
            "cursor": True,
            "index": False,
            "defaultPaginationMethod": "cursor",
            "defaultPageSize": most,
            "maxPageSize": most,
        }
    return ServiceProviderConfig.model_validate(config)


def _add(schemas: dict[str, Any], kind: dict[str, Any], urn: str, definition: Definition) -> None:
    if urn not in schemas:
        schemas[urn] = {"id": urn, "name": urn.rpartition(":")[2], "attributes": []}
    extensions = kind.setdefault("schemaExtensions", [])
    if urn != kind["schema"] and urn not in {item["schema"] for item in extensions}:
        extensions.append({"schema": urn, "required": False})
    attributes = schemas[urn].setdefault("attributes", [])
    _widen(attributes, [definition])


def _widen(attributes: list[Any], definitions: Iterable[Definition]) -> None:
    """Add what is missing; what the standard already defines stays as it is, but for its case."""
    known = {str(item["name"]).casefold(): item for item in attributes}
    for definition in definitions:
        found = known.get(str(definition["name"]).casefold())
        if found is None:
            attributes.append({"type": "string", "multiValued": False, **definition})
            continue
        if "caseExact" in definition:
            found["caseExact"] = definition["caseExact"]
        if "subAttributes" in found:
            _widen(found["subAttributes"], definition.get("subAttributes", ()))
