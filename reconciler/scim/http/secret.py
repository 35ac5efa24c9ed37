"""A secret that does not show itself, and is found where others show it."""

import json
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from typing import Final
from urllib.parse import quote, quote_plus

_UNMISTAKABLE: Final = 16
"""Characters of a secret that nobody bears as a name: a shorter one may be a title by chance."""


class Secret:
    """A token. Its text is only given out by `reveal`, at the moment a request is built."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"


def blotted(text: str, secrets: Iterable[str]) -> str:
    """Return *text* without any of *secrets*, however a server wrote them down.

    The longest form goes first: a Basic pair may end as its password does.
    """
    found = {form for secret in secrets for form in _forms(secret)}
    for form in sorted(found, key=lambda form: (-len(form), form)):
        text = text.replace(form, "…")
    return text


def holds(text: str, secrets: Iterable[str]) -> bool:
    """Tell whether one of *secrets* stands in *text*; a short one may do so by chance."""
    long = (secret for secret in secrets if len(secret) >= _UNMISTAKABLE)
    return any(form in text for secret in long for form in _forms(secret))


@cache
def _forms(secret: str) -> frozenset[str]:
    """Return how a server may repeat *secret*: plain, in JSON, in a URL."""
    found = {b64encode(secret.encode()).decode(), secret.encode().hex()}
    for plain in (secret, secret.rstrip("=")):  # Padding is what gets lost first.
        escaped = json.dumps(plain)[1:-1]
        found |= {plain, escaped, escaped.replace("/", "\\/")}
        found |= {quote(plain, safe=""), quote_plus(plain)}
    found |= {form.rstrip("=") for form in found}
    return frozenset(found - {""})
