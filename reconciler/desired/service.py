"""The knobs of the client, as a target overrides its profile."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from reconciler.desired.documents.service import (
    BulkDocument,
    RateDocument,
    ServiceDocument,
    StoresExternalIdDocument,
)
from reconciler.model.headers import merged
from reconciler.model.rate import RateLimit, rate_limit
from reconciler.model.service import Bulk, Service
from reconciler.model.values import Kind

_PLAIN = (
    "page_size",
    "members_per_request",
    "members_bytes_per_request",
    "concurrency",
    "timeout_seconds",
    "retries",
    "etag",
    "recheck",
    "recheck_after_seconds",
    "verify",
    "consistency_delay_seconds",
    "projection",
)


def build_service(document: ServiceDocument | None, profile: Service) -> Service:
    """Return the profile's service with the words of *document* over it."""
    if document is None:
        return profile
    given = {name: getattr(document, name) for name in _PLAIN}
    plain = {name: value for name, value in given.items() if value is not None}
    quirks = profile.quirks if document.quirks is None else frozenset(document.quirks)
    if document.filterable is not None:
        plain["filterable"] = frozenset(document.filterable)
    if document.headers is not None:
        plain["headers"] = merged(profile.headers, document.headers)
    if document.rate is not None:
        plain["rate"] = tuple(map(_rate, document.rate))
    if document.bulk is not None:
        plain["bulk"] = _bulk(document.bulk)
    stores = _stores_external_id(document.stores_external_id, profile.stores_external_id)
    return replace(profile, **plain, quirks=quirks, stores_external_id=stores)


def _rate(said: RateDocument) -> RateLimit:
    return rate_limit(said.requests, said.per, said.burst, said.methods, said.path)


def _bulk(said: BulkDocument | Literal["off"]) -> Bulk | None:
    return None if said == "off" else Bulk(said.operations, said.bytes)


def _stores_external_id(
    document: StoresExternalIdDocument | None, profile: Mapping[Kind, bool]
) -> Mapping[Kind, bool]:
    if document is None:
        return profile
    given = {Kind.USER: document.user, Kind.GROUP: document.group}
    return {**profile, **{kind: value for kind, value in given.items() if value is not None}}
