"""What a server makes of what it is sent, without a word: dropped, changed, or not deleted."""

from typing import Any

from scim2_models import ResourceType, ScimProvider
from sqlalchemy import Engine

from reconciler.sandbox.quirks import Manners
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
        """Store what this server keeps of a changed resource."""
        kept = self._kept(resource_type, resource)
        return super().update(resource_type, kept, expected_version=expected_version)

    def delete(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        expected_version: str | None = None,
    ) -> None:
        """Delete a resource, or only deactivate a user where that is the server's manner."""
        if not (self.manners.has("delete_deactivates") and resource_type.name == "User"):
            return super().delete(resource_type, resource_id, expected_version=expected_version)
        user: Any = self.get(resource_type, resource_id)
        user.active = False
        self.update(resource_type, user, expected_version=expected_version)
        return None

    def _kept(self, resource_type: ResourceType, resource: AnyResource) -> AnyResource:
        kind = str(resource_type.name)
        kept = resource.model_copy(deep=True)
        if not self.manners.stores_external_id.get(kind.lower(), True):
            kept.external_id = None
        user: Any = kept
        if self.manners.has("lowercases_user_name") and kind == "User" and user.user_name:
            user.user_name = user.user_name.lower()
        return kept
