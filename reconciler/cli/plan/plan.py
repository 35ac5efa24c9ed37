"""Plan every target: read what is live, and compare."""

from collections.abc import Callable
from dataclasses import replace

from reconciler import __version__
from reconciler.cli.connect import open_reader
from reconciler.cli.console import say
from reconciler.cli.options.names import unknown_key
from reconciler.cli.options.settings import Settings
from reconciler.cli.plan.applied import LastApplied
from reconciler.cli.workspace.workspace import Workspace
from reconciler.collector import without_collector
from reconciler.errors import ReconcilerError, TargetError
from reconciler.ledger.ledger import Ledger
from reconciler.ledger.place import Place
from reconciler.model.formerly import Formerly
from reconciler.model.intent import Intent
from reconciler.model.plan import Plan, TargetPlan
from reconciler.model.recall import NOTHING, Recall
from reconciler.model.resource import Memory, Snapshot, Wanted
from reconciler.model.target import Target
from reconciler.model.values import Kind
from reconciler.pipeline import expectations, leave_ignored, look_ups, plan_target, plan_unread
from reconciler.render.safe import escape
from reconciler.scim.reading.again import look_again
from reconciler.scim.reading.snapshot import read_snapshot
from reconciler.stages.focus import focus_plan


def ignore(_: Target, __: TargetError) -> None:
    """Make nothing more of a target that cannot be read."""


@without_collector()
def plan_targets(
    workspace: Workspace,
    ledger: Ledger,
    settings: Settings,
    unread: Callable[[Target, TargetError], None] = ignore,
) -> tuple[Plan, int]:
    """Return the plan of all chosen targets, and how many requests it took.

    A target that cannot be read does not stop the others; *unread* is told of it. With `--user`
    the plan is made as a whole, guards and all, and then cut down.
    """
    _require_known(workspace, ledger, settings)
    last = LastApplied(settings, ledger)
    planned: list[TargetPlan] = []
    failures: list[tuple[str, str]] = []
    requests = 0
    for target in workspace.targets:
        if not target.provisioning:
            say(f"{target.key}: provisioning is off; it is left alone.")
            continue
        try:
            found, sent = _plan_target(target, workspace, last)
        except TargetError as error:
            failures.append((target.key, sentence(error)))
            unread(target, error)
            continue
        planned.append(found)
        requests += sent
    plan = Plan(
        created=settings.clock(),
        tool=__version__,
        digest=workspace.desired.digest,
        commit=workspace.commit,
        targets=tuple(planned),
        failures=tuple(failures),
        problem_count=len(workspace.problems),
        moment=settings.now,
        base=workspace.before.revision if workspace.before else None,
        planned=workspace.planned,
        settings=workspace.settings,
    )
    return plan, requests


def sentence(error: ReconcilerError) -> str:
    """Return what went wrong and what to do about it."""
    return f"{error.message}. {error.hint}" if error.hint else error.message


def _plan_target(target: Target, workspace: Workspace, last: LastApplied) -> tuple[TargetPlan, int]:
    settings, ledger = last.settings, last.ledger
    base = workspace.before.of(target.key) if workspace.before else None
    formerly, findings = Formerly(base), workspace.findings
    intent = Intent(target, workspace.wanted[target.key], formerly, findings)
    why = "it is not asked for (--offline)" if settings.offline else None
    if why := workspace.strangers.get(target.key, why):
        plan = plan_unread(intent, settings.clock(), why)
        plan = leave_ignored(plan, workspace.desired, settings.now.date())
        return _focused(plan, settings), 0
    memory = ledger.memory(target.key, target.url, settings.clock())
    snapshot = read_live(target, intent.wanted, memory, settings)
    intent = replace(intent, formerly=replace(formerly, applied=last.wanted(target)))
    plan = plan_target(intent, snapshot, memory)
    plan = leave_ignored(plan, workspace.desired, settings.now.date())
    plan = replace(plan, quarantine=ledger.quarantine(Place(target.key, target.url)))
    return _focused(plan, settings), snapshot.requests


def _focused(plan: TargetPlan, settings: Settings) -> TargetPlan:
    users = frozenset(settings.users)
    return focus_plan(plan, users) if users else plan


def read_live(
    target: Target,
    wanted: tuple[Wanted, ...],
    memory: Memory,
    settings: Settings,
    recall: Recall = NOTHING,
) -> Snapshot:
    """Return all that is live at *target*; raise `TargetError` where it cannot be read.

    Who is in *recall* is asked for where the lists may leave somebody out.
    """
    with open_reader(target, settings) as reader:
        snapshot = read_snapshot(
            reader,
            now=settings.clock(),
            look_ups=(*look_ups(wanted), *recall.look_ups),
            expected=expectations(wanted, memory),
            read_groups=target.groups.provision != "none",
        )
        snapshot = look_again(reader, snapshot, recall.ids)
    settings.log.write(
        escape(
            f"{target.key}: read in {snapshot.requests} requests; {'; '.join(snapshot.evidence)}"
        ),
        level="debug",
        event="read",
        target=target.key,
        requests=snapshot.requests,
        evidence=snapshot.evidence,
    )
    return snapshot


def _require_known(workspace: Workspace, ledger: Ledger, settings: Settings) -> None:
    """Raise `InputError` for a user whom neither the YAML nor the ledger knows."""
    strange = [key for key in settings.users if key not in workspace.desired.users]
    if not strange:
        return
    links = (link for at in workspace.targets for link in ledger.memory(at.key, at.url).links)
    recorded = {link.key for link in links if link.kind is Kind.USER}
    for key in strange:
        if key not in recorded:
            raise unknown_key(key, [*workspace.desired.users, *recorded])
