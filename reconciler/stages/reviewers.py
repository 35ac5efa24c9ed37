"""Reviewers: who answers for what a plan touches."""

from collections.abc import Iterable

from reconciler.model.access import Reviewer, TargetAccess


def suggest_reviewers(views: Iterable[TargetAccess]) -> tuple[Reviewer, ...]:
    """Return every owner of a group or a person that gains or loses something, by name."""
    groups: dict[str, set[str]] = {}
    people: dict[str, set[str]] = {}
    for view in views:
        for group in view.groups:
            if group.owner:
                groups.setdefault(group.owner, set()).add(group.key)
        for person in view.people:
            if person.owner:
                people.setdefault(person.owner, set()).add(person.name)
    return tuple(
        Reviewer(owner, tuple(sorted(groups.get(owner, ()))), tuple(sorted(people.get(owner, ()))))
        for owner in sorted({*groups, *people})
    )
