"""How we prove to a target who we are: where the secret is read from, never the secret."""

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class SecretSource:
    """Where a secret is read from when it is needed; never the secret."""

    kind: Literal["env", "file"]
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class Bearer:
    """A long-lived bearer token (RFC 6750)."""

    secret: SecretSource


@dataclass(frozen=True, slots=True)
class Basic:
    """A user name and a password (RFC 7617)."""

    username: str
    secret: SecretSource


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A secret in a header of its own."""

    header: str
    secret: SecretSource


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """OAuth 2.0 client credentials (RFC 6749 §4.4): short-lived tokens, fetched when needed."""

    token_url: str
    client_id: str
    secret: SecretSource
    scope: str | None = None


Auth: TypeAlias = Bearer | Basic | ApiKey | ClientCredentials
