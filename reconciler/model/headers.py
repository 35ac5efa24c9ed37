"""What headers a profile or a target may add to every request, and which ones never."""

import re
from collections.abc import Mapping
from typing import Final

_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}", re.ASCII)  # RFC 9110 §5.6.2
_VALUE: Final = re.compile(r"[!-~](?:[ -~]{0,498}[!-~])?", re.ASCII)
_SECRET: Final = re.compile(
    r"token|secret|password|passwd|credential|cookie|session|signature|(?:^|[-_])(?:api)?key\b|auth",
    re.IGNORECASE | re.ASCII,
)
_PROOF: Final = re.compile(r"(?:bearer|basic|digest|token)\s", re.IGNORECASE | re.ASCII)
_OURS: Final = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "date",
        "expect",
        "forwarded",
        "host",
        "http2-settings",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "keep-alive",
        "origin",
        "prefer",
        "range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "x-http-method",
        "x-http-method-override",
        "x-method-override",
    }
)
"""What frames a request, makes it another, or is the client's to say."""

_JSON: Final = ("accept", "content-type")


def merged(first: Mapping[str, str], over: Mapping[str, str]) -> Mapping[str, str]:
    """Return the headers of *first* with those of *over*; case does not count in a name."""
    named = {name.casefold() for name in over}
    kept = {name: value for name, value in first.items() if name.casefold() not in named}
    return {**kept, **over}


def header_faults(headers: Mapping[str, str]) -> list[str]:
    """Return what is wrong with *headers*, each in a sentence; a value is never repeated."""
    found = ((name, header_fault(name, value)) for name, value in headers.items())
    return [f"'{name[:60]}' {fault}" for name, fault in found if fault is not None]


def header_fault(name: str, value: str) -> str | None:
    """Say what forbids to send the header with every request, or None."""
    folded = name.casefold()
    if not _NAME.fullmatch(name):
        return "is no name of a header"
    if _SECRET.search(folded) or _PROOF.match(value):
        return "looks like a secret, which belongs under 'auth'"
    if folded in _OURS or folded.startswith(("proxy-", "x-forwarded-", "sec-")):
        return "is set by the client itself"
    if not _VALUE.fullmatch(value):
        return "needs 1 to 500 printable ASCII characters, none of them a line break"
    if folded in _JSON and "json" not in value.casefold():
        return "must name JSON: nothing else can be read here"
    return None
