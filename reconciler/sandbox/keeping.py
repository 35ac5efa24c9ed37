"""What a server makes of what it is sent: dropped, changed, not deleted, or more than deleted."""

from typing import Any

from scim2_models import (
    InvalidFilterException,
    ResourceType,
    ScimFilter,
    ScimProvider,
    SearchRequest,
)
from scim2_models.path import CompareOperator, Comparison
from scim2_server.storage import SearchPage
from scim2_server.utils import parametrize
from sqlalchemy import Engine

from reconciler.sandbox.quirks import Manners
from reconciler.sandbox.rules import Rule, check_single, check_touchable, check_values, drop_values
from reconciler.sandbox.storage import AnyResource, DatabaseStorage


class MannerlyStorage(DatabaseStorage):
    """The storage of a target that keeps resources in its own manner."""

    def __init__(
        self, engine: Engine, provider: ScimProvider, *, target: str, manners: Manners
    ) -> None:
        super().__init__(engine, provider, target)
        self.manners = manners

    def create(self, resource_type: ResourceType, resource: AnyResource) -> AnyResource:
        """Store what this server keeps of a new resource."""
        kept: Any = self._kept(resource_type, resource)
        drop_values(self._rules(resource_type), kept, None)
        self._check(resource_type, kept, None)
        if self.manners.has("members_ignored_on_create") and resource_type.name == "Group":
            kept.members = None
        return super().create(resource_type, kept)

    def update(
        self,
        resource_type: ResourceType,
        resource: AnyResource,
        *,
        expected_version: str | None = None,
    ) -> AnyResource:
        """Store what this server keeps of a changed resource; nothing of a user it gives up."""
        kept: Any = self._kept(resource_type, resource)
        self._check_touchable(resource_type, str(resource.id))
        rules = self._rules(resource_type)
        stored = self.get(resource_type, str(resource.id)) if rules else None
        drop_values(rules, kept, stored)
        self._check(resource_type, kept, stored)
        updated = super().update(resource_type, kept, expected_version=expected_version)
        if self.manners.has("deactivation_deletes") and getattr(kept, "active", None) is False:
            super().delete(resource_type, str(resource.id))
        return updated

    def search(
        self,
        resource_types: list[ResourceType],
        search_request: SearchRequest[Any],
        *,
        position: Any = None,
    ) -> SearchPage:
        """Search by the attributes that this server can be asked for, and refuse the others."""
        wanted = search_request.filter
        if wanted is None and self.manners.has("filter_only"):
            return SearchPage(0, [], None, None)
        kinds = [str(item.name) for item in resource_types]
        if wanted is None and self.manners.has("hides_inactive") and kinds == ["User"]:
            active: Any = parametrize(ScimFilter, self._models["User"])("not (active eq false)")
            search_request = search_request.model_copy(update={"filter": active})
        if wanted is not None and not _is_known(wanted.ast, self.manners.filterable):
            raise InvalidFilterException(detail=f"This filter is not supported: {wanted}")
        return super().search(resource_types, search_request, position=position)

    def delete(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        expected_version: str | None = None,
    ) -> None:
        """Delete a resource, or only deactivate a user where that is the server's manner."""
        self._check_touchable(resource_type, resource_id)
        if not (self.manners.has("delete_deactivates") and resource_type.name == "User"):
            return super().delete(resource_type, resource_id, expected_version=expected_version)
        user: Any = self.get(resource_type, resource_id)
        user.active = False
        self.update(resource_type, user, expected_version=expected_version)
        return None

    def _check_touchable(self, resource_type: ResourceType, resource_id: str) -> None:
        patterns = self.manners.untouchable.get(str(resource_type.name).lower(), ())
        if patterns:
            check_touchable(self.get(resource_type, resource_id), patterns)

    def _rules(self, resource_type: ResourceType) -> list[Rule]:
        kind = str(resource_type.name).lower()
        return [rule for rule in self.manners.rules if rule["kind"] == kind]

    def _check(
        self, resource_type: ResourceType, resource: AnyResource, stored: AnyResource | None
    ) -> None:
        check_values(self._rules(resource_type), resource, stored)
        if self.manners.has("one_value_each"):
            check_single(resource)

    def _kept(self, resource_type: ResourceType, resource: AnyResource) -> AnyResource:
        kind = str(resource_type.name)
        kept = resource.model_copy(deep=True)
        if not self.manners.stores_external_id.get(kind.lower(), True):
            kept.external_id = None
        user: Any = kept
        if self.manners.has("lowercases_user_name") and kind == "User" and user.user_name:
            user.user_name = user.user_name.lower()
        return kept


def _is_known(node: Any, filterable: frozenset[str] | None) -> bool:
    """Tell whether a filter is an equality on an attribute that can be asked for, or on an id."""
    if filterable is None:
        return True
    if not isinstance(node, Comparison) or node.op != CompareOperator.eq:
        return False
    names = {name.casefold() for name in filterable} | {"id", "groups.value"}
    return str(node.attr_path).casefold() in names
