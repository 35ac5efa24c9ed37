"""Guards of single losses: who must not go, and what cannot be undone."""

from collections.abc import Iterator

from reconciler.model.evidence import Evidence
from reconciler.model.plan import Action, Change, Guard, Violation
from reconciler.model.service import Quirk
from reconciler.model.values import Kind
from reconciler.stages.guard.taking import REMOVALS


def guard_protected(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Hold what makes less of whom the target protects."""
    names = {name.casefold() for name in evidence.target.limits.protect}
    for change in changes:
        if change.action in REMOVALS or change.action is Action.REMOVE_MEMBERS:
            hit = sorted(_names(change) & names)
            if hit:
                yield Violation(
                    Guard.PROTECTED,
                    f"{', '.join(hit)} is protected and would be changed to less",
                    evidence.setting("limits.protect"),
                    (("protected", len(hit)),),
                    frozenset([change.id]),
                )


def _names(change: Change) -> set[str]:
    """Return every name under which whoever loses something may be protected."""
    names = {change.key, change.display}
    for member in change.remove:
        names.update((member.name, member.display))
    if change.live is not None and change.live.external_id is not None:
        names.add(change.live.external_id)
    return {name.casefold() for name in names}


def guard_self(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Hold the end of the account behind the token."""
    for change in changes:
        mine = evidence.snapshot.self_id is not None and change.live_id == evidence.snapshot.self_id
        if mine and change.kind is Kind.USER and change.action in REMOVALS:
            yield Violation(
                Guard.SELF,
                f"{change.display} is the account behind the token; without it nothing works here",
                evidence.setting("auth"),
                (),
                frozenset([change.id]),
            )


def guard_irreversible(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Hold what nobody could bring back."""
    profile, quirks = evidence.target.profile, evidence.target.service.quirks
    final = {Action.DELETE} if profile.delete_is_irreversible else set()
    cannot = f"{profile.title} cannot undo a delete"
    if Quirk.DEACTIVATION_DELETES in quirks:
        final.add(Action.DISABLE)
        cannot = f"{profile.title} deletes whoever is disabled and cannot undo it"
    held = frozenset(item.id for item in changes if item.action in final)
    yield Violation(
        Guard.IRREVERSIBLE,
        f"{cannot}, and {len(held)} would be deleted",
        evidence.setting("removed"),
        (("deletes", len(held)),),
        held,
    )
