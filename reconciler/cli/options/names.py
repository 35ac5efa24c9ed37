"""Who is meant on the command line."""

from collections.abc import Iterable, Mapping

from reconciler.desired.suggest import did_you_mean
from reconciler.errors import InputError
from reconciler.model.target import Profile
from reconciler.model.values import Kind, Ref


def read_name(text: str, known: frozenset[Ref]) -> Ref:
    """Return who is meant by `ada`, `user/ada` or `group/crew`, out of those *known*.

    Raise `InputError` for a name that nobody has, or that both a user and a group have.
    """
    prefix, slash, key = text.partition("/")
    if slash and prefix in list(Kind):
        meant = [Ref(Kind(prefix), key)]
    else:
        meant = [Ref(kind, text) for kind in Kind]
    found = [ref for ref in meant if ref in known]
    if len(found) > 1:
        hint = f"Say user/{text} or group/{text}."
        raise InputError(f"there is a user and a group '{text}'", hint=hint)
    if not found:
        raise unknown_key(meant[0].key, {ref.key for ref in known})
    return found[0]


def unknown_key(key: str, known: Iterable[str]) -> InputError:
    """Return the error for a *key* that nobody has; it names the nearest of *known*."""
    hint = did_you_mean(key, known) or "It is the key in the YAML that counts, not the name."
    return InputError(f"neither the YAML nor the ledger knows '{key}'", hint=hint)


def require_profile(gallery: Mapping[str, Profile], name: str) -> Profile:
    """Return the profile called *name*; raise `InputError`, naming all there are, for none."""
    if name not in gallery:
        raise InputError(
            f"there is no profile '{name}'", hint=f"There are: {', '.join(sorted(gallery))}."
        )
    return gallery[name]
