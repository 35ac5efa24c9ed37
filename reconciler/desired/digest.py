"""The digest of a desired state: what it means, not how it is written."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from hashlib import sha256
from typing import Any

from reconciler.model.directory import Desired, Group, User
from reconciler.model.mapping import Clause
from reconciler.model.problem import Position
from reconciler.model.window import ALWAYS, Window


def digest_of(desired: Desired) -> str:
    """Return the SHA-256 of the compiled content, free of positions, in hexadecimal.

    Names of files, order and formatting do not change it; any difference in what should be does.
    Ignores say what may differ from that for a while, and are left out.
    """
    plain = {
        "users": {key: _user(user) for key, user in desired.users.items()},
        "groups": {key: _group(group) for key, group in desired.groups.items()},
        "targets": _plain(desired.targets),
        "policies": _plain(desired.policies),
    }
    return sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _user(user: User) -> list[Any]:
    """Spell out what `_plain` would find, here and below: there are many of them."""
    return [user.attributes, _window(user.window), user.required, user.owner, user.sensitive]


def _group(group: Group) -> list[Any]:
    members = [
        [item.ref.kind, item.ref.key, _window(item.window), item.reason] for item in group.members
    ]
    more = [group.previously, group.owner, group.sensitive, _plain(group.revocations)]
    return [group.attributes, members, _plain(group.members_where), *more]


def _window(window: Window) -> list[str] | None:
    return None if window == ALWAYS else [str(window.start), str(window.end)]


def _plain(value: Any) -> Any:
    """Return what stands for *value* in JSON, free of positions."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else _plain(_fields(value))


def _fields(value: Any) -> Mapping[str, Any]:
    """Read a value of the model; what has no fields is a compiled expression and is its text."""
    if isinstance(value, Clause):
        return {"clause": str(value), "operand": value.value}
    if hasattr(value, "evaluate"):
        return {"expression": value.text}
    # What nobody gives is made of the rest.
    found = {item.name: getattr(value, item.name) for item in fields(value) if item.init}
    return {
        name: item
        for name, item in found.items()
        if name != "lines" and not isinstance(item, Position)
    }
