"""Hold the targets of an apply, so that two never work on one."""

from contextlib import ExitStack
from dataclasses import replace

from reconciler.cli.environment import now, process, trigger
from reconciler.cli.plan.plan import sentence
from reconciler.cli.workspace.workspace import Workspace
from reconciler.errors import LockedError
from reconciler.ledger.ledger import Ledger
from reconciler.ledger.place import Place
from reconciler.model.history import Failures


def hold_targets(
    workspace: Workspace, ledger: Ledger, held: ExitStack
) -> tuple[Workspace, Failures]:
    """Return *workspace* with the targets that are ours until *held* closes, and the others.

    They are held before they are read: what another apply is about to change is not planned.
    """
    ours, refused = [], []
    for target in workspace.targets:
        place, holder = Place(target.key, target.url), f"{trigger()}, {process()}"
        try:
            held.enter_context(ledger.holding(place, holder, now()))
        except LockedError as error:
            refused.append((target.key, sentence(error)))
        else:
            ours.append(target)
    return replace(workspace, targets=tuple(ours)), tuple(refused)
