"""Map: what each user and group in scope should look like at the target."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from reconciler.errors import EvaluationError
from reconciler.model.canonical import comparable
from reconciler.model.fit import misfit
from reconciler.model.mapping import AttributeMapping
from reconciler.model.problem import Problem
from reconciler.model.resource import (
    MatchKey,
    Scoped,
    Wanted,
    WantedAttribute,
    reads_lifecycle,
)
from reconciler.model.target import ACTIVE, EXTERNAL_ID, Standing, Target
from reconciler.model.typed import typed_value
from reconciler.model.values import Kind
from reconciler.values import Candidates, Context, Flow, date_text


def map_attributes(
    scoped: Sequence[Scoped], target: Target, now: datetime
) -> tuple[tuple[Wanted, ...], tuple[Problem, ...]]:
    """Return what every scoped object should hold, and what cannot be evaluated or told apart.

    Whoever is not active is mapped only as far as finding and disabling the account needs. *now* is
    what the function Now gives.
    """
    problems: list[Problem] = []
    wanted = tuple(_map_one(item, target, now, problems) for item in scoped)
    problems.extend(_doubles(wanted))
    return wanted, tuple(problems)


def _map_one(scoped: Scoped, target: Target, now: datetime, problems: list[Problem]) -> Wanted:
    attributes: list[WantedAttribute] = []
    for mapping in target.rules(scoped.kind).mapping:
        if mapping.definition.path.identity == "members" or not _is_needed(mapping, scoped):
            continue
        try:
            found = _evaluate(mapping, scoped, _context(mapping, scoped, target, now))
        except EvaluationError as error:
            problems.append(_problem(mapping, scoped, error))
        else:
            attributes.append(found)
    matching = _match_keys(attributes)
    if scoped.standing is Standing.ACTIVE:
        problems.extend(_missing(attributes, matching, scoped, target))
    external_id = _external_id(attributes, scoped)
    complete = _with_own(attributes, external_id, scoped, target)
    if scoped.standing is Standing.ACTIVE:
        problems.extend(_misfits(complete, scoped, target))
    return Wanted(
        kind=scoped.kind,
        key=scoped.key,
        standing=scoped.standing,
        why=scoped.why,
        source=scoped.source,
        external_id=external_id,
        matching=matching,
        attributes=complete,
        members=scoped.members if _maps_members(scoped, target) else None,
        asked_by=scoped.asked_by,
        assignments=scoped.assignments,
    )


def _context(mapping: AttributeMapping, scoped: Scoped, target: Target, now: datetime) -> Context:
    """Return what *mapping* may know; only what varies by chance asks for a seed."""
    varies = mapping.expression is not None and mapping.expression.varies
    return Context(now, _seed(mapping, scoped, target)) if varies else Context(now)


def _seed(mapping: AttributeMapping, scoped: Scoped, target: Target) -> str:
    """Name the value, so that whoever computes it again gets the same (Guid, RandomString)."""
    return f"{target.key}/{scoped.kind}/{scoped.key}/{mapping.definition.path.identity}"


def _is_needed(mapping: AttributeMapping, scoped: Scoped) -> bool:
    if scoped.standing is Standing.ACTIVE or mapping.match:
        return True
    path = mapping.definition.path.identity
    return reads_lifecycle(mapping) or path in ("externalid", "active")


def _evaluate(mapping: AttributeMapping, scoped: Scoped, context: Context) -> WantedAttribute:
    definition = mapping.compared
    default = None if mapping.default is None else typed_value(mapping.default, definition)
    if mapping.expression is None:
        return WantedAttribute(definition, None, default, mapping)
    result = mapping.expression.evaluate(scoped.attributes, context)
    if isinstance(result, Flow):
        return WantedAttribute(definition, None, None, mapping, flows=False)
    if isinstance(result, Candidates):
        if definition.type != "string" or definition.holds_many:
            msg = f"{definition.path} holds no single text, and SelectUniqueValue chooses one"
            raise EvaluationError(msg)
        return WantedAttribute(definition, None, result if result.values else default, mapping)
    if isinstance(result, datetime) and definition.type != "dateTime":
        result = date_text(result)  # Where a date becomes text, it is Entra's text.
    value = typed_value(result, definition)
    initial = value if value is not None else default
    return WantedAttribute(definition, value, initial, mapping)


def _problem(mapping: AttributeMapping, scoped: Scoped, error: EvaluationError) -> Problem:
    reason = "the reason would show what must be masked" if mapping.sensitive else error.message
    message = f"{scoped.kind} {scoped.key}: {mapping.definition.path} has no value: {reason}"
    hint = error.hint or f"The mapping stands at {mapping.at}."
    return Problem("no-value", message, scoped.source.at, hint=hint)


def _match_keys(attributes: Sequence[WantedAttribute]) -> tuple[MatchKey, ...]:
    keys = sorted(
        (item for item in attributes if item.mapping and item.mapping.match),
        key=lambda item: (item.mapping.match if item.mapping else 0, str(item.definition.path)),
    )
    return tuple(
        MatchKey(item.mapping.definition, item.value, item.sensitive)
        for item in keys
        if item.mapping and isinstance(item.value, str)
    )


def _missing(
    attributes: Sequence[WantedAttribute],
    matching: Sequence[MatchKey],
    scoped: Scoped,
    target: Target,
) -> Iterator[Problem]:
    at, who = scoped.source.at, f"{scoped.kind} {scoped.key}"
    for item in attributes:
        if item.definition.required and item.initial is None:
            hint = _source_hint(item.mapping)
            message = f"{who}: {target.key} requires {item.definition.path}, and it has no value"
            yield Problem("required-attribute", message, at, hint=hint)
    if not matching and target.rules(scoped.kind).mapping:
        message = f"{who}: no matching attribute of {target.key} has a value"
        yield Problem("match-missing", message, at, hint="Give it a value, or map another `match`.")


def _misfits(
    attributes: Sequence[WantedAttribute], scoped: Scoped, target: Target
) -> Iterator[Problem]:
    for item in attributes:
        reason = misfit(item.initial, item.definition)
        if reason is not None:
            message = f"{scoped.kind} {scoped.key}: {target.key} refuses {reason}"
            hint = _source_hint(item.mapping)
            yield Problem("refused-value", message, scoped.source.at, hint=hint)


def _source_hint(mapping: AttributeMapping | None) -> str | None:
    if mapping is None or mapping.expression is None:
        return None
    return f"It comes from {mapping.expression.text} at {mapping.at}."


def _external_id(attributes: Sequence[WantedAttribute], scoped: Scoped) -> str:
    """Return what the mapping gives for externalId, else the key (design §5)."""
    mapped = next(
        (item.value for item in attributes if item.definition.path.identity == "externalid"), None
    )
    return str(mapped) if mapped is not None else scoped.key


def _with_own(
    attributes: Sequence[WantedAttribute], external_id: str, scoped: Scoped, target: Target
) -> tuple[WantedAttribute, ...]:
    """Add externalId and active: both are always ours for a linked object, mapped or not."""
    mapped = {item.definition.path.identity: item for item in attributes}
    own = dict(mapped)
    if target.service.stores_external_id.get(scoped.kind, True):
        found = mapped.get("externalid")
        mapping = found.mapping if found else None
        definition = target.definition(scoped.kind, EXTERNAL_ID.path)
        own["externalid"] = WantedAttribute(definition, external_id, external_id, mapping)
    else:
        own.pop("externalid", None)
    if scoped.kind is Kind.USER and ("active" not in mapped or mapped["active"].value is None):
        active = scoped.standing is Standing.ACTIVE
        definition = target.definition(Kind.USER, ACTIVE.path)
        own["active"] = WantedAttribute(definition, active, active)
    return tuple(own.values())


def _maps_members(scoped: Scoped, target: Target) -> bool:
    return scoped.kind is Kind.GROUP and any(
        mapping.definition.path.identity == "members" for mapping in target.groups.mapping
    )


def _doubles(wanted: Sequence[Wanted]) -> Iterator[Problem]:
    """Yield a problem for every two objects that would match the same live one."""
    seen: dict[tuple[Kind, str, object], Wanted] = {}
    for item in wanted:
        if item.standing is Standing.OUT:
            continue
        for path, label, value in _marks(item):
            other = seen.setdefault((item.kind, path, value), item)
            if other.key != item.key:
                yield _double(item, other, label)


def _marks(item: Wanted) -> Iterator[tuple[str, str, object]]:
    yield "externalid", f"externalId '{item.external_id}'", item.external_id
    for key in item.matching:
        path = key.definition.path
        label = f"{path}" if key.sensitive else f"{path} '{key.value}'"
        yield path.identity, label, comparable(key.value, key.definition)


def _double(item: Wanted, other: Wanted, label: str) -> Problem:
    return Problem(
        "duplicate-match",
        f"{item.kind}s {other.key} and {item.key} have the same {label}",
        item.source.at,
        hint=f"The other one stands at {other.source.at}. Two objects cannot be one account.",
    )
