"""Where a target is, and where its token is read from."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from reconciler.desired.entries import Entry
from reconciler.desired.target_documents import TargetDocument
from reconciler.desired.urls import is_loopback, url_fault
from reconciler.model.problem import Problem
from reconciler.model.target import Profile, SecretSource


@dataclass(frozen=True, slots=True)
class Connection:
    """A sound base URL, and the place of the token (None only on this very machine)."""

    url: str
    token: SecretSource | None


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
    token = _token(entry, problems)
    if document.auth is None and not is_loopback(urlsplit(url).hostname):
        hint = "Write auth: {bearer: {env: NAME}} or {bearer: {file: PATH}}."
        problems.append(Problem("missing-key", "'auth' is missing", entry.at, hint=hint))
    return Connection(url.rstrip("/"), token)


def _token(entry: Entry, problems: list[Problem]) -> SecretSource | None:
    document: TargetDocument = entry.parsed
    if document.auth is None:
        return None
    bearer = document.auth.bearer
    if (bearer.env is None) == (bearer.file is None):
        message = "'bearer' must name one of both: {env: NAME} or {file: PATH}"
        problems.append(Problem("wrong-value", message, entry.position("auth", "bearer")))
        return None
    if bearer.env is not None:
        return SecretSource("env", bearer.env)
    return SecretSource("file", bearer.file or "")
