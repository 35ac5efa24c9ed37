"""What values a server refuses: too long, forbidden characters, missing, changed, one too many."""

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, TypedDict

from scim2_models import InvalidValueException, MutabilityException, Path, Resource
from scim2_server.utils import parametrize

_ONE_EACH = ("emails", "phone_numbers", "addresses")


class Rule(TypedDict):
    """What one attribute may hold; *kind* is "user" or "group"."""

    kind: str
    path: str
    required: bool
    immutable: bool
    never_null: bool
    max_length: int | None
    forbidden: str
    stored: bool
    read_only: bool


def drop_values(
    rules: Iterable[Rule], resource: Resource[Any], stored: Resource[Any] | None
) -> None:
    """Take from *resource* what is not kept, and put back what only the server sets."""
    for rule in rules:
        if rule["stored"] and not rule["read_only"]:
            continue
        path = _bound(type(resource), rule["path"])
        before = path.get(stored) if stored is not None and rule["stored"] else None
        if before is not None:
            path.set(resource, before, strict=False)
        elif path.get(resource) is not None:
            path.delete(resource)


def check_values(
    rules: Iterable[Rule], resource: Resource[Any], stored: Resource[Any] | None
) -> None:
    """Raise for the first of *rules* that *resource* breaks; *stored* is what it replaces."""
    for rule in rules:
        path, most = rule["path"], rule["max_length"]
        values = list(_values(path, resource))
        if rule["required"] and not values:
            raise InvalidValueException(detail=f"{path} is required")
        if any(most is not None and len(value) > most for value in values):
            raise InvalidValueException(detail=f"{path} is too long")
        if any(set(rule["forbidden"]) & set(value) for value in values):
            raise InvalidValueException(detail=f"{path} holds a character that is refused")
        before = [] if stored is None else list(_values(path, stored))
        if rule["immutable"] and before and before != values:
            raise MutabilityException(detail=f"{path} cannot be changed")
        if rule["never_null"] and before and not values:
            raise MutabilityException(detail=f"{path} cannot be cleared")


def check_touchable(resource: Any, patterns: Iterable[str]) -> None:
    """Raise where the name of *resource* fits one of *patterns*: it is the app's own."""
    name = str(getattr(resource, "user_name", None) or resource.display_name).casefold()
    if any(fnmatchcase(name, pattern.casefold()) for pattern in patterns):
        raise MutabilityException(detail=f"{name} cannot be changed")


def check_single(resource: Any) -> None:
    """Raise where there are two e-mails, phone numbers or addresses."""
    for name in _ONE_EACH:
        found = getattr(resource, name, None)
        if isinstance(found, Sequence) and len(found) > 1:
            raise InvalidValueException(detail=f"{name} holds one value")


def _values(path: str, resource: Resource[Any]) -> Iterator[str]:
    found = _bound(type(resource), path).get(resource)
    for item in found if isinstance(found, list) else [found]:
        if item not in (None, ""):
            yield str(item)


@lru_cache(maxsize=1024)
def _bound(model: type[Resource[Any]], path: str) -> Any:
    return parametrize(Path, model)(path)
