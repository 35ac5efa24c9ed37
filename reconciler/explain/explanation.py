"""The explanation: the five steps, put together."""

from collections.abc import Iterable, Iterator

from reconciler.explain.attributes import evaluated_attributes, source_attributes
from reconciler.explain.courses import courses_of
from reconciler.explain.reading import trials_for
from reconciler.explain.scene import Scene
from reconciler.model.explanation import Course, Explanation, Fact, Reading, Verdict
from reconciler.model.resource import Scoped
from reconciler.model.target import Standing
from reconciler.model.values import Kind, Ref
from reconciler.stages.facts import scope_facts


def explain_object(ref: Ref, scene: Scene, reading: Reading | None = None) -> Explanation:
    """Explain *ref*: from what is written alone, or with what was read of it too.

    *ref* is in the directory, or gone from it and in the ledger.
    """
    scoped = scene.scoped.get(ref) or _unscoped(ref, scene)
    wanted, source = scene.wanted.get(ref), scene.source(ref)
    courses = courses_of(ref, scene, reading)
    return Explanation(
        ref=ref,
        display=wanted.display if wanted else ref.key,
        at=source.at if source else None,
        target=scene.target.key,
        profile=scene.target.profile.key,
        url=scene.target.url,
        now=scene.now,
        standing=scoped.standing if scoped else None,
        why=scoped.why if scoped else "the ledger still records it",
        source=source_attributes(scoped, scene) if scoped else (),
        facts=_facts(ref, scoped, scene),
        trials=reading.trials if reading else trials_for(ref, scene),
        attributes=tuple(evaluated_attributes(scoped, scene)) if scoped and wanted else (),
        courses=courses,
        notes=(*_notes(ref, scene, reading), *_policies(ref, scene, courses), *_guards(courses)),
        requests=reading.snapshot.requests if reading else None,
    )


def _unscoped(ref: Ref, scene: Scene) -> Scoped | None:
    """Return a group as it is written where groups do not take part; None for what is gone."""
    source = scene.source(ref)
    if source is None:
        return None
    why = "groups are not provisioned"
    return Scoped(ref.kind, ref.key, Standing.OUT, why, source.attributes, source)


def _facts(ref: Ref, scoped: Scoped | None, scene: Scene) -> tuple[Fact, ...]:
    if scoped is not None:
        return scope_facts(scoped, scene.desired, scene.directory, scene.target)
    target = scene.target
    text = f"gone from the YAML, so what counts is removed: {target.rules(ref.kind).removed}"
    return (Fact(Verdict.NO, text, target.at),)


def _notes(ref: Ref, scene: Scene, reading: Reading | None) -> Iterator[str]:
    target = scene.target
    if not target.provisioning:
        yield f"Provisioning is off at {target.key}: plan and apply leave it alone."
    if ref.kind is Kind.USER:
        yield from _groups(ref, scene)
    if reading is None:
        return
    if not reading.is_conclusive:
        yield "Not every question could be asked; `reconciler plan` reads the whole list."
    if not reading.knows_members:
        yield (
            "Not all of its members are in the ledger: who joins and who leaves is known to "
            "`reconciler plan`, which reads everybody."
        )


def _groups(ref: Ref, scene: Scene) -> Iterator[str]:
    keys = [
        item.key
        for item in scene.scoped.values()
        if item.kind is Kind.GROUP and item.standing is Standing.ACTIVE and ref.key in item.members
    ]
    if keys:
        names = ", ".join(keys)
        yield (
            f"There it should be a member of: {names}. `reconciler plan --user {ref.key}` shows "
            "what of that is missing."
        )


def _policies(ref: Ref, scene: Scene, courses: Iterable[Course]) -> Iterator[str]:
    """Say which policies are broken and hold nothing here."""
    holding = {item.message for course in courses for item in (*course.violations, *course.joining)}
    here = scene.target.key
    for found in scene.findings_about(ref):
        is_here = not found.targets or here in found.targets
        if is_here and found.message not in holding:
            said = (
                found.message if str(found.at) in found.message else f"{found.message} ({found.at})"
            )
            yield f"{found.guard} is broken, and holds nothing of it here: {said}."


def _guards(courses: Iterable[Course]) -> Iterator[str]:
    if any(course.takes_away for course in courses):
        yield (
            "Guards that count over all accounts (removals, revocations, first-run and others) may "
            "hold it too: `reconciler plan` knows."
        )
