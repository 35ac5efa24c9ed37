"""Apply a plan: what may happen, asked for, done target by target, recorded in any case."""

from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from functools import partial

import click

from reconciler.cli.apply.approval import accepted_guards, cut_plan, idle_guards, pass_guards
from reconciler.cli.apply.held import acceptances, tell_how_to_accept
from reconciler.cli.apply.locks import hold_targets
from reconciler.cli.apply.permission import Permission
from reconciler.cli.apply.progress import follow
from reconciler.cli.apply.quarantines import Quarantines
from reconciler.cli.apply.recorder import Recorder
from reconciler.cli.apply.shown import show_plan
from reconciler.cli.apply.unfinished import (
    only,
    rest_of_last_run,
    settle_targets,
    words_of_rest,
)
from reconciler.cli.codes import BUG, INTERRUPTED
from reconciler.cli.connect import open_client
from reconciler.cli.console import can_ask, say
from reconciler.cli.environment import trigger
from reconciler.cli.ledger import ledger_to_write
from reconciler.cli.notices.teller import Occasion, Teller
from reconciler.cli.options.settings import Settings
from reconciler.cli.plan.access import view
from reconciler.cli.plan.forecast import forecast
from reconciler.cli.plan.plan import plan_targets, sentence
from reconciler.cli.verdicts import code_of_run
from reconciler.cli.workspace.workspace import Workspace
from reconciler.errors import InputError, LedgerError, TargetError
from reconciler.execute import Journal, execute_target, open_journal
from reconciler.ledger.ledger import Ledger
from reconciler.ledger.place import Page, Place
from reconciler.model.fingerprint import fingerprint
from reconciler.model.history import RunStart
from reconciler.model.notice import Delivery
from reconciler.model.outcome import Dropped, Outcome, Recorded, Run, Status
from reconciler.model.plan import Plan, TargetPlan
from reconciler.model.resource import Wanted
from reconciler.model.target import Target
from reconciler.render.words import count
from reconciler.scim.client import ScimClient
from reconciler.tally import Tally


@dataclass(slots=True)
class _Record:
    """What became of the plan so far. *wanted* holds all changes that a target would need."""

    start: RunStart
    requests: int
    wanted: Mapping[str, frozenset[str]]
    outcomes: list[Outcome] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    stale: tuple[Dropped, ...] = ()
    new: tuple[str, ...] = ()
    recorder: Recorder | None = None
    recorded: tuple[Recorded, ...] = ()
    notices: tuple[Delivery, ...] = ()

    def as_run(self) -> Run:
        """Return the record as a value."""
        sent = self.requests + sum(outcome.requests for outcome in self.outcomes)
        outcomes, failures = tuple(self.outcomes), tuple(self.failures)
        return Run(
            self.start.plan, outcomes, sent, self.stale, failures, self.notices, self.recorded
        )

    def missing(self, part: TargetPlan) -> int:
        """Return how many changes that the target needs nobody approved, or nobody began."""
        ended = {outcome.id for outcome in self.outcomes}
        new = {item for item in self.new if item.partition("/")[0] == part.target}
        return len((self.wanted[part.target] - ended) | new)


def apply_plan(
    workspace: Workspace,
    settings: Settings,
    permission: Permission,
    *,
    report: Callable[[Run, Plan], None],
) -> int:
    """Plan afresh, do what is allowed, and return the exit code.

    *report* is called with what became of the plan, even if the run is interrupted.
    """
    with ledger_to_write(settings) as ledger, ExitStack() as held:
        ours, locked = hold_targets(workspace, ledger, held)
        if permission.resume:
            ours, permission = _to_resume(ours, ledger, permission)
        quarantines = Quarantines(ledger, settings.clock)
        ours, refused = quarantines.admit(ours, leave=permission.leave_quarantine)
        requests = settle_targets(ours, ledger, settings)
        fresh, read = plan_targets(ours, ledger, settings, quarantines.note_unread)
        fresh = replace(fresh, failures=(*locked, *refused, *fresh.failures))
        plan, record = _allowed(fresh, requests + read, permission, ours.wanted)
        plan = view(forecast(plan, workspace, settings), workspace, settings)
        show_plan(plan, permission, settings)
        _ask(plan, permission)
        journal = open_journal(plan.targets, record.start, ledger, settings.clock)
        told = Occasion(
            journal.run,
            record.start.trigger,
            left_alone=frozenset(dict(refused)),
            is_part=bool(permission.approved or settings.users),
        )
        code = BUG
        try:
            quarantines.impose_on_unread(ours, journal.run)
            _execute(plan, workspace, settings, (journal, record, quarantines))
            code = code_of_run(record.as_run(), plan)
        except KeyboardInterrupt:
            code = INTERRUPTED
            raise
        finally:
            _finish(journal, record, code)
            accept = partial(acceptances, plan, settings, permission)
            _conclude(
                record,
                plan,
                code,
                partial(
                    Teller(ledger, settings, told).tell_of_run, plan, workspace.targets, accept
                ),
                report,
            )
    tell_how_to_accept(plan, record.as_run(), settings, permission)
    return code_of_run(record.as_run(), plan)


