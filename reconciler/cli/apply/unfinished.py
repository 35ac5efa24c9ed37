"""What an earlier run left open: settled before anything else is done, and finished on request."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from reconciler.cli.connect import open_reader
from reconciler.cli.console import say
from reconciler.cli.options.settings import Settings
from reconciler.cli.plan.plan import sentence
from reconciler.cli.workspace.workspace import Workspace
from reconciler.errors import TargetError
from reconciler.ledger.ledger import Ledger
from reconciler.ledger.place import Place
from reconciler.model.approved import Approved, ApprovedOperation, ApprovedTarget
from reconciler.model.fingerprint import MASKED, wish_as_json
from reconciler.model.history import PastOperation, PastRun, Question
from reconciler.model.plan import Action
from reconciler.model.target import Target
from reconciler.model.values import Ref
from reconciler.render.run import render_outcome
from reconciler.render.words import count
from reconciler.settle import open_operations, settle_operations

_NAMED: Final = 10
"""So many operations are named that cannot be resumed."""


def settle_targets(workspace: Workspace, ledger: Ledger, settings: Settings) -> int:
    """Read back what was sent and has no recorded answer; return how many requests that took."""
    requests = 0
    for target in workspace.targets:
        found = open_operations(ledger, target)
        if not (found and target.provisioning):
            continue
        say(f"{target.key}: {count(len(found), 'write')} of an earlier run without an answer:")
        try:
            with open_reader(target, settings) as reader:
                for outcome in settle_operations(found, target, reader, ledger):
                    say(f"  {render_outcome(outcome)}")
                requests += reader.requests
        except TargetError as error:
            say(f"{target.key}: still open: {sentence(error)}")
    return requests


def rest_of_last_run(workspace: Workspace, ledger: Ledger) -> tuple[Approved, PastRun] | None:
    """Return what the last run at these targets left without an end, as a plan that was approved.

    Of several interrupted runs the newest counts; a target where a later run had something to do
    is that run's business.
    """
    rests = [
        (target, ledger.rest_of_last_run(Place(target.key, target.url)))
        for target in workspace.targets
    ]
    newest = max((item.run for _, rest in rests for item in rest), default=None)
    if newest is None:
        return None
    (run,) = ledger.runs(Question(run=newest))
    targets = {
        target.key: _approved(target, rest)
        for target, rest in rests
        if rest and rest[0].run == newest
    }
    return Approved(run.start.plan, run.started, run.start.digest, targets), run


def words_of_rest(rest: Approved, run: PastRun) -> Iterator[str]:
    """Yield what *run* left, and what of it cannot be resumed."""
    operations = [item for target in rest.targets.values() for item in target.operations.values()]
    number, names = count(len(operations), "operation"), ", ".join(sorted(rest.targets))
    yield f"Run {run.number} left {number} without an end ({names})."
    sealed = [item.id for item in operations if item.is_sensitive]
    if sealed:
        shown = ", ".join(sealed[:_NAMED])
        more = f" and {len(sealed) - _NAMED:,} more" if len(sealed) > _NAMED else ""
        yield (
            f"{count(len(sealed), 'operation')} of these cannot be resumed, as sensitive values "
            f"are not in the ledger: {shown}{more}. `reconciler apply` plans afresh and does them."
        )


def only(workspace: Workspace, names: Iterable[str]) -> Workspace:
    """Return *workspace* with these targets alone."""
    return replace(workspace, targets=tuple(t for t in workspace.targets if t.key in names))


def _approved(target: Target, rest: Iterable[PastOperation]) -> ApprovedTarget:
    operations: dict[str, ApprovedOperation] = {}
    for item in rest:
        known = operations.get(item.operation)
        operations[item.operation] = _operation(item, known)
    return ApprovedTarget(target.key, target.url, target.profile.key, operations, is_rest=True)


def _operation(item: PastOperation, other: ApprovedOperation | None) -> ApprovedOperation:
    """Return *item* as it was approved, joined with its *other* part: free and held members."""
    held = item.held_by
    members = frozenset((*item.add, *item.remove)) if held else frozenset[str]()
    return ApprovedOperation(
        id=item.operation,
        target=item.target,
        ref=Ref(item.kind, item.key),
        action=item.action or Action.UPDATE,
        live_id=item.live_id,
        attributes={
            str(change.path): (MASKED, MASKED)
            if change.sensitive
            else (wish_as_json(change.before), wish_as_json(change.after))
            for change in item.attributes
        },
        add=frozenset(item.add) | (other.add if other else frozenset()),
        remove=frozenset(item.remove) | (other.remove if other else frozenset()),
        held_by=tuple(sorted({*held, *(other.held_by if other else ())})),
        held_members=members | (other.held_members if other else frozenset()),
    )
