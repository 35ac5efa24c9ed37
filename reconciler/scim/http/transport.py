"""Send requests and read answers that may be anything; retries are settled here."""

import json
import math
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any, NamedTuple

import httpx

from reconciler.errors import OutOfTimeError, TransportError
from reconciler.model.service import Service
from reconciler.scim.http.address import require_https
from reconciler.scim.http.answer import Answer, Received, read_answer
from reconciler.scim.http.auth import Credentials, TokenUnavailableError
from reconciler.scim.http.exchange import exchange
from reconciler.scim.http.rate import Throttle
from reconciler.scim.http.retry import (
    Pacing,
    Patience,
    is_refused,
    may_repeat_answer,
    may_repeat_silence,
)
from reconciler.scim.http.session import MEDIA, open_session
from reconciler.scim.http.wire import printable

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
        require_https(url)
    shared = patience.throttle or Throttle(patience.sleep, patience.stopwatch)
    pacing = Pacing(patience, shared, service.rate, service.concurrency)
    return Transport(open_session(service, app), url.rstrip("/"), pacing, credentials)


class _Request(NamedTuple):
    method: str
    path: str
    params: Mapping[str, str | int] | None
    body: Mapping[str, Any] | None
    version: str | None


class Transport:
    """The way to one service provider. Threads share it; `sent` counts requests by method.

    However many threads ask, no more requests are under way than `service.concurrency`.
    """

    def __init__(
        self,
        client: httpx.Client,
        url: str,
        pacing: Pacing,
        credentials: Credentials | None = None,
    ) -> None:
        self._client = client
        self._media = client.headers.pop("Content-Type", MEDIA)  # Only where there is content.
        self._pacing = pacing
        self._patience = pacing.patience
        self._credentials = credentials
        self._lock = threading.Lock()
        self._slots: SimpleQueue[None] = SimpleQueue()  # A semaphore of threading costs far more.
        for _ in range(pacing.abreast):
            self._slots.put(None)
        self._thread = threading.local()
        self._slowest = 0.0
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

    @property
    def is_late(self) -> bool:
        """Tell whether a request that begins now would likely be answered after the deadline."""
        return self._patience.stopwatch() + self._slowest > self._patience.latest

    @contextmanager
    def awaiting(self) -> Iterator[None]:
        """Let the calling thread end what it has begun: its reads no longer heed the deadline.

        As soon as it has sent one request, that is; what is not begun by then is not begun.
        """
        self._thread.begun = self.requests_of_thread
        try:
            yield
        finally:
            self._thread.begun = None

    def note_begun(self) -> None:
        """Note that a request of the calling thread went within one that another thread sent."""
        if getattr(self._thread, "begun", None) is not None:
            self._thread.begun = -1

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
        request = _Request(method, path, params, body, version)
        for attempt in range(self._patience.attempts + 1):
            last = attempt == self._patience.attempts
            response = self._try(request, attempt, last=last)
            if response is None:
                continue
            if last or not may_repeat_answer(method, response.status_code, response.headers):
                return read_answer(f"{method} {path}", response, self._clean, self._is_told)
            self._stand_back(attempt, response)
        raise AssertionError  # The last attempt returned or raised.

    def _try(self, request: _Request, attempt: int, *, last: bool) -> Received | None:
        """Send *request* once; return None after the wait where it may be sent again."""
        method, path = request.method, request.path
        try:
            awaited = self._is_awaited(method)
            self._thread.ticket = self._pacing.take(method, path, awaited=awaited)
            response = self._once(request)
        except OutOfTimeError as error:
            raise OutOfTimeError(f"{method} {path}: {error.message}") from None
        except httpx.InvalidURL as error:
            raise self._silent(method, path, error, sent=False) from None
        except TokenUnavailableError as error:
            if last:
                raise self._no_token(method, path, error) from None
            self._patience.wait(attempt, error.headers)
            return None
        except httpx.RequestError as error:
            sent = not isinstance(error, _NEVER_SENT)
            if last or not may_repeat_silence(method, sent=sent):
                raise self._silent(method, path, error, sent=sent) from None
            self._patience.wait(attempt, {})
            return None
        if not is_refused(response.status_code, response.headers):
            self._pacing.throttle.accepted()
        return response

    def _stand_back(self, attempt: int, response: Received) -> None:
        """Wait before the next attempt; where the server refused one request, all wait."""
        if is_refused(response.status_code, response.headers):
            try:
                pause = self._patience.pause(attempt, response.headers)
            except OutOfTimeError as error:
                self._pacing.throttle.close(error.message)
                raise
            self._pacing.throttle.pause(self._thread.ticket, pause)
        else:
            self._patience.wait(attempt, response.headers)

    def _is_awaited(self, method: str) -> bool:
        begun = getattr(self._thread, "begun", None)
        return method == "GET" and begun is not None and self.requests_of_thread > begun

    def _timeout(self, method: str) -> httpx.Timeout:
        """Return how long an answer may take; a read no longer than there is time."""
        usual = self._client.timeout
        left = self._patience.latest - self._patience.stopwatch()
        if method != "GET" or self._is_awaited(method) or left >= (usual.read or math.inf):
            return usual
        return httpx.Timeout(max(left, 0.001))

    def _once(self, request: _Request) -> Received:
        method, path, params, body, version = request
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": self._media} if content is not None else {}
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

        def post(url: str, headers: Mapping[str, str], content: bytes) -> Received:
            return self._exchange("POST", url, headers, content)

        return self._credentials.headers(post, self._patience.clock())

    def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None
    ) -> Received:
        """Send one request and read its answer, at most so long and so much."""
        with self._lock:
            self.sent[method] += 1
        self._thread.sent = self.requests_of_thread + 1
        self._slots.get()
        try:
            stopwatch = self._patience.stopwatch
            began = stopwatch()
            request = self._client.build_request(
                method, url, content=content, headers=headers, timeout=self._timeout(method)
            )
            response = exchange(self._client, request, stopwatch, self._patience.tell)
            self._slowest = max(self._slowest, stopwatch() - began)
            return response
        finally:
            self._slots.put(None)

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