def _to_resume(
    workspace: Workspace, ledger: Ledger, permission: Permission
) -> tuple[Workspace, Permission]:
    """Narrow both to what the last run left open; to nothing where it left nothing."""
    found = rest_of_last_run(workspace, ledger)
    if found is None:
        say("Nothing to resume: the last run came to its end.")
        return only(workspace, ()), permission
    rest, run = found
    for line in words_of_rest(rest, run):
        say(line)
    return only(workspace, rest.targets), replace(permission, approved=rest, resumes=run.number)


def _allowed(
    fresh: Plan, requests: int, permission: Permission, wishes: Mapping[str, tuple[Wanted, ...]]
) -> tuple[Plan, _Record]:
    """Cut *fresh* down to the approved plan, if there is one, and let accepted guards pass."""
    approved = permission.approved
    mark = approved.fingerprint if approved else fingerprint(fresh)
    origin = (fresh.commit, fresh.tool, trigger(), permission.resumes)
    start = RunStart(mark, fresh.digest, *origin)
    wanted = {part.target: frozenset(item.id for item in part.changes) for part in fresh.targets}
    failures = list(fresh.failures)
    record = _Record(start, requests, wanted, failures=failures, recorder=permission.recorder)
    plan = fresh
    if approved is not None:
        cut = cut_plan(fresh, approved, only=permission.only, wanted=wishes)
        plan, record.stale = cut.plan, cut.stale
        record.new = cut.new
        if cut.new:
            changes = count(len(cut.new), "change")
            say(f"{changes} not in the approved plan will not be made: {', '.join(cut.new)}")
    guards, refused = accepted_guards(permission.accepted, mark)
    idle = idle_guards(plan, guards)
    plan, unread = pass_guards(plan, guards, approved)
    for reason in (*refused, *idle, *unread):
        say(reason)
    return plan, record


def _ask(plan: Plan, permission: Permission) -> None:
    free = sum(not change.held_by for change in plan.changes)
    if permission.yes or not free:
        return
    if not can_ask():
        raise InputError(
            "nobody is there to ask, so nothing was changed",
            hint="Pass --yes to apply without asking.",
        )
    click.confirm(f"Make {count(free, 'change')}?", abort=True, err=True)


def _execute(
    plan: Plan,
    workspace: Workspace,
    settings: Settings,
    books: tuple[Journal, _Record, Quarantines],
) -> None:
    """Do the plan target by target; one that fails does not stop the others."""
    targets = {target.key: target for target in workspace.targets}
    for part in plan.targets:
        target = targets[part.target]
        _, record, _ = books
        try:
            _execute_target(part, target, settings, books)
        except (TargetError, LedgerError) as error:
            record.failures.append((target.key, sentence(error)))


def _execute_target(
    part: TargetPlan,
    target: Target,
    settings: Settings,
    books: tuple[Journal, _Record, Quarantines],
) -> None:
    journal, record, quarantines = books
    tally = quarantines.tally(target)
    try:
        # An interrupt leaves the generator half-way: it must end its writes before the client is
        # closed under them.
        with (
            open_client(target, settings) as client,
            closing(_outcomes(part, target, (client, journal, tally))) as outcomes,
        ):
            note = partial(_note, record, settings)
            follow(outcomes, note, settings.traffic, title=target.key, total=len(part.changes))
    finally:
        if failure := quarantines.note_ceiling(target, tally, journal.run):
            record.failures.append((target.key, failure))
    if not failure:
        quarantines.note_success(part, tally)
        _note_applied(part, journal, record)


def _note(record: _Record, settings: Settings, outcome: Outcome) -> bool:
    """Note *outcome*; tell whether it is held as in the last cycle of a loop."""
    record.outcomes.append(outcome)
    is_known = settings.told.repeats(("outcome", outcome.id), (outcome.status, outcome.detail))
    return is_known and outcome.status is Status.HELD


def _note_applied(part: TargetPlan, journal: Journal, record: _Record) -> None:
    """Note a target that holds the whole desired state: nothing left out, held or failed."""
    done = {outcome.id for outcome in record.outcomes if outcome.status is Status.DONE}
    is_whole = record.wanted[part.target] <= done and not record.missing(part)
    if part.conflicts or part.only or not is_whole:
        return
    now = journal.clock()
    page = Page(journal.run, Place(part.target, part.url))
    journal.ledger.note_applied(page, record.start, now)
    if record.recorder and (failure := record.recorder.note(part.target, now)):
        record.failures.append((part.target, failure))


def _conclude(
    record: _Record,
    plan: Plan,
    code: int,
    tell: Callable[[Run], tuple[Delivery, ...]],
    report: Callable[[Run, Plan], None],
) -> None:
    """Tell whoever does not watch, unless somebody interrupted; then report in any case."""
    if record.recorder:
        missing = {part.target: record.missing(part) for part in plan.targets}
        record.recorded = record.recorder.standing(record.as_run(), plan, missing)
    try:
        if code not in (BUG, INTERRUPTED):
            record.notices = tell(record.as_run())
    finally:
        report(record.as_run(), plan)


def _finish(journal: Journal, record: _Record, code: int) -> None:
    """Note the end of the run; where that fails, the run says so and is not called good."""
    try:
        failures = tuple(record.failures)
        journal.ledger.finish_run(journal.run, journal.clock(), code=code, failures=failures)
    except LedgerError as error:
        record.failures.append(("ledger", sentence(error)))


def _outcomes(
    plan: TargetPlan, target: Target, means: tuple[ScimClient, Journal, Tally]
) -> Generator[Outcome, None, None]:
    yield from execute_target(plan, target, *means)
