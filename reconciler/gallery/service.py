"""What a profile may say of the client, and what the client makes of it."""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from reconciler.model.headers import header_faults
from reconciler.model.rate import Method, RateLimit, Unit, rate_limit
from reconciler.model.service import Bulk, Quirk, Service
from reconciler.model.values import Kind
from reconciler.model.writing import Etag, Recheck, Verify


class Closed(BaseModel):
    """A part of a profile: what it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _check_headers(found: dict[str, str]) -> dict[str, str]:
    faults = header_faults(found)
    if faults:
        raise PydanticCustomError(
            "header", "cannot be sent: {faults}", {"faults": "; ".join(faults)}
        )
    return found


Headers: TypeAlias = Annotated[dict[str, str], AfterValidator(_check_headers)]
"""Headers that may go with every request."""


class RateDocument(Closed):
    """How many requests the app takes in which time."""

    requests: int = Field(ge=1, description="Requests that are taken in that time.")
    per: Unit | Annotated[float, Field(gt=0, le=86_400)] = Field(
        description="The time: second, minute, hour, day, or a number of seconds."
    )
    burst: int | None = Field(
        None,
        ge=1,
        description="Requests of them that may come at once: 1, or all of an hour's or day's.",
    )
    methods: list[Method] = Field(default_factory=list, description="Only these methods.")
    path: str = Field("", description="Only this path and what is below it: /Users.")


class BulkDocument(Closed):
    """How much one bulk request may hold."""

    operations: int = Field(100, ge=2, le=10_000, description="Operations in one request.")
    bytes: int = Field(1_000_000, ge=1_000, description="Bytes of one request.")


class ServiceDocument(Closed):
    """How to talk to the app: the knobs of the client."""

    page_size: int = Field(100, ge=1, le=1000, description="Objects asked for in one page.")
    members_per_request: int = Field(100, ge=1, description="Members changed in one request.")
    members_bytes_per_request: int = Field(
        500_000, ge=1_000, description="Bytes of a request that changes members."
    )
    concurrency: int = Field(4, ge=1, le=32, description="Requests under way at once.")
    timeout_seconds: float = Field(60.0, gt=0, description="Seconds until an answer is given up.")
    rate: list[RateDocument] = Field(
        default_factory=list, description="How many requests the app takes in which time."
    )
    filterable: list[str] = Field(
        default=["displayName", "externalId", "userName"],
        description="Attributes that a filter with `eq` finds objects by.",
    )
    etag: Annotated[Etag, Field(strict=False)] = Field(
        Etag.AUTO, description="What the versions of its objects are good for."
    )
    recheck: Annotated[Recheck, Field(strict=False)] = Field(
        Recheck.WHEN_OLD, description="When to look again before a write without a version."
    )
    recheck_after_seconds: float = Field(
        300.0, ge=0, description="Seconds after which what was read is old."
    )
    verify: Annotated[Verify, Field(strict=False)] = Field(
        Verify.ANSWER, description="What is read back after a write."
    )
    consistency_delay_seconds: float = Field(
        0.0, ge=0, le=600, description="Seconds for which a read may show what was before a write."
    )
    projection: bool = Field(False, description="Lists are asked for what is mapped alone.")
    bulk: BulkDocument | None = Field(None, description="Several writes in one request.")
    headers: Headers = Field(
        default_factory=dict, description="Headers of every request; Accept and User-Agent too."
    )
    quirks: list[Annotated[Quirk, Field(strict=False)]] = Field(
        default_factory=list, description="What the app does differently."
    )


def build_service(said: ServiceDocument, stores_external_id: Mapping[Kind, bool]) -> Service:
    """Return the knobs that *said* gives."""
    return Service(
        page_size=said.page_size,
        members_per_request=said.members_per_request,
        members_bytes_per_request=said.members_bytes_per_request,
        concurrency=said.concurrency,
        timeout_seconds=said.timeout_seconds,
        etag=said.etag,
        recheck=said.recheck,
        recheck_after_seconds=said.recheck_after_seconds,
        rate=tuple(map(_rate, said.rate)),
        verify=said.verify,
        consistency_delay_seconds=said.consistency_delay_seconds,
        filterable=frozenset(said.filterable),
        stores_external_id=stores_external_id,
        quirks=frozenset(said.quirks),
        projection=said.projection,
        bulk=Bulk(said.bulk.operations, said.bulk.bytes) if said.bulk is not None else None,
        headers=said.headers,
    )


def _rate(said: RateDocument) -> RateLimit:
    return rate_limit(said.requests, said.per, said.burst, said.methods, said.path)
