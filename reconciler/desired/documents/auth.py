"""The key `auth` of a target, as it is written: secrets by env or file, and never as they are."""

from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from reconciler.desired.documents.fields import Section, Text

_ENVIRONMENT_NAME = r"^[A-Za-z_][A-Za-z0-9_]{0,127}$"
_HEADER_NAME = r"^[A-Za-z][A-Za-z0-9-]{0,63}$"


class SecretDocument(Section):
    """Where a secret is read from when it is needed."""

    env: str | None = Field(
        None,
        pattern=_ENVIRONMENT_NAME,
        description="An environment variable.",
        examples=["APP_SCIM_TOKEN"],
    )
    file: Text | None = Field(None, description="A file that holds the secret alone.")


def _refuse_secret(value: Any) -> Any:
    """Accept nothing but env and file, and repeat nothing: any other word may be the secret."""
    if isinstance(value, dict) and set(value) <= {"env", "file"}:
        return value
    raise PydanticCustomError(
        "literal_secret", "must say where the token is: {env: NAME} or {file: PATH}"
    )


SecretPlace: TypeAlias = Annotated[SecretDocument, BeforeValidator(_refuse_secret)]


class BasicDocument(Section):
    """A user name and a password (RFC 7617)."""

    username: str = Field(pattern=r"^[^:\x00-\x1f\x7f]{1,256}$", description="The user name.")
    password: SecretPlace = Field(description="The password, by env or file.")


class HeaderDocument(Section):
    """A secret in a header of its own."""

    name: str = Field(pattern=_HEADER_NAME, description="The header.", examples=["X-Api-Key"])
    value: SecretPlace = Field(description="What it holds, by env or file.")


class OAuthDocument(Section):
    """OAuth 2.0 client credentials (RFC 6749 §4.4); tokens are fetched and renewed."""

    token_url: Text = Field(
        description="The token endpoint.", examples=["https://login.example.com/oauth2/token"]
    )
    client_id: Text = Field(description="The client's id.")
    client_secret: SecretPlace = Field(description="The client's secret, by env or file.")
    scope: Text | None = Field(None, description="The scope that is asked for.")


Way: TypeAlias = SecretDocument | BasicDocument | HeaderDocument | OAuthDocument


class AuthDocument(Section):
    """How we prove to the target who we are: one of these."""

    bearer: SecretPlace | None = Field(
        None, description="A bearer token, by env or file; a literal secret is refused."
    )
    basic: BasicDocument | None = Field(None, description="A user name and a password.")
    header: HeaderDocument | None = Field(None, description="A secret in a header of its own.")
    oauth2: OAuthDocument | None = Field(None, description="OAuth 2.0 client credentials.")
