"""The connections to one server, the headers of every request, and the cookies that it sets."""

import ssl
from collections.abc import Callable
from functools import cache
from http.cookiejar import CookieJar
from typing import Any, TypeAlias

import httpx

from reconciler import __version__
from reconciler.model.headers import merged
from reconciler.model.service import Service
from reconciler.scim.http.due import end_in_time
from reconciler.scim.http.unpack import ACCEPTED

MEDIA = "application/scim+json"  # RFC 7644 §8.1
_Settable: TypeAlias = httpx.Cookies | CookieJar | dict[str, str] | list[tuple[str, str]] | None


class Session(httpx.Client):
    """httpx's client, which looks for cookies only in answers that set some.

    Looking costs half as much as all else that it does with an answer. What is set is sent again:
    a load balancer may know by it which machine has seen our writes.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._kept = _Cookies()
        for transport in (self._transport, *self._mounts.values()):
            end_in_time(transport)

    @property
    def cookies(self) -> httpx.Cookies:
        """Return what the server has set."""
        return self._kept

    @cookies.setter
    def cookies(self, cookies: _Settable) -> None:
        self._kept = _Cookies(cookies)


class _Cookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        if "set-cookie" in response.headers:
            super().extract_cookies(response)


def open_session(service: Service, app: Callable[..., Any] | None) -> Session:
    """Return the connections to a server as *service* has them; *app* answers in process."""
    usual = {
        "Accept": f"{MEDIA}, application/json",
        "Accept-Encoding": ACCEPTED,
        "User-Agent": f"reconciler/{__version__}",
    }
    return Session(
        headers=merged(usual, service.headers),
        timeout=httpx.Timeout(service.timeout_seconds),
        follow_redirects=False,  # A redirect would carry the token to another host.
        trust_env=app is None,
        verify=_trusted(),
        transport=None if app is None else httpx.WSGITransport(app=app),
        limits=httpx.Limits(max_connections=service.concurrency),
    )


@cache
def _trusted() -> ssl.SSLContext:
    """Return whom we trust, read once: it takes some 40 ms, and each target opens several times."""
    return httpx.create_ssl_context()
