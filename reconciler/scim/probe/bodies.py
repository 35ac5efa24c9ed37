"""What a throw-away user and group are sent as: every attribute that the app is known to take."""

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from reconciler.model.composing import write_path
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import AttributePath
from reconciler.model.probe import Names
from reconciler.scim.writing.body import GROUP_SCHEMA, USER_SCHEMA
from reconciler.values import Value

Sent: TypeAlias = tuple[tuple[AttributePath, Any], ...]

EVERYTHING, CORE, LEAST = "everything", "the core", "the least"
LEVELS: Final = (EVERYTHING, CORE, LEAST)
"""How much is sent: less, where a server refuses more."""

_CORE: Final = frozenset(
    {
        "username",
        "externalid",
        "active",
        "displayname",
        "name.givenname",
        "name.familyname",
        'emails[type eq "work"].value',
    }
)
_LEAST: Final = frozenset({"username", "active", "name.givenname", "name.familyname"})
_NOT_OURS: Final = frozenset(
    {"id", "meta", "schemas", "groups", "members", "password", "roles", "entitlements"}
    | {"photos", "ims", "x509certificates"}
)
"""What is not tried: the server's own, what grants something, and what must be of some form."""
_TEXTS: Final = {
    "name.givenname": "Reconciler",
    "name.familyname": "Probe",
    "name.formatted": "Reconciler Probe",
    "locale": "en-US",
    "preferredlanguage": "en-US",
    "timezone": "Europe/Zurich",
    "usertype": "Employee",
    "phonenumbers.value": "+1 555 0100",
    "addresses.country": "US",
    "addresses.postalcode": "12345",
}


def names_for(definitions: Iterable[AttributeDefinition], mark: str, domain: str) -> Names:
    """Return what the objects of a probe are called, so that the app takes it for a userName."""
    names = Names(mark, domain)
    for definition in definitions:
        if definition.path.identity == "username":
            whole = names.user("a")
            is_long = definition.max_length is not None and len(whole) > definition.max_length
            return Names(mark, domain, is_bare=is_long or "@" in definition.forbidden)
    return names


def user_values(
    definitions: Iterable[AttributeDefinition], names: Names, letter: str, level: str
) -> Sent:
    """Return what user *letter* is given; one element of each attribute that has many."""
    chosen: dict[str, str] = {}
    found = []
    for definition in definitions:
        path = definition.path
        if not _is_sent(definition, level):
            continue
        own = str(path.element)
        if path.element and chosen.setdefault(path.base.identity, own) != own:
            continue
        found.append((path, _value(definition, names, letter)))
    return tuple(found)


def user_body(values: Sent) -> dict[str, Any]:
    """Return the body of a POST."""
    body: dict[str, Any] = {"schemas": [USER_SCHEMA]}
    for path, value in values:
        write_path(body, path, value)
    body["schemas"] += sorted({path.urn for path, _ in values if path.urn})
    return body


def group_body(names: Names, members: Iterable[str]) -> dict[str, Any]:
    """Return the body of a POST of the group."""
    return {
        "schemas": [GROUP_SCHEMA],
        "displayName": names.group(),
        "externalId": f"{names.group()}-g",
        "members": [{"value": live_id} for live_id in members],
    }


def with_two_addresses(body: dict[str, Any], names: Names, letter: str) -> dict[str, Any]:
    """Return *body* with a second e-mail address."""
    home = names.address(f"{letter}-home")
    work = {"type": "work", "value": names.address(letter), "primary": True}
    return {**body, "emails": [work, {"type": "home", "value": home}]}


def _is_sent(definition: AttributeDefinition, level: str) -> bool:
    path = definition.path
    if definition.read_only or path.name.casefold() in _NOT_OURS:
        return False
    if definition.type in ("reference", "complex") or definition.holds_many:
        return False
    wanted = {EVERYTHING: None, CORE: _CORE, LEAST: _LEAST}[level]
    return definition.required or wanted is None or path.identity in wanted


def _value(definition: AttributeDefinition, names: Names, letter: str) -> Value:
    if definition.type in _TYPED:
        return _TYPED[definition.type]
    text = "".join(
        char for char in _text(definition.path, names, letter) if _fits(char, definition)
    )
    return text[: definition.max_length]


_TYPED: Final[dict[str, Value]] = {
    "boolean": True,
    "integer": 1,
    "dateTime": "2026-01-01T00:00:00Z",
}


def _fits(char: str, definition: AttributeDefinition) -> bool:
    return char not in definition.forbidden


def _text(path: AttributePath, names: Names, letter: str) -> str:
    place = f"{path.name}.{path.sub}" if path.sub else path.name
    match place.casefold():
        case "username":
            return names.user(letter)
        case "emails.value":
            return names.address(letter)
        case "externalid":
            return f"{names.group()}-{letter}"
        case "displayname":
            return f"Reconciler Probe {names.mark} {letter}"
        case "profileurl":
            return f"https://{names.domain}/{names.mark}"
        case known:
            return _TEXTS.get(known, "Probe")
