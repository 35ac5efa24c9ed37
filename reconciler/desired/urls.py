"""Base URLs: https, except to this very machine (design §9)."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def url_fault(url: str) -> str | None:
    """Return what is wrong with a target's base URL, or None; never repeats the URL."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not a URL"
    faults = {
        "has characters that may not stand in a URL": not url.isascii() or not url.isprintable(),
        "must begin with https:// (http:// only to this machine)": not _is_safe(parts.scheme, host),
        "names no host": not host,
        "must not hold a user name or password": parts.username is not None,
        "must not hold a query or fragment": bool(parts.query or parts.fragment),
        "must not hold spaces": " " in url,
    }
    return next((fault for fault, is_so in faults.items() if is_so), None)


def is_loopback(host: str | None) -> bool:
    """Tell whether *host* is this very machine; names are not looked up."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _is_safe(scheme: str, host: str | None) -> bool:
    return scheme == "https" or (scheme == "http" and is_loopback(host))
