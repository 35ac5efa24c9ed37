"""Credentials: what a request carries to prove who sends it, and what must never be shown."""

import threading
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias
from urllib.parse import urlencode

import httpx

from reconciler.errors import InputError, TransportError
from reconciler.model.auth import ApiKey, Auth, Basic, Bearer, ClientCredentials
from reconciler.scim.http.answer import Received
from reconciler.scim.http.parse import parse_json
from reconciler.scim.http.secret import Secret, blotted, holds
from reconciler.scim.http.wire import printable

_AHEAD = timedelta(seconds=30)
"""A token is renewed this long before it ends, so that it does not end on its way."""
_TEMPORARY = frozenset({429, 500, 502, 503, 504})
"""Unlike an app's, every request for a token can be repeated: nothing changes by it."""

Post: TypeAlias = Callable[[str, Mapping[str, str], bytes], Received]
"""Sends a POST to a URL with headers and content, and returns its bounded answer."""


class TokenUnavailableError(Exception):
    """No token was given this time; asking again may help."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.headers = headers or {}


class Credentials(Protocol):
    """What proves who we are. Threads share it."""

    def headers(self, post: Post, now: datetime) -> Mapping[str, str]:
        """Return the headers of one request; may fetch a token with *post* first."""
        ...

    def renew(self, used: Mapping[str, str]) -> bool:
        """Tell whether a request that was refused with the headers *used* should be tried anew."""
        ...

    def blot(self, text: str) -> str:
        """Return *text* without any secret: servers like to repeat them."""
        ...

    def are_told(self, text: str) -> bool:
        """Tell whether a server put a secret into its data, where `blot` would falsify it."""
        ...


def open_credentials(auth: Auth, secret: Secret) -> Credentials:
    """Return the credentials of *auth*; raise `InputError` for a secret that cannot be sent."""
    text = secret.reveal()
    match auth:
        case Bearer():
            _require_sendable(text)
            return _Fixed({"Authorization": f"Bearer {text}"}, (text,))
        case ApiKey():
            _require_sendable(text)
            return _Fixed({auth.header: text}, (text,))
        case Basic():
            pair = _basic(auth.username, text)
            return _Fixed({"Authorization": f"Basic {pair}"}, (pair, text))
        case ClientCredentials():
            return _Fetched(auth, secret)


def _require_sendable(text: str) -> None:
    """Refuse what a header cannot carry, here: the libraries would repeat it in their errors."""
    if not (text.isascii() and text.isprintable()) or " " in text or not text:
        raise InputError(
            "the token holds characters that no HTTP header can carry",
            hint="Check where it is read from: it must be one line without spaces.",
        )


class _Fixed:
    """The same headers for every request."""

    def __init__(self, headers: Mapping[str, str], secrets: tuple[str, ...]) -> None:
        self._headers = headers
        self._secrets = secrets

    def headers(self, post: Post, now: datetime) -> Mapping[str, str]:
        del post, now
        return self._headers

    def renew(self, used: Mapping[str, str]) -> bool:
        del used
        return False

    def blot(self, text: str) -> str:
        return blotted(text, self._secrets)

    def are_told(self, text: str) -> bool:
        return holds(text, self._secrets)


class _Fetched:
    """Short-lived tokens of a token endpoint: fetched once for all threads, renewed in time."""

    def __init__(self, auth: ClientCredentials, secret: Secret) -> None:
        self._auth = auth
        self._secret = secret
        self._lock = threading.Lock()
        self._headers: Mapping[str, str] = {}
        self._until: datetime | None = None
        self._seen: set[str] = set()

    def headers(self, post: Post, now: datetime) -> Mapping[str, str]:
        with self._lock:
            ended = self._until is not None and now >= self._until
            if not self._headers or ended:
                self._fetch(post, now)
            return self._headers

    def renew(self, used: Mapping[str, str]) -> bool:
        """Forget the token that was refused; another thread may already have a newer one."""
        with self._lock:
            if used == self._headers:
                self._headers = {}
            return True

    def blot(self, text: str) -> str:
        return blotted(text, self._secrets)

    def are_told(self, text: str) -> bool:
        return holds(text, self._secrets)

    @property
    def _secrets(self) -> tuple[str, ...]:
        secret = self._secret.reveal()
        return (secret, _basic(self._auth.client_id, secret), *self._seen)

    def _fetch(self, post: Post, now: datetime) -> None:
        answer = self._answer(post)
        token, kind = answer.get("access_token"), str(answer.get("token_type", "Bearer"))
        if not isinstance(token, str) or not token:
            raise self._refused("the answer holds no access_token")
        if kind.casefold() != "bearer":
            raise self._refused(f"the token is of the type {kind[:20]}, and we know only Bearer")
        _require_sendable(token)
        self._seen.add(token)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._until = _end(answer.get("expires_in"), now)

    def _answer(self, post: Post) -> Mapping[str, object]:
        """Ask as RFC 6749 §4.4.2 has it, the client by Basic (§2.3.1)."""
        form = {"grant_type": "client_credentials"}
        if self._auth.scope:
            form["scope"] = self._auth.scope
        headers = {
            "Authorization": f"Basic {_basic(self._auth.client_id, self._secret.reveal())}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        try:
            response = post(self._auth.token_url, headers, urlencode(form).encode())
        except httpx.RequestError as error:
            raise TokenUnavailableError(f"no answer ({error})") from None
        if response.status_code in _TEMPORARY:
            raise TokenUnavailableError(f"it answered {response.status_code}", response.headers)
        found = _json(response.content)
        if response.status_code != httpx.codes.OK:
            told = " ".join(str(found.get(key, "")) for key in ("error", "error_description"))
            raise self._refused(f"{response.status_code} {told.strip()}")
        return found

    def _refused(self, why: str) -> TransportError:
        host = httpx.URL(self._auth.token_url).host
        return TransportError(
            f"the token endpoint {host} gave no token: {self.blot(printable(why))[:200]}",
            hint="Check token_url, client_id, scope, and the secret, under the target's 'auth'.",
        )


def _end(seconds: object, now: datetime) -> datetime | None:
    """Return when a token that lasts so long should be renewed, None where nobody says."""
    if isinstance(seconds, int | float) and 0 < seconds < _LONGEST:
        return now + timedelta(seconds=seconds) - _AHEAD
    return None


_LONGEST = 10 * 365 * 86_400
"""Seconds; what ends later than in ten years does not end."""


def _basic(username: str, password: str) -> str:
    return b64encode(f"{username}:{password}".encode()).decode()


def _json(content: bytes) -> Mapping[str, object]:
    try:
        found = parse_json(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
