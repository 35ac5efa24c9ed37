"""What a target may say of the client, where its profile does not fit."""

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from reconciler.desired.documents.fields import Section, Text
from reconciler.model.headers import header_faults
from reconciler.model.rate import Method, Unit
from reconciler.model.service import Quirk
from reconciler.model.writing import Etag, Recheck, Verify

# Strict mode takes no text for an enumeration; it is written as text.
Habit: TypeAlias = Annotated[Quirk, Field(strict=False)]


def _check_headers(found: dict[str, str]) -> dict[str, str]:
    faults = header_faults(found)
    if faults:
        raise PydanticCustomError(
            "header", "cannot be sent: {faults}", {"faults": "; ".join(faults)}
        )
    return found


Headers: TypeAlias = Annotated[dict[str, str], AfterValidator(_check_headers)]
"""Headers that may go with every request."""


class StoresExternalIdDocument(Section):
    """Whether the target keeps externalId."""

    user: bool | None = Field(None, description="Whether it does for users.")
    group: bool | None = Field(None, description="Whether it does for groups.")


class RateDocument(Section):
    """How many requests the target takes in which time."""

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


class BulkDocument(Section):
    """How much one bulk request may hold."""

    operations: int = Field(100, ge=2, le=10_000, description="Operations in one request.")
    bytes: int = Field(1_000_000, ge=1_000, description="Bytes of one request.")


class ServiceDocument(Section):
    """How to talk to this target, where the profile does not fit."""

    page_size: int | None = Field(None, ge=1, le=10_000, description="Objects asked per page.")
    members_per_request: int | None = Field(
        None, ge=1, le=100_000, description="Members that one PATCH adds or removes."
    )
    members_bytes_per_request: int | None = Field(
        None, ge=1_000, description="Bytes that one PATCH of members may have."
    )
    concurrency: int | None = Field(None, ge=1, le=64, description="Requests in flight.")
    timeout_seconds: float | None = Field(
        None, gt=0, le=3600, description="How long one answer may take."
    )
    retries: int | None = Field(None, ge=0, le=20, description="Further attempts per request.")
    rate: list[RateDocument] | None = Field(
        None, description="How many requests it takes in which time; replaces the profile's."
    )
    filterable: list[Text] | None = Field(
        None, description="Attributes that can be looked up; replaces the profile's."
    )
    etag: Annotated[Etag, Field(strict=False)] | None = Field(
        None, description="What the versions of its objects are good for."
    )
    recheck: Annotated[Recheck, Field(strict=False)] | None = Field(
        None, description="When to look again before a write without a version."
    )
    recheck_after_seconds: float | None = Field(
        None, ge=0, description="Seconds after which what was read is old."
    )
    verify: Annotated[Verify, Field(strict=False)] | None = Field(
        None, description="What is read back after a write."
    )
    consistency_delay_seconds: float | None = Field(
        None, ge=0, le=600, description="Seconds for which a read may show what was before a write."
    )
    projection: bool | None = Field(
        None, description="Whether lists are asked for what is mapped alone."
    )
    bulk: BulkDocument | Literal["off"] | None = Field(
        None,
        description="Several writes in one request, or `off`.",
        examples=["off", {"operations": 100}],
    )
    headers: Headers | None = Field(
        None, description="Headers of every request, over the profile's; never a secret."
    )
    quirks: list[Habit] | None = Field(None, description="Replaces the profile's quirks.")
    stores_external_id: StoresExternalIdDocument | None = Field(
        None, description="Whether the target keeps externalId."
    )
