"""Post one notice to a webhook. Its URL is a secret: no error holds any part of it."""

from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from reconciler.errors import UnsentError
from reconciler.notify.patience import ONE_ANSWER, within


def post_notice(url: str, body: str) -> None:
    """Post the JSON text *body* to *url*; raise `UnsentError` where it was not taken.

    No redirect is followed: it would carry what is told to wherever somebody says.
    """
    require_safe(url)
    within(lambda: _post(url, body), what="the webhook")


def require_safe(url: str) -> None:
    """Raise `UnsentError` for a URL that no notice may be posted to."""
    if not is_safe(url):
        raise UnsentError(
            "the webhook's URL must begin with https:// (http:// only to this machine)",
            is_dead=True,
        )


def is_safe(url: str) -> bool:
    """Tell whether *url* is one that a notice may be posted to."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or not url.isascii() or not url.isprintable() or " " in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _post(url: str, body: str) -> None:
    headers = {"Content-Type": "application/json", "User-Agent": "reconciler"}
    try:
        with (
            httpx.Client(timeout=ONE_ANSWER, follow_redirects=False) as client,
            client.stream("POST", url, content=body.encode(), headers=headers) as answer,
        ):
            status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise _unsent(error) from None
    if not httpx.codes.is_success(status):
        raise UnsentError(f"the webhook answered {status}")


def _unsent(error: Exception) -> UnsentError:
    if isinstance(error, httpx.TimeoutException):
        return UnsentError("the webhook did not answer in time", is_dead=True)
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return UnsentError("the webhook's certificate cannot be trusted", is_dead=True)
    return UnsentError("the webhook cannot be reached", is_dead=True)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
