"""The key `notify` of a target, as it is written: who is told of what."""

from typing import Annotated

from pydantic import Field, StringConstraints

from reconciler.desired.documents.auth import SecretPlace
from reconciler.desired.documents.fields import Section
from reconciler.model.notice import Event, Format

_ADDRESS = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*$"
"""RFC 5321 in the form of HTML's e-mail fields: no quotes, no comments, no lines."""

Address = Annotated[str, StringConstraints(pattern=_ADDRESS, max_length=254)]


class WebhookDocument(Section):
    """Where notices are posted. The URL is a secret, for whoever has it can write there."""

    url: SecretPlace = Field(description="The URL, by env or file.")
    format: Annotated[Format, Field(strict=False)] = Field(
        Format.JSON, description="json: reconciler.notice/1; the other: blocks for a chat."
    )


class NotifyDocument(Section):
    """Who is told, once for each cause (docs/operations.md)."""

    email: list[Address] | None = Field(
        None, max_length=50, description="Addresses.", examples=[["it-ops@contoso.example"]]
    )
    webhook: WebhookDocument | None = Field(
        None,
        description="Where notices are posted.",
        examples=[{"url": {"env": "OPS_WEBHOOK_URL"}}],
    )
    on: list[Annotated[Event, Field(strict=False)]] | None = Field(
        None, min_length=1, description="What is told; all of it where missing."
    )
