"""A lane as a target: profile, connection, rules for users and groups, and what Entra did."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.entra.forms import ObjectMapping
from reconciler.entra.lanes import Side
from reconciler.entra.place import at
from reconciler.entra.remarks import Remarks
from reconciler.entra.settings import Settings
from reconciler.model.target import Profile, Verb
from reconciler.model.values import Kind
from reconciler.yamldoc import Inline, Remarked

NOWHERE = "https://tenant-url.invalid/scim/v2"
"""Stands where nobody said the address: a name that cannot exist (RFC 6761 §6.4)."""

_VERBS: Mapping[str, tuple[Verb, ...]] = {
    "add": ("create",),
    "update": ("update", "disable"),
    "delete": ("delete",),
}
_ORDER: tuple[Verb, ...] = ("create", "update", "disable", "delete")


@dataclass(frozen=True, slots=True)
class Written:
    """What was written for one side: names of mapping and filter, None where there is none."""

    side: Side
    mapping: str | None
    filter: str | None
    definitions: Mapping[str, Any]


def target_of(
    name: str,
    profile: Profile,
    settings: Settings,
    sides: Mapping[Kind, Written],
    remarks: Remarks,
) -> dict[str, Any]:
    """Return the entry of the target; what is the default is left out."""
    target: dict[str, Any] = {"profile": profile.key}
    url = settings.url or profile.url
    if url != profile.url:
        target["url"] = url
    if url is None:
        target["url"] = Remarked(NOWHERE, "Write the tenant URL here (Entra: Admin credentials).")
        remarks.decide("", "the tenant URL is not in the schema", "Write it as the target's `url`.")
    target["auth"] = Remarked(
        Inline({"bearer": {"env": environment_name(name)}}),
        "The secret token of Entra's admin credentials; the variable holds it, never this file.",
    )
    target["scope"] = _scope(settings, remarks)
    if Kind.USER in sides:
        target["users"] = _users(sides[Kind.USER], profile, remarks)
    else:
        target["users"] = Inline({"actions": []})
        remarks.decide("", "there is no mapping for users, so no user is provisioned", None)
    groups = _groups(sides.get(Kind.GROUP), profile, settings, remarks)
    if groups is not None:
        target["groups"] = groups
    remarks.differs(
        "",
        "Entra never clears a value; `null_values: keep` says so here",
        "Take the line out to have a value cleared where its source is empty.",
    )
    target |= _departures(settings)
    return target


def switched_off(target: dict[str, Any], why: str) -> dict[str, Any]:
    """Return *target* with provisioning off, *why* above it, where a reader sees it early."""
    entries = list(target.items())
    place = [key for key, _ in entries].index("scope")
    return dict([*entries[:place], ("provisioning", Remarked("off", why)), *entries[place:]])


def environment_name(target: str) -> str:
    """Return the name of the variable that holds the token of *target*."""
    plain = re.sub(r"[^A-Z0-9]+", "_", target.upper()).strip("_")
    words = [plain.removesuffix("_SCIM")] if plain[:1].isalpha() and plain != "SCIM" else []
    return "_".join([*words, "SCIM_TOKEN"])[-120:].lstrip("_0123456789")


def _scope(settings: Settings, remarks: Remarks) -> Any:
    if settings.sync_all:
        return "all"
    remarks.decide(
        "",
        "who is assigned is not in the schema, so nobody is in scope yet",
        "Write `assignments` into the target: see Users and groups of the enterprise application.",
    )
    if settings.sync_all is None:
        remarks.decide(
            "",
            "the schema does not say whether all users or only assigned ones are in scope",
            "Look at Settings → Scope in the portal; `scope: all` takes everybody.",
        )
    comment = (
        "Only who is assigned. Assignments are not in the schema; write them here:\n"
        "assignments: [{group: engineering, role: User}]"
    )
    return Remarked("assigned", comment)


def _users(written: Written, profile: Profile, remarks: Remarks) -> Any:
    mapping = written.side.mapping
    rules = _rules(written)
    supported = profile.users.actions
    if mapping.enabled is False:
        place = at(written.side.place, "enabled")
        remarks.differs(place, "the mapping of users is disabled: no action is allowed")
        rules["actions"] = []
    else:
        rules["actions"] = _actions(mapping, written.side.place, supported, remarks)
    return _with_definitions(rules, written)


def _groups(written: Written | None, profile: Profile, settings: Settings, remarks: Remarks) -> Any:
    """Return the rules for groups; None where the app has none and the export neither."""
    if not profile.groups.supported:
        if written is not None:
            message = f"the profile {profile.key} knows no groups, so none are provisioned"
            remarks.lost(written.side.place, message, "Choose another with --profile NAME.")
        return None
    if written is None:
        return Inline({"provision": "none"})
    rules = _rules(written)
    if written.side.mapping.enabled is False:
        place = at(written.side.place, "enabled")
        remarks.differs(place, "the mapping of groups is disabled: no group is provisioned")
        rules["provision"] = "none"
    elif settings.sync_all:
        rules["provision"] = "all"
    rules["actions"] = _actions(
        written.side.mapping, written.side.place, profile.groups.actions, remarks
    )
    return _with_definitions(rules, written)


def _rules(written: Written) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    if written.mapping is not None:
        rules["mapping"] = written.mapping
    if written.filter is not None:
        rules["filter"] = written.filter
    return rules


def _with_definitions(rules: dict[str, Any], written: Written) -> Any:
    if not written.definitions:
        return Inline(rules)
    opened = {key: Inline(item) if isinstance(item, list) else item for key, item in rules.items()}
    comment = "What the profile does not say of these attributes."
    return {**opened, "attributes": Remarked(dict(written.definitions), comment)}


def _actions(
    mapping: ObjectMapping, place: str, supported: frozenset[Verb], remarks: Remarks
) -> list[Verb]:
    where = at(place, "flowTypes")
    words = [word.strip() for word in mapping.flow_types.split(",") if word.strip()]
    wanted: set[Verb] = set()
    for word in words:
        verbs = _VERBS.get(word.casefold())
        if verbs is None:
            remarks.lost(where, f"there is no action {word[:60]} here")
        wanted.update(verbs or ())
    if not words:
        remarks.decide(where, "no action is ticked: nothing would be done", None)
    # «disable» is part of Entra's Update, which apps without accounts (groups) do not have.
    missing = [verb for verb in _ORDER if verb in wanted - supported and verb != "disable"]
    if missing:
        message = f"the app cannot {' and '.join(missing)}, says its profile; it is left out"
        remarks.differs(where, message)
    if "delete" in wanted & supported:
        remarks.decide(
            where,
            "Entra deletes what is deleted in the directory; here it is disabled first",
            "Say `removed: delete` where a deletion is meant (for groups: under `groups`).",
        )
    return [verb for verb in _ORDER if verb in wanted & supported]


def _departures(settings: Settings) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if settings.keeps_out_of_scope:
        said["out_of_scope"] = Remarked("keep", "As SkipOutOfScopeDeletions did in Entra.")
    said["null_values"] = Remarked(
        "keep", "Entra never clears a value. Without this line, a null clears the value there."
    )
    if settings.removals is not None:
        said["limits"] = Remarked(
            {"removals": Inline({"percent": 0, "floor": settings.removals})},
            "Entra's deletion threshold. Without these lines: 10 %, at least 3.",
        )
    return said
