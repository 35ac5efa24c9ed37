"""What is to be done while something goes wrong: each scenario leads from one state to another."""

from copy import deepcopy
from typing import NamedTuple


class State(NamedTuple):
    """A desired state: people and groups by key."""

    people: dict[str, dict]
    groups: dict[str, dict]


def person(key, **more):
    """Return a user of the directory."""
    return {
        "userPrincipalName": f"{key}@contoso.example",
        "givenName": key.title(),
        "surname": "Name",
        "jobTitle": "Engineer",
        **more,
    }


def crew(key, members):
    """Return a group of the directory."""
    return {"displayName": f"Crew {key}", "members": members}


def _state(people, groups):
    named = {key: crew(key, names) for key, names in groups.items()}
    return State({key: person(key) for key in people}, named)


def _changed(state, **people):
    other = deepcopy(state)
    for key, fields in people.items():
        other.people[key] |= fields
    return other


BASE = _state(["ada", "grace", "linus", "ken"], {"a": ["ada", "grace"], "b": ["linus", "ken"]})
_MORE = _state(
    ["ada", "grace", "linus", "ken", "new1", "new2", "new3"],
    {"a": ["ada", "grace", "new1"], "b": ["linus", "ken"], "c": ["new1", "new2", "ken"]},
)
_RENAMED = _changed(
    BASE,
    ada={"surname": "King", "jobTitle": "Countess"},
    grace={"userPrincipalName": "hopper@contoso.example"},
    ken={"jobTitle": "Principal Engineer"},
)
_RENAMED.groups["b"]["displayName"] = "Crew of the kernel"
_MOVED = _state(["ada", "grace", "linus", "ken"], {"a": ["ada", "linus"], "b": ["grace", "ken"]})
_ONE_AWAY = _changed(BASE, ken={"accountEnabled": False})
_OTHER_AWAY = _changed(BASE, grace={"accountEnabled": False})

SCENARIOS = {
    "create": (BASE, _MORE),
    "update-rename": (BASE, _RENAMED),
    "move": (BASE, _MOVED),
    "disable-enable": (_ONE_AWAY, _OTHER_AWAY),
    "delete": (_MORE, BASE),
}
"""By name: the state before, and the one that is wanted."""

THERE_AND_BACK = frozenset({"update-rename", "move", "disable-enable"})
"""Scenarios that are the same backwards, so that each cell begins where the last one ended."""

STRANGE_USER, STRANGE_GROUP = "stranger@elsewhere.example", "Strangers"
STRANGERS = [
    {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": STRANGE_USER,
        "name": {"givenName": "Stran", "familyName": "Ger"},
        "active": True,
    },
    {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": STRANGE_GROUP,
    },
]
"""Who is there and not ours."""
