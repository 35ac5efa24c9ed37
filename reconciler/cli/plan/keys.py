"""The keys that sign plan files and prove them: read here, and never shown."""

from typing import Final

from reconciler.cli.environment import variable
from reconciler.errors import InputError
from reconciler.model.plankey import VARIABLE, PlanKey

OLD_VARIABLE: Final = f"{VARIABLE}_OLD"
"""The key before this one: what it signed still holds, and nothing new is signed with it."""

_SHORTEST: Final = 32
"""Characters: half of what `openssl rand -hex 32` writes is still beyond guessing."""


def signing_key() -> PlanKey | None:
    """Return the key that new plan files are signed with, if there is one."""
    return _key(VARIABLE)


def proving_keys() -> tuple[PlanKey, ...]:
    """Return the keys one of which must have signed a plan file; none asks for no signature."""
    new, old = _key(VARIABLE), _key(OLD_VARIABLE)
    if old is not None and new is None:
        raise InputError(
            f"{OLD_VARIABLE} is set, but {VARIABLE} is not",
            hint=f"Set {VARIABLE} to the key of today, or unset {OLD_VARIABLE}.",
        )
    return tuple(key for key in (new, old) if key is not None)


def _key(name: str) -> PlanKey | None:
    text = (variable(name) or "").strip()
    if not text:
        return None
    if len(text) < _SHORTEST:
        raise InputError(
            f"{name} has fewer than {_SHORTEST} characters: it could be guessed",
            hint="Make a key: openssl rand -hex 32",
        )
    return PlanKey(text)
