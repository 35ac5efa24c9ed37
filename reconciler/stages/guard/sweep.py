"""The guard against a sweep: one edit of a mapping that changes nearly everybody."""

from collections import defaultdict
from collections.abc import Iterator

from reconciler.model.evidence import Evidence
from reconciler.model.guard import Guard
from reconciler.model.path import AttributePath
from reconciler.model.plan import Action, Change, Violation
from reconciler.model.problem import Position
from reconciler.model.values import Kind
from reconciler.stages.guard.taking import in_words, ours_of


def guard_mass_change(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Hold the updates of an attribute that changes for more of ours than the limit allows."""
    limit = evidence.target.limits.mass_change
    for kind in Kind:
        ours = len(ours_of(evidence, kind, ()))
        allowed = limit.allows(ours)
        for path, found in _by_path(changes, kind).items():
            if len(found) > allowed:
                noun = "accounts" if kind is Kind.USER else "groups"
                yield Violation(
                    Guard.MASS_CHANGE,
                    f"{path} would change in {len(found)} of our {ours} live {noun}; "
                    f"{in_words(limit, allowed)}",
                    evidence.setting("limits.mass_change"),
                    (("changes", len(found)), ("ours", ours), ("limit", allowed)),
                    frozenset(item.id for item in found),
                    at=_line(path, kind, evidence),
                )


def _by_path(changes: tuple[Change, ...], kind: Kind) -> dict[AttributePath, list[Change]]:
    """Return the updates of live objects by the attributes that they change, by path."""
    found: dict[AttributePath, list[Change]] = defaultdict(list)
    for change in changes:
        if change.kind is kind and change.action is Action.UPDATE and change.live is not None:
            for item in change.attributes:
                found[item.path].append(change)
    return dict(sorted(found.items(), key=lambda item: str(item[0])))


def _line(path: AttributePath, kind: Kind, evidence: Evidence) -> Position | None:
    """Return the line of the mapping, None for what the tool itself maintains."""
    mapping = evidence.target.rules(kind).mapping
    return next((item.at for item in mapping if item.definition.path == path), None)
