"""The options that make the same plan again: whoever pastes a command gets what was shown."""

import re
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

from reconciler.cli.options.settings import Settings
from reconciler.cli.options.shared import EVERYTHING
from reconciler.model.shard import WHOLE

_ALL = (*EVERYTHING, "users")
_USUAL = Settings()
_MANY = {"targets": "--target", "users": "--user"}

_OPEN_URL = re.compile(r"[\w+]+://(?:[\w.-]+@)?[^@?\s]*")
"""A URL with nothing in it that could be a password."""


def options_again(settings: Settings, *names: str) -> tuple[str, ...]:
    """Return the options called *names* as they were typed, all that decide of a plan by default.

    What is the default is left out. For a URL that may hold a password the word URL stands.
    """
    wanted = frozenset(names or _ALL)
    found = (_option(settings, name) for name in _ALL if name in wanted)
    return tuple(option for options in found for option in options)


def _option(settings: Settings, name: str) -> Iterator[str]:
    value = getattr(settings, name)
    if name in _MANY:
        yield from (f"{_MANY[name]} {quote(item)}" for item in value)
    elif isinstance(value, Path) and value != getattr(_USUAL, name):
        yield f"--{name.replace('_', '-')} {quote(str(value))}"
    elif name == "shard" and value != WHOLE:
        yield f"--shard {value}"
    elif name == "sandbox" and value:
        yield "--sandbox"
    elif name in ("ledger", "applied") and value is not None:
        is_open = name == "applied" or _OPEN_URL.fullmatch(value)
        yield f"--{name} {quote(value) if is_open else 'URL'}"
