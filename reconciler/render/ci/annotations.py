"""Problems and plans as annotations on the lines of a pull request."""

from collections.abc import Iterator, Sequence
from typing import Final

from reconciler.model.outcome import Run, Status
from reconciler.model.plan import Action, Change, MemberChange, Plan, TargetPlan
from reconciler.model.problem import Position, Problem
from reconciler.render.ci.commands import LEVELS, Annotation, Level, write_annotations
from reconciler.render.plan.idle import why_idle
from reconciler.render.problems import in_order
from reconciler.render.words import ACTIONS, count

_NAMED: Final = 5
"""How many changes that rest on one line are named."""
_TAKING: Final = (Action.DELETE, Action.DISABLE, Action.REMOVE_MEMBERS)


def annotate_problems(problems: Sequence[Problem], *, prefix: str = "") -> str:
    """Return one `::error …::` line for each problem, errors first.

    *prefix* is the path of the desired state in the repository.
    """
    return write_annotations(map(_problem, in_order(problems)), prefix, beyond=True)


def annotate_plan(plan: Plan, *, prefix: str = "") -> str:
    """Return what *plan* does, on the lines that ask for it.

    What needs a decision is an error, what takes something away or gives what is privileged a
    warning, all else a notice.
    """
    found = [*_decisions(plan), *_idle(plan), *_lines(plan)]
    return write_annotations(sorted(found, key=lambda item: LEVELS.index(item.level)), prefix)


def annotate_run(run: Run) -> str:
    """Return what an apply did not do; no line of the YAML is to blame."""
    return write_annotations(_ends(run), "")


def _ends(run: Run) -> Iterator[Annotation]:
    for name, reason in run.failures:
        yield Annotation("error", f"{name} failed", (reason,))
    for item in run.stale:
        yield Annotation("error", f"{item.id} was dropped", (item.why, item.hint))
    levels: dict[Status, Level] = {
        Status.FAILED: "error",
        Status.SKIPPED: "warning",
        Status.HELD: "notice",
    }
    for outcome in run.outcomes:
        if outcome.status in levels:
            title = f"{outcome.id} {outcome.status}"
            yield Annotation(levels[outcome.status], title, (outcome.detail,))


def _problem(problem: Problem) -> Annotation:
    lines = (problem.message, problem.hint) if problem.hint else (problem.message,)
    return Annotation(problem.severity, problem.rule, lines, problem.at)


def _decisions(plan: Plan) -> Iterator[Annotation]:
    for name, reason in plan.failures:
        yield Annotation("error", f"{name} was not planned", (reason,))
    for target in plan.targets:
        holding = target.held_by()
        for violation in target.violations:
            if held := holding[violation.guard]:
                title = f"{violation.guard} holds {count(held, 'change')} at {target.target}"
                yield Annotation("error", title, (violation.message,), violation.at)
            elif not violation.holds:
                title = f"{violation.guard} is broken at {target.target}, holds nothing"
                yield Annotation(violation.severity, title, (violation.message,), violation.at)
        for conflict in target.conflicts:
            title = f"conflict: {conflict.kind} {conflict.key} at {target.target}"
            yield Annotation("error", title, (conflict.message, conflict.hint), conflict.at)


def _lines(plan: Plan) -> Iterator[Annotation]:
    """Yield one annotation for each line, worst first: a line may be the cause of many changes."""
    found: dict[Position, list[tuple[Level, str]]] = {}
    for target in plan.targets:
        privileged = _privileged(target)
        for change in target.changes:
            for at, sentence in _sentences(change):
                is_warning = change.action in _TAKING or change.id in privileged
                level: Level = "warning" if is_warning else "notice"
                place = Position(at.file, at.line)
                found.setdefault(place, []).append((level, sentence))
    for at, said in sorted(found.items()):
        level = min((item for item, _ in said), key=LEVELS.index)
        ordered = [text for _, text in sorted(said, key=lambda item: LEVELS.index(item[0]))]
        more = (f"and {len(ordered) - _NAMED:,} more",) if len(ordered) > _NAMED else ()
        title = count(len(ordered), "change")
        yield Annotation(level, title, (*ordered[:_NAMED], *more), at)


def _idle(plan: Plan) -> Iterator[Annotation]:
    """Yield one annotation for each line that gives something of which nothing comes."""
    found: dict[Position | None, list[str]] = {}
    for target in plan.targets:
        for item in target.idle:
            who = f"{item.ref.kind} {item.ref.key} at {target.target}"
            sentence = f"{who} is {item.given}: {why_idle(item)}"
            found.setdefault(item.at, []).append(sentence)
    for at, said in found.items():
        more = (f"and {len(said) - _NAMED:,} more",) if len(said) > _NAMED else ()
        title = f"{len(said):,} idle: nothing comes of it today"
        yield Annotation("notice", title, (*said[:_NAMED], *more), at)


def _privileged(target: TargetPlan) -> frozenset[str]:
    """Return the ids of the operations that touch what is privileged."""
    people = target.access.people if target.access else ()
    return frozenset(
        effect.change
        for person in people
        for effect in person.effects
        if effect.privileged or person.sensitive
    )


def _sentences(change: Change) -> Iterator[tuple[Position, str]]:
    """Yield what *change* does beside the line that asks for it; members by their own lines."""
    held = f" (held by {', '.join(change.held_by)})" if change.held_by else ""
    members = [(member, "add", "to") for member in change.add]
    members += [(member, "remove", "from") for member in change.remove]
    for member, verb, preposition in members:
        at = member.at or change.at
        if at is not None:
            name = _name(member)
            yield at, f"{verb} {name} {preposition} {change.key} at {change.target}{held}"
    if not members and change.at is not None:
        word = ACTIONS[change.action].word
        yield change.at, f"{word} {change.kind} {change.key} at {change.target}{held}"


def _name(member: MemberChange) -> str:
    same = member.display in ("", member.name)
    return member.name if same else f"{member.name} ({member.display})"
