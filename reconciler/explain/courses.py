"""Courses: what would be done with one object, decided by the stages that make the plan."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from reconciler.explain.reading import as_recorded, references_of
from reconciler.explain.scene import Scene
from reconciler.model.explanation import Course, Reading
from reconciler.model.guard import POLICY, Guard
from reconciler.model.intent import Intent
from reconciler.model.live_index import LiveIndex
from reconciler.model.path import AttributePath
from reconciler.model.plan import Action, Change, TargetPlan, Violation
from reconciler.model.resource import Link, Live, Memory, Snapshot, Wanted
from reconciler.model.target import Departure, Standing
from reconciler.model.values import Kind, Ref
from reconciler.pipeline import leave_ignored, plan_target

_KNOWABLE = frozenset(
    {Guard.PROTECTED, Guard.REQUIRED, Guard.SELF, Guard.IRREVERSIBLE, Guard.ADOPTION}
)
"""The guards that look at one change; the others count over the whole plan."""

_DONE = {
    Action.CREATE: "it is created",
    Action.ADOPT: "it is adopted: from then on it is ours",
    Action.UPDATE: "it is updated",
    Action.ENABLE: "it is enabled",
    Action.DISABLE: "it is disabled",
    Action.DELETE: "it is deleted",
}
_IMAGINED_DONE = {
    **_DONE,
    Action.CREATE: "it is created with the values of step 4",
    Action.ADOPT: "it is adopted, and from then on kept as in step 4",
    Action.UPDATE: "it is kept as in step 4: what differs is updated",
    Action.ENABLE: "it is enabled, and kept as in step 4",
}
_TAKES = (Action.DISABLE, Action.DELETE, Action.REMOVE_MEMBERS)
_MEMBERS = (Action.ADD_MEMBERS, Action.REMOVE_MEMBERS)
_IMAGINED = "imagined"


def courses_of(ref: Ref, scene: Scene, reading: Reading | None) -> tuple[Course, ...]:
    """Return the one course that *reading* leads to, or what would be done in each case."""
    if scene.problems:
        count = len(scene.problems)
        text = (
            f"nothing happens: no plan is made while the YAML has errors ({count} at this target)"
        )
        return (Course("", text),)
    if not scene.takes_part(ref):
        return (Course("", "nothing happens, as groups are not provisioned here"),)
    if reading is None or not reading.is_conclusive:
        return tuple(_imagined_courses(ref, scene))
    plan = _plan(ref, scene, reading.snapshot, scene.memory)
    course = _course("", ref, scene, plan)
    if not reading.knows_members:
        changes = tuple(item for item in course.changes if item.action not in _MEMBERS)
        text = course.text if changes else "who joins and who leaves cannot be told from here"
        course = replace(course, text=text, changes=changes)
    return (course,)


def _plan(ref: Ref, scene: Scene, snapshot: Snapshot, memory: Memory) -> TargetPlan:
    """Plan with whoever is concerned: the object, those it needs, and who may claim what is live.

    The stages see the same values as in a whole plan, only fewer of them.
    """
    indexes = {
        kind: LiveIndex.build(snapshot.of(kind), kind, scene.target, memory) for kind in Kind
    }
    needed = {ref, *references_of(ref, scene)}
    wanted = scene.wanted.get(ref)
    if wanted is not None:
        needed.update(Ref(Kind.USER, key) for key in wanted.members or ())
    needed.update(_policed(ref, scene))
    concerned = tuple(
        item
        for item in scene.wanted.values()
        if item.ref in needed or _claims(item, indexes[item.kind])
    )
    target = replace(scene.target, unmanaged="report")
    intent = Intent(target, concerned, findings=scene.findings_about(ref))
    plan = plan_target(intent, snapshot, memory)
    return leave_ignored(plan, scene.desired, scene.now.date())


def _policed(ref: Ref, scene: Scene) -> Iterator[Ref]:
    """Yield the groups by which *ref* breaks a policy: joining them may be what is held."""
    for found in scene.findings_about(ref):
        yield from (Ref(Kind.GROUP, part.group) for part in found.parts if part.group)
        if found.group:
            yield Ref(Kind.GROUP, found.group)


def _claims(wanted: Wanted, index: LiveIndex) -> bool:
    """Tell whether *wanted* could be one of the live objects."""
    return (
        index.link_of(wanted) is not None
        or bool(index.bearing(wanted))
        or any(index.holding(key) for key in wanted.matching)
    )


def _course(where: str, ref: Ref, scene: Scene, plan: TargetPlan) -> Course:
    violations = tuple(item for item in plan.violations if _is_knowable(item))
    changes = _joined(plan, ref, violations)
    conflict = next((item for item in plan.conflicts if Ref(item.kind, item.key) == ref), None)
    if conflict is not None:
        return Course(where, "nothing happens until a person decides", conflict=conflict)
    ids = {item.id for item in changes}
    holding = tuple(item for item in violations if item.holds & ids)
    joining = tuple(item for item in violations if item not in holding and _joins(ref, item))
    name = f"{scene.target.key}/{ref}"
    withheld = tuple(item for item in plan.withheld if item.object_id == name) if changes else ()
    text = _text(ref, scene, plan, changes, is_imagined=bool(where))
    takes = any(change.action in _TAKES for change in changes)
    return Course(where, text, changes, None, holding, withheld, joining, takes)


def _is_knowable(violation: Violation) -> bool:
    return violation.guard in _KNOWABLE or violation.guard.startswith(POLICY)


def _joins(ref: Ref, violation: Violation) -> bool:
    """Tell whether *violation* holds that the user *ref* joins a group."""
    return ref.kind is Kind.USER and ref.key in {name for _, name in violation.members}


def _joined(plan: TargetPlan, ref: Ref, violations: tuple[Violation, ...]) -> tuple[Change, ...]:
    """Return the changes of *ref*, parts of one operation put together, held by what is known."""
    found: dict[str, Change] = {}
    for change in plan.changes:
        if Ref(change.kind, change.key) != ref:
            continue
        key = change.operation.removesuffix("/references")
        first = found.get(key)
        whole = change if first is None else _together(first, change)
        guards = sorted({item.guard for item in violations if whole.operation in item.holds})
        found[key] = replace(whole, part="", held_by=tuple(guards))
    return tuple(found.values())


def _together(first: Change, second: Change) -> Change:
    return replace(
        first,
        attributes=(*first.attributes, *second.attributes),
        add=tuple(sorted((*first.add, *second.add))),
        remove=tuple(sorted((*first.remove, *second.remove))),
    )


def _text(
    ref: Ref, scene: Scene, plan: TargetPlan, changes: tuple[Change, ...], *, is_imagined: bool
) -> str:
    own = next((item for item in changes if item.action in _DONE), None)
    if own is not None:
        return (_IMAGINED_DONE if is_imagined else _DONE)[own.action]
    if changes:
        return "its members are changed"
    name = f"{scene.target.key}/{ref}"
    withheld = next((item for item in plan.withheld if item.object_id == name), None)
    if withheld is not None:
        return f"nothing happens: no {withheld.what}, as {withheld.why}"
    unmanaged = next((item for item in plan.unmanaged if item.ref == ref), None)
    if unmanaged is not None:
        return "it is left alone" if is_imagined else f"it is left alone: {unmanaged.why}"
    return f"nothing happens, as {_no_change(ref, scene, is_there=ref in plan.ids)}"


def _no_change(ref: Ref, scene: Scene, *, is_there: bool) -> str:
    """Say why nothing is to be done where no stage found a reason to say so."""
    wanted, rules = scene.wanted.get(ref), scene.target.rules(ref.kind)
    departure = rules.out_of_scope if wanted else rules.removed
    setting = "out_of_scope" if wanted else "removed"
    if wanted is None or (is_there and wanted.standing is Standing.OUT):
        kept = departure is Departure.KEEP
        return f"{setting} is keep" if kept else f"{setting} is {departure}, and that is done"
    if not is_there:
        reasons = {
            Standing.DISABLED: "a disabled account is never created",
            Standing.OUT: "it is out of scope",
        }
        return reasons.get(wanted.standing, "nobody can tell which one it is")
    if wanted.standing is Standing.DISABLED:
        return "it is disabled already"
    return "nothing differs"


# --- imagined answers -------------------------------------------------------------------------


def _imagined_courses(ref: Ref, scene: Scene) -> Iterator[Course]:
    """Yield what would be done without an account, with one of ours, with one that matches."""
    noun = "account" if ref.kind is Kind.USER else "group"
    link, wanted = scene.link(ref), scene.wanted.get(ref)
    if link is not None:
        where = f"the {noun} that the ledger records is still there"
        yield _imagine(where, ref, scene, (as_recorded(link), link))
    if wanted is None:
        return
    yield _imagine(f"there is no {noun}", ref, scene, None)
    if link is None:
        link = Link(ref.kind, ref.key, _IMAGINED, _kept_external_id(wanted, scene), _IMAGINED)
        yield _imagine(f"there is {_a(noun)} of ours", ref, scene, (as_recorded(link), link))
    for key in wanted.matching[:1]:
        path = key.definition.path
        live = Live(ref.kind, _IMAGINED, {"id": _IMAGINED, **_holding(path, key.value)})
        where = f"there is {_a(noun)} with that {path}, not ours yet"
        yield _imagine(where, ref, scene, (live, None))


def _imagine(where: str, ref: Ref, scene: Scene, there: tuple[Live, Link | None] | None) -> Course:
    """Ask the stages what they would do if only that object were live, and so recorded."""
    lives = (there[0],) if there else ()
    links = (there[1],) if there and there[1] else ()
    snapshot = Snapshot(scene.now, lives, (), complete=True)
    if ref.kind is Kind.GROUP:
        snapshot = Snapshot(scene.now, (), lives, complete=True)
    memory = replace(scene.memory, links=links, rewrites=())
    course = _course(where, ref, scene, _plan(ref, scene, snapshot, memory))
    return replace(course, changes=(), withheld=())


def _kept_external_id(wanted: Wanted, scene: Scene) -> str | None:
    keeps = scene.target.service.stores_external_id.get(wanted.kind, True)
    return wanted.external_id if keeps else None


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _holding(path: AttributePath, value: str) -> dict[str, Any]:
    """Return a resource that holds *value* at *path*, and nothing else."""
    found: Any = {path.sub: value} if path.sub else value
    if path.element is not None:
        found = [{path.element.attribute: path.element.literal, **found}]
    return {path.urn: {path.name: found}} if path.urn else {path.name: found}
