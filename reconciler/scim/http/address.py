"""Where a token may be sent: over https, or on this very machine."""

import ipaddress

import httpx

from reconciler.errors import InputError
from reconciler.scim.http.wire import printable


def require_https(url: str) -> None:
    """Raise `InputError` for a URL that would carry the token in the clear."""
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
