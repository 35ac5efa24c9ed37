"""Settings: what a change under review alters of all that its base decides, most grave first."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from reconciler.model.auth import ApiKey, Basic, Bearer, ClientCredentials, SecretSource
from reconciler.model.directory import Desired, Group, User
from reconciler.model.mapping import AttributeDefinition, AttributeMapping
from reconciler.model.path import AttributePath
from reconciler.model.problem import Position
from reconciler.model.target import OWN_ATTRIBUTES, KindRules, Profile, Target
from reconciler.model.trust import Effect, SettingChange

_ASIDE: Final = frozenset({"key", "at", "lines", "assignments", "mapping", "filter", "attributes"})
"""Fields that a change decides for itself, or that are no settings."""

_CALLED: Final = {"ceiling": "quarantine"}
_WAYS: Final = {Bearer: "bearer", Basic: "basic", ApiKey: "header", ClientCredentials: "oauth2"}
_CONNECTION: Final = ("profile", "url", "auth", "service.headers")
_ENTRY_MARKS: Final = ("required", "sensitive", "owner")

_DAILY: Final = "limits.daily."

_Flat = dict[str, str]


def compare_settings(head: Desired, base: Desired) -> tuple[SettingChange, ...]:
    """Return every setting that differs: connections first, then guards, then the rest."""
    found = (
        *_targets(head, base),
        *_entries(head, base),
        *_sources(head, base),
        *_ignores(head, base),
        *_policies(head, base),
        *_group_limits(head, base),
    )
    return tuple(sorted(found, key=lambda item: (_gravity(item), item.name)))


def _gravity(item: SettingChange) -> int:
    if item.effect is Effect.NOT_CONTACTED:
        return 0
    parts = item.name.split(".")
    guards = {"limits", "ownership", "policies", "required", "sensitive", "provisioning", "ignores"}
    return 1 if guards.intersection(parts) or item.effect is Effect.LEFT_ALONE else 2


def _targets(head: Desired, base: Desired) -> Iterator[SettingChange]:
    for key in sorted({*head.targets, *base.targets}):
        now, before = head.targets.get(key), base.targets.get(key)
        name = f"targets.{key}"
        if now is None and before is not None:
            yield SettingChange(name, before.url, None, Effect.LEFT_ALONE)
        elif before is None and now is not None:
            yield SettingChange(name, None, now.url, Effect.NOT_CONTACTED, now.at)
        elif now is not None and before is not None:
            yield from _settings(now, before)
            for kind in ("users", "groups"):
                yield from _unmasked(f"{name}.{kind}", getattr(now, kind), getattr(before, kind))


def _settings(head: Target, base: Target) -> Iterator[SettingChange]:
    sides: tuple[_Flat, _Flat] = (dict(_flat(base, "")), dict(_flat(head, "")))
    is_same_app = head.profile.key == base.profile.key
    if is_same_app:
        yield from _definitions(head, base)
    for name in sorted(_said(sides, head, base)):
        before, after = (side.get(name) for side in sides)
        is_connection = name.startswith(_CONNECTION)
        if before != after and (is_same_app or is_connection or not _is_of_profile(name)):
            effect = Effect.NOT_CONTACTED if is_connection else Effect.BASE_HOLDS
            place = head.position_of(name)
            yield SettingChange(f"targets.{head.key}.{name}", before, after, effect, place)


def _said(sides: tuple[_Flat, _Flat], head: Target, base: Target) -> Iterator[str]:
    """Yield the settings to compare: what a day allows follows from a run where nobody says it."""
    for name in sides[0].keys() | sides[1].keys():
        if not name.startswith(_DAILY) or name in head.lines or name in base.lines:
            yield name


def _definitions(head: Target, base: Target) -> Iterator[SettingChange]:
    """Yield what would be said otherwise of attributes; what is new here is the change's own."""
    for kind in ("users", "groups"):
        now, before = getattr(head, kind).attributes, getattr(base, kind).attributes
        for key, after in now.items():
            was = before.get(key) or OWN_ATTRIBUTES.get(key)
            if was is not None and was != after:
                yield from _redefined(f"{kind}.attributes.{after.path}", was, after, head)


def _redefined(
    name: str, before: AttributeDefinition, after: AttributeDefinition, head: Target
) -> Iterator[SettingChange]:
    for field in fields(after):
        was, will = (_text(getattr(item, field.name)) or None for item in (before, after))
        if field.name != "path" and was != will:
            place = head.position_of(f"{name}.{field.name}")
            called = f"targets.{head.key}.{name}.{field.name}"
            yield SettingChange(called, was, will, Effect.BASE_HOLDS, place)


