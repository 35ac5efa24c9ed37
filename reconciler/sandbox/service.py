"""What a sandbox refuses, for single requests and for the operations of a bulk request alike."""

import json
import re
from http import HTTPStatus
from typing import Any, TypeAlias

from scim2_models import (
    Context,
    InvalidPathException,
    InvalidValueException,
    Meta,
    NotImplementedException,
    PatchOp,
    Resource,
    ResourceType,
    SCIMException,
    ScimProvider,
    SearchRequest,
)
from scim2_server.conditions import Conditions
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.routing import Operation, Target
from scim2_server.service import ScimService
from scim2_server.storage import SearchPage

from reconciler.sandbox.quirks import Manners

AnyResource: TypeAlias = Resource[Any]

_SEAL = "sandbox"
"""What seals cursors: those of an embedded server hide nothing from anybody, and outlive it."""

_VERBS = {
    Operation.create: "create",
    Operation.replace: "update",
    Operation.patch: "update",
    Operation.delete: "delete",
}

_LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
_SUB_ATTRIBUTE = re.compile(r"\.[^.:\]]+$")
_ONE_MEMBER = re.compile(r'members\[value eq ("(?:[^"\\]|\\.)*")\]', re.IGNORECASE)


class _VersionRequiredError(SCIMException):
    status = 428
    _default_detail = "A version is required: If-Match"


