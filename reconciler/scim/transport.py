"""Send requests and read answers that may be anything; retries are settled here."""

import ipaddress
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from reconciler.errors import InputError, ScimError, TransportError
from reconciler.model.target import Service
from reconciler.scim.retry import PAUSE, Patience, may_repeat_answer, may_repeat_silence
from reconciler.scim.secret import Secret
from reconciler.scim.wire import printable, read_error

LARGEST = 64 << 20
"""Bytes of one answer; a page of 1,000 large users is about 5 MB."""
_MEDIA = "application/scim+json"  # RFC 7644 §8.1


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer: *body* is the JSON object, or None where there was no body."""

    status: int
    body: dict[str, Any] | None


def open_transport(
    url: str,
    *,
    token: Secret | None,
    service: Service,
    app: Callable[..., Any] | None = None,
    user_agent: str = "reconciler",
) -> "Transport":
    """Open the way to *url*; *app* is a WSGI application that answers in process instead.

    Raise `InputError` for a URL that is not https; only loopback may do without.
    """
    if app is None:
        _require_https(url)
    headers = {
        **service.headers,
        "Accept": f"{_MEDIA}, application/json",
        "User-Agent": user_agent,
    }
    if token is not None:
        headers["Authorization"] = f"Bearer {token.reveal()}"
    inner = None if app is None else httpx.WSGITransport(app=app)
    client = httpx.Client(
        headers=headers,
        timeout=httpx.Timeout(service.timeout_seconds),
        follow_redirects=False,  # A redirect would carry the token to another host.
        trust_env=app is None,
        transport=inner,
        limits=httpx.Limits(max_connections=service.concurrency + 2),
    )
    patience = Patience(service.retries, PAUSE, random.random, _now)
    return Transport(client, url.rstrip("/"), patience)


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), tz=UTC)


def _require_https(url: str) -> None:
    parsed = httpx.URL(url)
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

    def __init__(self, client: httpx.Client, url: str, patience: Patience) -> None:
        self._client = client
        self._patience = patience
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
    ) -> Answer:
        """Send one request until it has an answer; return a good one.

        Raise `ScimError` for a refusal and `TransportError` where nothing usable came back; its
        `sent` tells that the request may have taken effect all the same.
        """
        for attempt in range(self._patience.attempts + 1):
            last = attempt == self._patience.attempts
            try:
                response = self._once(method, path, params, body)
            except httpx.TransportError as error:
                sent = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
                if last or not may_repeat_silence(method, sent=sent):
                    raise self._silent(method, path, error, sent=sent) from None
                self._patience.wait(attempt, {})
                continue
            if last or not may_repeat_answer(method, response.status_code):
                return self._read(method, path, response)
            self._patience.wait(attempt, response.headers)
        raise AssertionError  # The last attempt returned or raised.

    def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None,
        body: Mapping[str, Any] | None,
    ) -> httpx.Response:
        with self._lock:
            self.sent[method] += 1
        self._thread.sent = self.requests_of_thread + 1
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": _MEDIA} if content is not None else {}
        url = f"{self.url}/{path}"
        with self._client.stream(
            method, url, params=params, content=content, headers=headers
        ) as response:
            chunks, size = [], 0
            for chunk in response.iter_bytes():
                chunks.append(chunk)
                size += len(chunk)
                if size > LARGEST:
                    break
            return httpx.Response(
                response.status_code,
                headers={
                    name: value
                    for name, value in response.headers.items()
                    if name not in ("content-encoding", "content-length", "transfer-encoding")
                },
                content=b"".join(chunks),
            )

    def _silent(
        self, method: str, path: str, error: httpx.TransportError, *, sent: bool
    ) -> TransportError:
        cause = "took too long" if isinstance(error, httpx.TimeoutException) else str(error)
        return TransportError(
            f"{method} {path}: no answer from {httpx.URL(self.url).host} ({printable(cause)})",
            sent=sent,
            hint="Is the URL right and the service up? `reconciler check` tests the connection.",
        )

    def _read(self, method: str, path: str, response: httpx.Response) -> Answer:
        status, what = response.status_code, f"{method} {path}"
        if 300 <= status < 400:  # noqa: PLR2004 -- the redirects of RFC 9110 §15.4
            place = printable(response.headers.get("location", "nowhere"))
            raise TransportError(
                f"{what}: {status} redirects to {place}; redirects are not followed",
                hint="Set the url of the target to where it really is.",
            )
        if len(response.content) > LARGEST:
            raise TransportError(
                f"{what}: the answer is larger than {LARGEST >> 20} MiB", hint="Use smaller pages."
            )
        if status >= 400:  # noqa: PLR2004 -- the errors of RFC 9110 §15.5
            scim_type, detail = read_error(response.text)
            raise ScimError(status, f"{what}: {detail}", scim_type=scim_type, hint=_hint(status))
        return Answer(status, _json(what, response))


def _json(what: str, response: httpx.Response) -> dict[str, Any] | None:
    if not response.content.strip():
        return None
    try:
        found = json.loads(response.content)
    except ValueError:
        start = printable(response.text[:200])
        raise TransportError(
            f"{what}: {response.status_code} but no JSON came back: {start}",
            sent=True,
            hint="Is the url of the target the SCIM base URL?",
        ) from None
    if isinstance(found, list):
        return {"Resources": found}  # Some servers answer a bare array.
    if not isinstance(found, dict):
        raise TransportError(f"{what}: a JSON object is expected, not {printable(str(found))}")
    return found


def _hint(status: int) -> str | None:
    hints = {
        401: "The token is not accepted: renew it where the target's auth says.",
        403: "The token may not do this: check its rights in the app.",
        429: "The service asks for fewer requests: try later, or lower service.concurrency.",
    }
    return hints.get(status)
