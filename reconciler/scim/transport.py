"""Send requests and read answers that may be anything; retries are settled here."""

import ipaddress
import json
import math
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import httpx

from reconciler import __version__
from reconciler.errors import InputError, TransportError
from reconciler.model.service import Service
from reconciler.scim.answer import LARGEST, Answer, read_answer
from reconciler.scim.auth import Credentials, TokenUnavailableError
from reconciler.scim.retry import Patience, may_repeat_answer, may_repeat_silence
from reconciler.scim.wire import printable

_MEDIA = "application/scim+json"  # RFC 7644 §8.1
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
)


def open_transport(
    url: str,
    *,
    credentials: Credentials | None,
    service: Service,
    patience: Patience,
    app: Callable[..., Any] | None = None,
) -> "Transport":
    """Open the way to *url*; *app* is a WSGI application that answers in process instead.

    Raise `InputError` for a URL that is not https, where only loopback may do without.
    """
    if app is None:
        _require_https(url)
    headers = httpx.Headers(service.headers)
    headers["Accept"] = f"{_MEDIA}, application/json"
    headers["User-Agent"] = f"reconciler/{__version__}"
    client = httpx.Client(
        headers=headers,
        timeout=httpx.Timeout(service.timeout_seconds),
        follow_redirects=False,  # A redirect would carry the token to another host.
        trust_env=app is None,
        verify=_trusted(),
        transport=None if app is None else httpx.WSGITransport(app=app),
        limits=httpx.Limits(max_connections=service.concurrency + 2),
    )
    return Transport(client, url.rstrip("/"), patience, credentials)


@cache
def _trusted() -> ssl.SSLContext:
    """Return whom we trust, read once: it takes some 40 ms, and each target opens several times."""
    return httpx.create_ssl_context()


def _require_https(url: str) -> None:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise InputError(f"the url is not one: {printable(str(error))}") from None
    if parsed.scheme == "https" or (parsed.scheme == "http" and _is_loopback(parsed.host)):
        return
    raise InputError(
        f"{parsed.scheme}://{parsed.host} would carry the token in the clear",
        hint="Use https; only loopback may do without.",
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


class Transport:
    """The way to one service provider. Threads share it; `sent` counts requests by method."""

    def __init__(
        self,
        client: httpx.Client,
        url: str,
        patience: Patience,
        credentials: Credentials | None = None,
    ) -> None:
        self._client = client
        self._patience = patience
        self._credentials = credentials
        self._lock = threading.Lock()
        self._thread = threading.local()
        self.url = url
        self.sent: Counter[str] = Counter()

    def __repr__(self) -> str:
        return f"Transport({self.url})"

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    @property
    def patience(self) -> Patience:
        """Return how to wait, and what time it is."""
        return self._patience

    @property
    def requests(self) -> int:
        """Return how many requests were sent, retries included."""
        return self.sent.total()

    @property
    def requests_of_thread(self) -> int:
        """Return how many of them the calling thread sent."""
        return int(getattr(self._thread, "sent", 0))

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        version: str | None = None,
    ) -> Answer:
        """Send one request until it has an answer; return a good one.

        With a *version*, the server is to refuse it with 412 once the object has another.
        Raise `ScimError` for a refusal and `TransportError` where nothing usable came back; its
        `sent` tells that the request may have taken effect all the same.
        """
        for attempt in range(self._patience.attempts + 1):
            last = attempt == self._patience.attempts
            try:
                response = self._once(method, path, params, body, version)
            except httpx.InvalidURL as error:
                raise self._silent(method, path, error, sent=False) from None
            except TokenUnavailableError as error:
                if last:
                    raise self._no_token(method, path, error) from None
                self._patience.wait(attempt, error.headers)
                continue
            except httpx.RequestError as error:
                sent = not isinstance(error, _NEVER_SENT)
                if last or not may_repeat_silence(method, sent=sent):
                    raise self._silent(method, path, error, sent=sent) from None
                self._patience.wait(attempt, {})
                continue
            if last or not may_repeat_answer(method, response.status_code, response.headers):
                return read_answer(f"{method} {path}", response, self._clean, self._is_told)
            self._patience.wait(attempt, response.headers)
        raise AssertionError  # The last attempt returned or raised.

    def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None,
        body: Mapping[str, Any] | None,
        version: str | None,
    ) -> httpx.Response:
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": _MEDIA} if content is not None else {}
        if version is not None:
            headers["If-Match"] = version
        url = f"{self.url}/{path}"
        if params is not None:
            url = str(httpx.URL(url, params=params))
        proof = self._proof()
        response = self._exchange(method, url, {**headers, **proof}, content)
        refused = response.status_code == httpx.codes.UNAUTHORIZED
        if refused and self._credentials is not None and self._credentials.renew(proof):
            # The request was not taken up, so it may be sent again, once, whatever it asks for.
            response = self._exchange(method, url, {**headers, **self._proof()}, content)
        return response

    def _proof(self) -> Mapping[str, str]:
        if self._credentials is None:
            return {}

        def post(url: str, headers: Mapping[str, str], content: bytes) -> httpx.Response:
            return self._exchange("POST", url, headers, content)

        return self._credentials.headers(post, self._patience.clock())

    def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None
    ) -> httpx.Response:
        """Send one request and read its answer, at most so long and so much."""
        with self._lock:
            self.sent[method] += 1
        self._thread.sent = self.requests_of_thread + 1
        latest = self._patience.stopwatch() + (self._client.timeout.read or math.inf)
        with self._client.stream(method, url, content=content, headers=headers) as response:
            chunks, size = [], 0
            for chunk in response.iter_bytes():
                chunks.append(chunk)
                size += len(chunk)
                if size > LARGEST:
                    break
                if self._patience.stopwatch() > latest:  # Each byte was in time, the answer is not.
                    raise httpx.ReadTimeout("the answer goes on and on")
            return httpx.Response(
                response.status_code,
                headers={
                    name: value
                    for name, value in response.headers.items()
                    if name not in ("content-encoding", "content-length", "transfer-encoding")
                },
                content=b"".join(chunks),
            )

    def _no_token(self, method: str, path: str, error: TokenUnavailableError) -> TransportError:
        return TransportError(
            f"{method} {path} was not sent: the token endpoint gave no token "
            f"({self._clean(str(error))})",
            hint="Try again later, or check token_url under the target's 'auth'.",
        )

    def _silent(self, method: str, path: str, error: Exception, *, sent: bool) -> TransportError:
        cause = "took too long" if isinstance(error, httpx.TimeoutException) else str(error)
        return TransportError(
            f"{method} {path}: no answer from {httpx.URL(self.url).host} ({self._clean(cause)})",
            sent=sent,
            hint="Is the URL right and the service up? `reconciler check` tests the connection.",
        )

    def _clean(self, text: str) -> str:
        """Return *text* on one line and without the token, which servers like to repeat."""
        shown = printable(text)
        return shown if self._credentials is None else self._credentials.blot(shown)

    def _is_told(self, text: str) -> bool:
        return self._credentials is not None and self._credentials.are_told(text)
