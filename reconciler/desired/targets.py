"""Targets: what is written, over what the profile says, over the model's defaults."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from reconciler.desired.binding import Definitions, Written, bind, check_bound
from reconciler.desired.connection import connection
from reconciler.desired.documents.targets import (
    GroupKindDocument,
    KindDocument,
    OwnershipDocument,
    QuarantineDocument,
    TargetAttributeDocument,
    TargetDocument,
)
from reconciler.desired.entries import Entry
from reconciler.desired.limits import build_limits
from reconciler.desired.mappings import NamedMapping
from reconciler.desired.notifying import build_notify
from reconciler.desired.people import SourceNames, one_ref, window_of
from reconciler.desired.service import build_service
from reconciler.desired.suggest import did_you_mean
from reconciler.errors import PathError
from reconciler.model.mapping import AttributeDefinition, AttributeMapping, ScopeRule
from reconciler.model.path import parse_path
from reconciler.model.problem import Excerpt, Problem
from reconciler.model.quarantine import CEILING, Ceiling
from reconciler.model.service import Quirk
from reconciler.model.target import (
    Assignment,
    Departure,
    KindProfile,
    KindRules,
    Ownership,
    Profile,
    Target,
)
from reconciler.model.values import Kind


@dataclass(frozen=True, slots=True)
class Parts:
    """What targets are built from: everything else, already compiled."""

    profiles: Mapping[str, Profile]
    mappings: Mapping[str, NamedMapping]
    scopes: Mapping[str, ScopeRule]
    names: SourceNames


def build_targets(
    entries: Mapping[str, Entry], parts: Parts
) -> tuple[dict[str, Target], list[Problem]]:
    """Return the targets by key; one whose profile or connection is unknown is left out."""
    targets: dict[str, Target] = {}
    problems: list[Problem] = []
    for key in sorted(entries):
        entry = entries[key]
        profile = parts.profiles.get(entry.parsed.profile) if entry.parsed else None
        if profile is not None:
            target = _target(entry, profile, parts, problems)
            if target is not None:
                targets[key] = target
    return targets, problems


def _target(entry: Entry, profile: Profile, parts: Parts, problems: list[Problem]) -> Target | None:
    document: TargetDocument = entry.parsed
    found = connection(entry, profile, problems)
    builder = _Rules(entry, parts, problems)
    users = builder.build(Kind.USER, document.users or KindDocument(), profile.users)
    groups = builder.build(Kind.GROUP, document.groups or GroupKindDocument(), profile.groups)
    assignments = _assignments(entry, problems)
    service = build_service(document.service, profile.service)
    notify = build_notify(entry, problems)
    if Quirk.ONE_VALUE_EACH in service.quirks:
        problems.extend(_second_values(users))
    if found is None:
        return None
    return Target(
        key=entry.key,
        at=entry.at,
        profile=profile,
        url=found.url,
        auth=found.auth,
        service=service,
        users=users,
        groups=groups,
        assignments=assignments,
        provisioning=document.provisioning == "on",
        scope=document.scope,
        exclude_roles=frozenset(document.exclude_roles or ()),
        sensitive_roles=frozenset(document.sensitive_roles or ()),
        limits=build_limits(document.limits, entry),
        ceiling=_ceiling(document.quarantine or QuarantineDocument()),
        ownership=_ownership(document.ownership or OwnershipDocument(), entry, problems),
        unmanaged=document.unmanaged,
        null_values=document.null_values,
        takeover=document.takeover,
        adopt=document.adopt,
        on_unlinked=document.on_unlinked,
        notify=notify,
        lines=entry.lines_below(),
    )


def _second_values(rules: KindRules) -> Iterator[Problem]:
    """Yield the mappings that fill a second element of what holds one."""
    first: dict[str, str] = {}
    for item in rules.mapping:
        path = item.definition.path
        holds_one = path.name.casefold() in ("emails", "phonenumbers", "addresses")
        if holds_one and first.setdefault(path.name.casefold(), str(path.element)) != str(
            path.element
        ):
            message = f"'{path}' would be a second value, and the app holds one of {path.name}"
            hint = "Leave one of them out of the mapping."
            yield Problem("second-value", message, item.at, hint=hint)


def _assignments(entry: Entry, problems: list[Problem]) -> tuple[Assignment, ...]:
    found = []
    for index, document in enumerate(entry.parsed.assignments or ()):
        at = entry.position("assignments", index)
        ref = one_ref(document.user, document.group, at, problems)
        window = window_of(document.from_, document.until, entry, problems, "assignments", index)
        if ref is not None:
            found.append(Assignment(ref, at, document.role, window))
    return tuple(found)


def _ownership(document: OwnershipDocument, entry: Entry, problems: list[Problem]) -> Ownership:
    if document.external_id is None:
        return Ownership(document.kind)
    if document.kind == "all":
        message = "'ownership: all' takes no prefix: everything is ours"
        problems.append(Problem("wrong-value", message, entry.position("ownership")))
    return Ownership("external_id", document.external_id.prefix)


def _ceiling(document: QuarantineDocument) -> Ceiling:
    return replace(CEILING, **document.model_dump(exclude_none=True))


@dataclass(frozen=True, slots=True)
class _Rules:
    """Builds the rules of one target for users and for groups, and notes what is wrong."""

    entry: Entry
    parts: Parts
    problems: list[Problem]

    def build(self, kind: Kind, document: KindDocument, profile: KindProfile) -> KindRules:
        section = f"{kind}s"
        definitions = self._definitions(document, profile, section)
        mapping = self._mapping(kind, document, profile, definitions)
        compared = {item.definition.path.identity: item.compared for item in mapping}
        return KindRules(
            mapping=mapping,
            attributes={**definitions, **compared},
            # A delete takes away for good: it is never on by default.
            actions=profile.actions - {"delete"}
            if document.actions is None
            else self._actions(document, profile, section),
            filter=self.parts.scopes.get(document.filter or ""),
            provision=_provision(document, profile),
            out_of_scope=document.out_of_scope or self._departure("out_of_scope", kind),
            removed=document.removed or self._departure("removed", kind),
            untouchable=profile.untouchable
            if document.untouchable is None
            else tuple(document.untouchable),
        )

    def _departure(self, name: Literal["out_of_scope", "removed"], kind: Kind) -> Departure:
        """Return the target's word; a group is deleted only where `groups` says so itself."""
        found: Departure = getattr(self.entry.parsed, name)
        is_group_delete = kind is Kind.GROUP and found is Departure.DELETE
        return Departure.DISABLE if is_group_delete else found

    def _mapping(
        self,
        kind: Kind,
        document: KindDocument,
        profile: KindProfile,
        definitions: Definitions,
    ) -> tuple[AttributeMapping, ...]:
        written = Written(kind, self.parts.mappings, profile.mapping)
        attributes = written.attributes(document.mapping)
        bound, unknown = bind(attributes, definitions, self.parts.names)
        for item in unknown:
            text = str(item.definition.path)
            paths = [str(definition.path) for definition in definitions.values()]
            declare = f"Declare it in '{kind}s: attributes:' of the target."
            hint = " ".join(filter(None, (did_you_mean(text, paths), declare)))
            message = f"'{text}' is no {kind} attribute of target '{self.entry.key}'"
            self.problems.append(Problem("unknown-attribute", message, item.at, hint=hint))
        self.problems.extend(check_bound(bound, written.extended(document.mapping)))
        self._require(kind, bound, definitions)
        return bound

    def _require(
        self, kind: Kind, mapping: tuple[AttributeMapping, ...], definitions: Definitions
    ) -> None:
        """Warn of attributes that the app requires, where not even a part of them is mapped."""
        # These two are maintained for every account, mapped or not (design §5).
        mapped = {"externalid", "active"}
        mapped |= {item.definition.path.base.identity for item in mapping}
        for definition in definitions.values():
            is_needed = definition.required and not definition.read_only
            if is_needed and definition.path.base.identity not in mapped:
                message = f"'{definition.path}' is not mapped, but the app requires it of a {kind}"
                at = self.entry.position(f"{kind}s", "mapping")
                self.problems.append(Problem("unmapped-attribute", message, at, severity="warning"))

    def _actions(
        self, document: KindDocument, profile: KindProfile, section: str
    ) -> frozenset[Literal["create", "update", "disable", "delete"]]:
        actions = frozenset(document.actions or ())
        if missing := sorted(actions - profile.actions):
            message = f"The app cannot {' and '.join(missing)} {section}"
            at = self.entry.position(section, "actions")
            hint = f"It can {', '.join(sorted(profile.actions)) or 'do nothing with them'}."
            self.problems.append(Problem("unsupported-action", message, at, hint=hint))
        return actions

    def _definitions(
        self, document: KindDocument, profile: KindProfile, section: str
    ) -> Definitions:
        definitions = dict(profile.attributes)
        for text, written in (document.attributes or {}).items():
            try:
                path = parse_path(text)
            except PathError as error:
                at = self.entry.position(section, "attributes", text)
                excerpt = Excerpt(text, error.column)
                self.problems.append(
                    Problem("attribute-path", error.message, at, hint=error.hint, excerpt=excerpt)
                )
                continue
            known = definitions.get(path.identity, AttributeDefinition(path))
            definitions[path.identity] = _override(known, written)
        return definitions


def _override(known: AttributeDefinition, written: TargetAttributeDocument) -> AttributeDefinition:
    return replace(known, **written.model_dump(exclude_none=True))


def _provision(document: KindDocument, profile: KindProfile) -> Literal["assigned", "all", "none"]:
    if not profile.supported:
        return "none"
    found = document.provision if isinstance(document, GroupKindDocument) else None
    return found or "assigned"
