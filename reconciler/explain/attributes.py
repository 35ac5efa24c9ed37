"""The source attributes of one object, and what its mapping makes of them, each with its line."""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.explain.scene import Scene
from reconciler.model.explanation import Evaluated, SourceAttribute
from reconciler.model.mapping import Apply, AttributeMapping
from reconciler.model.path import AttributePath
from reconciler.model.problem import Problem
from reconciler.model.resource import Scoped, Wanted, WantedAttribute
from reconciler.model.target import Standing
from reconciler.model.values import Kind, Ref
from reconciler.stages.map import map_attributes
from reconciler.values import Candidates

_FAILURES = ("no-value", "required-attribute")


def source_attributes(scoped: Scoped, scene: Scene) -> tuple[SourceAttribute, ...]:
    """Return what the YAML says, in the order of its lines, and then what is derived."""
    hidden = _hidden(scoped.kind, scene)
    found = (_source(name, scoped, hidden) for name in scoped.attributes)
    return tuple(sorted(found, key=_line))


def evaluated_attributes(scoped: Scoped, scene: Scene) -> Iterator[Evaluated]:
    """Yield every mapped attribute but a group's members, then what the tool itself maintains."""
    hidden = _hidden(scoped.kind, scene)
    failed: set[AttributePath] = set()
    for mapping in scene.target.rules(scoped.kind).mapping:
        if mapping.definition.path.identity != "members":
            wanted, problems = _map_alone(mapping, scoped, scene)
            failed.update(mapping.definition.path for _ in problems)
            yield _evaluated(mapping, wanted, problems, (scoped, scene, hidden))
    whole = scene.wanted[Ref(scoped.kind, scoped.key)]
    for item in whole.attributes:
        if item.mapping is None and item.definition.path not in failed:
            notes = ("always kept by reconciler",)
            path = item.definition.path
            yield Evaluated(path, "", item.value, item.given, whole.source.at, notes=notes)


def _source(name: str, scoped: Scoped, hidden: frozenset[str]) -> SourceAttribute:
    is_given = name in scoped.source.attributes
    value = None if name in hidden else scoped.attributes.get(name)
    at = scoped.source.position_of(name) if is_given else None
    return SourceAttribute(name, value, at, derived=not is_given, sensitive=name in hidden)


def _line(item: SourceAttribute) -> tuple[bool, int]:
    return item.derived, item.at.line if item.at else 0


def _hidden(kind: Kind, scene: Scene) -> frozenset[str]:
    """Return the source attributes to mask: declared so, or read by nothing but masked mappings."""
    masked: set[str] = set()
    shown: set[str] = set()
    for mapping in scene.target.rules(kind).mapping:
        if mapping.expression is not None:
            (masked if mapping.is_masked else shown).update(mapping.expression.reads)
    return scene.desired.sensitive | (masked - shown)


def _map_alone(
    mapping: AttributeMapping, scoped: Scoped, scene: Scene
) -> tuple[WantedAttribute | None, list[Problem]]:
    """Let the map stage evaluate one mapping, so that its problems are those of that mapping."""
    target = scene.target
    rules = replace(target.rules(scoped.kind), mapping=(mapping,))
    if scoped.kind is Kind.USER:
        target = replace(target, users=rules)
    else:
        target = replace(target, groups=rules)
    (wanted,), problems = map_attributes((scoped,), target, scene.now)
    return _found(mapping, wanted), [item for item in problems if item.rule in _FAILURES]


def _found(mapping: AttributeMapping, wanted: Wanted) -> WantedAttribute | None:
    identity = mapping.definition.path.identity
    return next(
        (
            item
            for item in wanted.attributes
            if item.mapping is not None and item.definition.path.identity == identity
        ),
        None,
    )


def _evaluated(
    mapping: AttributeMapping,
    wanted: WantedAttribute | None,
    problems: list[Problem],
    around: tuple[Scoped, Scene, frozenset[str]],
) -> Evaluated:
    scoped, scene, hidden = around
    masked = mapping.is_masked
    failed = bool(problems)
    skipped = wanted is None and not failed
    reads = sorted(mapping.expression.reads) if mapping.expression else []
    return Evaluated(
        path=mapping.definition.path,
        expression=mapping.expression.text if mapping.expression else "",
        value=wanted.value if wanted and not masked else None,
        initial=wanted.given if wanted and not masked else None,
        at=mapping.at,
        sources=tuple(_source(name, scoped, hidden) for name in reads),
        notes=tuple(_notes(mapping, wanted, scoped, scene)),
        sensitive=masked,
        evaluated=not skipped,
        problem=_sentence(problems[0], mapping.definition.path, masked=masked) if failed else None,
    )


def _sentence(problem: Problem, path: AttributePath, *, masked: bool) -> str:
    """Return what is wrong; the reason often quotes the value, which may have to stay hidden."""
    if masked:
        return f"{path} has no usable value; the reason would show a sensitive one"
    message = problem.message.partition(": ")[2]  # Without «user ada»: that stands at the top.
    return f"{message}. {problem.hint}" if problem.hint else message


def _notes(
    mapping: AttributeMapping, wanted: WantedAttribute | None, scoped: Scoped, scene: Scene
) -> Iterator[str]:
    """Yield what becomes of the value beside being compared and sent."""
    if mapping.match:
        yield f"matching attribute {mapping.match}"
    if wanted is not None:
        yield from _fate(mapping, wanted, scoped, scene)
    elif scoped.standing is not Standing.ACTIVE:
        yield "not evaluated: only what finds and disables the account is needed"
    if wanted is not None and wanted.only_adds:
        yield "only adds: live values are never taken away"


def _fate(
    mapping: AttributeMapping, wanted: WantedAttribute, scoped: Scoped, scene: Scene
) -> Iterator[str]:
    """Yield the first rule that keeps the value from simply being compared and sent."""
    definition = mapping.definition
    if not definition.stored:
        yield "neither compared nor sent: this app does not keep it"
    elif definition.read_only:
        yield "neither compared nor sent: this app sets it itself"
    elif mapping.expression is None:
        yield "nothing flows; the default fills it where it is empty"
    elif isinstance(wanted.initial, Candidates):
        tried = "" if mapping.sensitive else f": {', '.join(wanted.initial.values)}"
        yield f"a new {scoped.kind} gets the first of these that nobody has{tried}"
    elif mapping.apply is Apply.CREATE:
        yield "sent once, when it is created, and never compared"
    elif not wanted.flows:
        yield "ignored: neither sent nor cleared"
    elif wanted.value is None:
        yield _empty(wanted, scoped, scene)


def _empty(wanted: WantedAttribute, scoped: Scoped, scene: Scene) -> str:
    live = "a live value stays" if scene.target.null_values == "keep" else "a live value is cleared"
    created = "" if wanted.given is None else f"; a new {scoped.kind} gets the default"
    return f"empty: {live} (null_values: {scene.target.null_values}){created}"