def _is_of_profile(name: str) -> bool:
    """Tell whether a setting has the value of the profile where nobody writes another."""
    return name.startswith(("service", "users", "groups"))


def _flat(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yield the settings below *name* with their values as text; what is not set is left out."""
    if isinstance(value, Mapping | tuple):
        items = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, item in items:
            yield from _flat(item, f"{name}.{key}")
    elif is_dataclass(value) and not isinstance(value, Profile | SecretSource):
        yield from _fields(value, name)
    elif text := _text(value):
        yield name, text


def _fields(value: Any, name: str) -> Iterator[tuple[str, str]]:
    steps = [step for step in (name, _WAYS.get(type(value), "")) if step]
    for field in fields(value):
        if field.init and field.name not in _ASIDE:
            called = _CALLED.get(field.name, field.name)
            yield from _flat(getattr(value, field.name), ".".join([*steps, called]))


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case Profile():
            return value.key
        case bool():
            return "true" if value else "false"
        case frozenset():
            return ", ".join(sorted(map(str, value)))
        case _:
            return str(value)


def _unmasked(name: str, head: KindRules, base: KindRules) -> Iterator[SettingChange]:
    """Yield the attributes of a target that were masked and would not be any more."""
    now = {item.definition.path.identity: item for item in head.mapping}
    for before in base.mapping:
        after = now.get(before.definition.path.identity)
        if before.sensitive and after is not None and not after.sensitive:
            yield _shown(f"{name}.{_named(before.definition.path)}", after)


def _named(path: AttributePath) -> str:
    return f"mapping.{path}.sensitive"


def _shown(name: str, after: AttributeMapping) -> SettingChange:
    return SettingChange(name, "true", "false", Effect.BASE_HOLDS, after.at)


def _entries(head: Desired, base: Desired) -> Iterator[SettingChange]:
    for section, now, before in (
        ("users", head.users, base.users),
        ("groups", _by_any_key(head), base.groups),
    ):
        for key, entry in before.items():
            yield from _marks(f"{section}.{key}", now.get(key), entry)


def _by_any_key(desired: Desired) -> Mapping[str, Group]:
    """Return the groups by their keys, and by those that they had before."""
    groups = desired.groups
    return {old: item for item in groups.values() for old in item.previously} | dict(groups)


def _marks(name: str, head: User | Group | None, base: User | Group) -> Iterator[SettingChange]:
    """Yield the marks that are taken from an entry; one may always be given."""
    for mark in _ENTRY_MARKS:
        before = getattr(base, mark, None)
        after = getattr(head, mark, None)
        is_gone = head is None and mark != "required"
        if before and before != after and not is_gone:
            sides = (_word(before), _word(after))
            yield SettingChange(f"{name}.{mark}", *sides, Effect.BASE_HOLDS, _line(head, mark))


def _word(value: bool | str | None) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _line(entry: User | Group | None, mark: str) -> Position | None:
    return None if entry is None else entry.position_of(mark) or entry.at


def _sources(head: Desired, base: Desired) -> Iterator[SettingChange]:
    """Yield the source attributes that would not be masked any more."""
    for name in sorted(base.sensitive - head.sensitive):
        yield SettingChange(f"attributes.{name}.sensitive", "true", "false", Effect.BASE_HOLDS)


def _ignores(head: Desired, base: Desired) -> Iterator[SettingChange]:
    now, before = ({item.key: item for item in side.ignores} for side in (head, base))
    for key in sorted(now.keys() | before.keys()):
        was, will = (side[key].summary if key in side else None for side in (before, now))
        if was != will:
            at = now[key].at if key in now else None
            yield SettingChange(f"ignores.{key}", was, will, Effect.BASE_HOLDS, at)


def _policies(head: Desired, base: Desired) -> Iterator[SettingChange]:
    for key in sorted(head.policies.keys() | base.policies.keys()):
        now, before = head.policies.get(key), base.policies.get(key)
        was, will = (None if item is None else item.summary for item in (before, now))
        if was != will:
            at = now.at if now else None
            yield SettingChange(f"policies.{key}", was, will, Effect.BASE_HOLDS, at)


def _group_limits(head: Desired, base: Desired) -> Iterator[SettingChange]:
    groups = _by_any_key(head)
    for key, before in base.groups.items():
        now = groups.get(key)
        if now is not None and now.revocations != before.revocations:
            was, will = (
                None if item.revocations is None else str(item.revocations)
                for item in (before, now)
            )
            name = f"groups.{key}.limits.revocations"
            yield SettingChange(name, was, will, Effect.BASE_HOLDS, _line(now, "limits"))
