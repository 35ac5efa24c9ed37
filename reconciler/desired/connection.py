"""Where a target is, and how we prove to it who we are."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from reconciler.desired.documents.auth import (
    AuthDocument,
    BasicDocument,
    HeaderDocument,
    OAuthDocument,
    SecretDocument,
    Way,
)
from reconciler.desired.documents.targets import TargetDocument
from reconciler.desired.entries import Entry
from reconciler.desired.urls import is_loopback, url_fault
from reconciler.model.auth import ApiKey, Auth, Basic, Bearer, ClientCredentials, SecretSource
from reconciler.model.problem import Problem
from reconciler.model.target import Profile


@dataclass(frozen=True, slots=True)
class Connection:
    """A sound base URL, and how we prove who we are (None only on this very machine)."""

    url: str
    auth: Auth | None


def connection(entry: Entry, profile: Profile, problems: list[Problem]) -> Connection | None:
    """Return how the target of *entry* is reached, or None where that is a problem."""
    document: TargetDocument = entry.parsed
    url = document.url or profile.url
    if url is None:
        problems.append(
            Problem("missing-key", "'url' is missing", entry.at, hint=profile.url_hint or None)
        )
        return None
    if fault := url_fault(url):
        hint = "Write it like https://app.example.com/scim/v2."
        problems.append(Problem("target-url", f"'url' {fault}", entry.position("url"), hint=hint))
        return None
    auth = _auth(entry, problems)
    if document.auth is None and not is_loopback(urlsplit(url).hostname):
        hint = "Write auth: {bearer: {env: NAME}} or {bearer: {file: PATH}}."
        problems.append(Problem("missing-key", "'auth' is missing", entry.at, hint=hint))
    return Connection(url.rstrip("/"), auth)


def _auth(entry: Entry, problems: list[Problem]) -> Auth | None:
    document: AuthDocument | None = entry.parsed.auth
    if document is None:
        return None
    given = {name: found for name in _WAYS if (found := getattr(document, name)) is not None}
    if len(given) != 1:
        message = f"'auth' must have one of {', '.join(_WAYS)}"
        problems.append(Problem("wrong-value", message, entry.position("auth")))
        return None
    name, found = next(iter(given.items()))
    if isinstance(found, OAuthDocument) and (fault := url_fault(found.token_url)):
        at = entry.position("auth", name, "token_url")
        hint = "Write it like https://login.example.com/oauth2/token."
        problems.append(Problem("target-url", f"'token_url' {fault}", at, hint=hint))
        return None
    return _proof(name, found, entry, problems)


_WAYS = ("bearer", "basic", "header", "oauth2")


def _proof(name: str, found: Way, entry: Entry, problems: list[Problem]) -> Auth | None:
    match found:
        case SecretDocument():
            source = _source(found, (name,), entry, problems)
            return Bearer(source) if source else None
        case BasicDocument():
            source = _source(found.password, (name, "password"), entry, problems)
            return Basic(found.username, source) if source else None
        case HeaderDocument():
            source = _source(found.value, (name, "value"), entry, problems)
            return ApiKey(found.name, source) if source else None
        case OAuthDocument():
            source = _source(found.client_secret, (name, "client_secret"), entry, problems)
            fields = (found.token_url, found.client_id)
            return ClientCredentials(*fields, source, found.scope) if source else None


def _source(
    document: SecretDocument, place: tuple[str, ...], entry: Entry, problems: list[Problem]
) -> SecretSource | None:
    if (document.env is None) == (document.file is None):
        message = f"'{place[-1]}' must name one of both: {{env: NAME}} or {{file: PATH}}"
        problems.append(Problem("wrong-value", message, entry.position("auth", *place)))
        return None
    if document.env is not None:
        return SecretSource("env", document.env)
    return SecretSource("file", document.file or "")