class SandboxService(ScimService):
    """The library's service, with the refusals of one target's manners."""

    def __init__(self, provider: ScimProvider, manners: Manners) -> None:
        super().__init__(provider, secret=_SEAL)
        self._manners = manners

    def authorize(self, request: ScimRequest, target: Target, resource_type: ResourceType) -> None:
        """Refuse PUT where it is missing, and what this server does not do with this kind."""
        del request
        if target.operation is Operation.replace and self._manners.has("no_put"):
            raise NotImplementedException(detail="PUT is not supported")
        actions = self._manners.actions.get(str(resource_type.name).lower())
        verb = _VERBS.get(target.operation)
        if actions is not None and verb is not None and verb not in actions:
            raise NotImplementedException(detail=f"{verb} is not supported")

    @property
    def etag_supported(self) -> bool:
        """Tell whether objects bear versions."""
        return self._manners.etag != "none" and super().etag_supported

    def check_preconditions(
        self, resource: AnyResource, method: str, conditions: Conditions
    ) -> bool:
        """Refuse a write without a version where one is required (RFC 6585 §3)."""
        if self._manners.etag == "required" and method != "GET" and conditions.if_match is None:
            raise _VersionRequiredError
        return super().check_preconditions(resource, method, conditions)

    def read_creation(
        self, resource_type: ResourceType, body: bytes, content_type: str | None
    ) -> AnyResource:
        """Validate a creation, and refuse a group with too many members at once."""
        resource = super().read_creation(resource_type, body, content_type)
        self._count_members(len(getattr(resource, "members", None) or ()))
        return resource

    def apply_replacement(
        self, current: AnyResource, replacement: AnyResource, conditions: Conditions
    ) -> AnyResource | None:
        """Apply a PUT, unless it carries too many members at once."""
        self._count_members(len(getattr(replacement, "members", None) or ()))
        return super().apply_replacement(current, replacement, conditions)

    def read_patch(
        self, resource_type: ResourceType, body: bytes, content_type: str | None
    ) -> "PatchOp[Any]":
        """Validate a PATCH, and refuse ops in lower case where only Entra's old ones are known."""
        found = super().read_patch(resource_type, body, content_type)
        said = [item.get("op", "") for item in json.loads(body)["Operations"]]
        if self._manners.has("pascal_case_ops") and not all(op[:1].isupper() for op in said):
            raise InvalidValueException(detail="An op is Add, Replace or Remove")
        most = self._manners.members_bytes_per_request
        if len(body) > most and any(map(_members_named, found.operations or ())):
            raise self.payload_too_large(most)
        return found

    def apply_patch(
        self, current: AnyResource, patch_op: "PatchOp[Any]", conditions: Conditions
    ) -> AnyResource | None:
        """Apply a PATCH, unless the manners refuse one of its operations."""
        operations = list(patch_op.operations or ())
        if len(operations) > 1 and self._manners.has("one_operation_each"):
            raise InvalidValueException(detail="At most one operation in one request")
        for operation in operations:
            self._refuse_path(operation)
        self._count_members(sum(map(_members_named, operations)))
        if not _remove_members(current, operations):
            return super().apply_patch(current, patch_op, conditions)
        self.check_preconditions(current, "PATCH", conditions)
        return current

    def publish(self, base_url: str, resource: AnyResource) -> AnyResource:
        """Set the URLs. The library copies first: a third of a list's time, for our own copies."""
        kind = self.get_resource_type_of(resource)
        location = self.resource_location(base_url, kind, str(resource.id))
        update = {"location": location, **({} if self.etag_supported else {"version": None})}
        resource.meta = (resource.meta or Meta()).model_copy(update=update)
        self._publish_references(base_url, resource)
        return resource

    def search_response(
        self,
        base_url: str,
        resource_types: list[ResourceType],
        page: SearchPage,
        search_request: SearchRequest[Any],
    ) -> ScimResponse:
        """List a page (RFC 7644 §3.4.2), of each object what is asked for (projection).

        The library validates and dumps each resource twice.
        """
        shown = [
            self.publish(base_url, resource).model_dump(
                scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=search_request
            )
            for resource in page.resources
        ]
        by_cursor = search_request.cursor is not None
        body = {
            "schemas": [_LIST],
            "totalResults": page.total,
            "startIndex": None if by_cursor else search_request.start_index,
            "itemsPerPage": len(shown),
            "nextCursor": self._seal(resource_types, search_request, page.next),
            "previousCursor": self._seal(resource_types, search_request, page.previous),
        }
        stated = {name: value for name, value in body.items() if value is not None}
        return ScimResponse(HTTPStatus.OK, {**stated, "Resources": shown})

    def _refuse_path(self, operation: Any) -> None:
        path = str(operation.path or "")
        of_members = path.casefold().startswith("members")
        if of_members and operation.op != "replace" and self._manners.has("replace_members"):
            raise NotImplementedException(detail="Members are replaced, all at once")
        if path and not of_members and self._manners.has("pathless_patch"):
            raise InvalidPathException(detail="Paths are not supported")
        if _SUB_ATTRIBUTE.search(path) and self._manners.has("no_sub_attribute_paths"):
            raise InvalidPathException(detail="Paths of sub-attributes are not supported")
        if "[" not in path:
            return
        if of_members and self._manners.has("remove_members_by_value"):
            raise NotImplementedException(detail="Value filters are not supported")
        if not of_members and self._manners.has("no_value_filter_paths"):
            raise InvalidPathException(detail="Paths with a value filter are not supported")

    def _count_members(self, count: int) -> None:
        most = self._manners.members_per_request
        if count > most:
            raise InvalidValueException(detail=f"At most {most} members in one request")


def _members_named(operation: Any) -> int:
    """Return how many members one operation names."""
    path, value = str(operation.path or "").casefold(), operation.value
    if not path and isinstance(value, dict):
        path, value = "members", value.get("members")
    if path.startswith("members["):
        return 1
    if path != "members" or value is None:
        return 0
    return len(value) if isinstance(value, list) else 1


def _remove_members(current: Any, operations: list[Any]) -> bool:
    """Take out the members that *operations* name, if that is all they do and all are there.

    The library walks all members for each: 100 of 1,000 took it 2.3 s.
    """
    found = [_ONE_MEMBER.fullmatch(str(item.path or "")) for item in operations]
    if not all(item.op == "remove" for item in operations):
        return False
    gone = {json.loads(item[1]) for item in found if item}
    members = getattr(current, "members", None) or []
    if None in found or not gone <= {item.value for item in members}:
        return False
    current.members = [item for item in members if item.value not in gone] or None
    return True
