"""Who is meant on the command line."""

from collections.abc import Iterable

from reconciler.desired.suggest import did_you_mean
from reconciler.errors import InputError


def unknown_key(key: str, known: Iterable[str]) -> InputError:
    """Return the error for a *key* that nobody has; it names the nearest of *known*."""
    hint = did_you_mean(key, known) or "It is the key in the YAML that counts, not the name."
    return InputError(f"neither the YAML nor the ledger knows '{key}'", hint=hint)
