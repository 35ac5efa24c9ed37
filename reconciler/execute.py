"""Execute: a plan meets a client; what comes back are outcomes, written ahead to the ledger.

Apply does exactly the plan: nothing here decides what should happen, only in which state each
change ended. One failing object does not stop the others; what depends on it is skipped. Too many
of them end it for the target.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from reconciler.errors import LedgerError, OutOfTimeError, ScimError, TargetError, TransportError
from reconciler.ledger.ahead import Ahead
from reconciler.ledger.ledger import Ledger
from reconciler.ledger.links import NOTHING, Learned
from reconciler.ledger.place import Page, Place
from reconciler.model.history import RunStart
from reconciler.model.outcome import Outcome, Status
from reconciler.model.plan import Action, Change, TargetPlan
from reconciler.model.resource import Link, Live, Memory, Rewrite
from reconciler.model.rewriting import recomputed, rewritten
from reconciler.model.target import Target
from reconciler.model.values import Kind, Ref
from reconciler.scim.client import ScimClient
from reconciler.scim.writing.writer import Written, write_change
from reconciler.tally import Tally

_AHEAD: Final = 16
"""Changes that are noted as sent at a time: what a killed run has to have read back at the most."""


@dataclass(frozen=True, slots=True)
class Journal:
    """One run's page in the ledger: every write is noted before it is sent and after."""

    ledger: Ledger
    run: int
    clock: Callable[[], datetime]


def open_journal(
    plans: Sequence[TargetPlan], start: RunStart, ledger: Ledger, clock: Callable[[], datetime]
) -> Journal:
    """Begin a run, and note all that it is about to do before anything is sent."""
    changes = {Place(plan.target, plan.url): plan.changes for plan in plans}
    return Journal(ledger, ledger.start_run(start, clock(), changes), clock)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the ledger knew when the plan was begun: links, and rewrites by object."""

    links: frozenset[Link]
    rewrites: Mapping[tuple[Kind, str], tuple[Rewrite, ...]]

    @classmethod
    def of(cls, memory: Memory) -> "_Known":
        found: dict[tuple[Kind, str], tuple[Rewrite, ...]] = {}
        for item in memory.rewrites:
            found[item.kind, item.live_id] = (*found.get((item.kind, item.live_id), ()), item)
        return cls(frozenset(memory.links), found)


@dataclass(slots=True)
class _Progress:
    """What is known while a plan is carried out.

    *unwritable* is set once the ledger could not be written: from then on nothing is sent.
    """

    target: Target
    client: ScimClient
    journal: Journal
    ids: dict[Ref, str]
    tally: Tally
    known: _Known
    ahead: Ahead = field(init=False)
    failed: dict[Ref, str] = field(default_factory=dict)
    unwritable: LedgerError | None = None

    @property
    def page(self) -> Page:
        """Where the run writes about this target."""
        return Page(self.journal.run, Place(self.target.key, self.target.url))

    def begin(self, wave: Sequence[Change], threads: int) -> None:
        """Prepare for the changes of *wave*, in so many threads."""
        self.client.expect(len(wave), threads)
        going = [change.id for change in wave if not change.held_by]
        most = 1 if self.tally.is_probe else max(_AHEAD, threads)
        self.ahead = Ahead(self.journal.ledger, self.page, going, most=most)

    def note_end(
        self, outcome: Outcome, learned: Learned = NOTHING, *, sent: datetime | None = None
    ) -> Outcome:
        """Write down how a change ended, and return what people are told of it."""
        journal = self.journal
        try:
            journal.ledger.after_write(self.page, outcome, journal.clock(), learned, sent=sent)
        except LedgerError as error:
            self.unwritable = error
            return replace(outcome, detail=f"{outcome.detail} (not recorded)".lstrip())
        return outcome


def execute_target(
    plan: TargetPlan,
    target: Target,
    client: ScimClient,
    journal: Journal,
    tally: Tally | None = None,
) -> Iterator[Outcome]:
    """Carry out what nothing holds back; yield how each change ended, in the plan's order.

    Once *tally* has a reason nothing more is sent; by default it goes by the target's ceiling.
    Leaving the iterator early (an interrupt) waits for the writes under way and starts no other.
    Raise `LedgerError` where the ledger cannot be written: at once if it is so from the start,
    else at the end, when each change has its outcome; nothing is sent after the first failure.
    """
    tally = tally or Tally(target.ceiling, abreast=target.service.changes_abreast)
    place = Place(target.key, target.url)
    memory = journal.ledger.memory(place.target, place.url)
    progress = _Progress(target, client, journal, dict(plan.ids), tally, _Known.of(memory))
    client.findings.taken = plan.taken
    journal.ledger.note_links(place, plan.unrecorded)
    threads = target.service.changes_abreast
    with ThreadPoolExecutor(max_workers=threads) as pool:
        try:
            for wave in plan.waves:
                progress.begin(wave, threads)
                yield from pool.map(lambda change: _take_part(change, progress), wave)
        except BaseException:
            client.expect(0, 0)  # Changes that never begin must not be waited for.
            pool.shutdown(wait=True, cancel_futures=True)
            with suppress(LedgerError):
                progress.ahead.take_back()
            raise
    if progress.unwritable is not None:
        raise progress.unwritable
    _settle(plan, progress)


def _take_part(change: Change, progress: _Progress) -> Outcome:
    with progress.client.taking_part(alone=progress.tally.is_probe):
        return _carry_out(change, progress)


def _carry_out(change: Change, progress: _Progress) -> Outcome:
    if progress.unwritable is not None:
        return Outcome(change.id, Status.SKIPPED, "not sent: the ledger cannot be written")
    if change.held_by:
        held = Outcome(change.id, Status.HELD, f"held by {', '.join(change.held_by)}")
        return progress.note_end(held)
    reason = _obstacle(change, progress)
    if reason is not None:
        return progress.note_end(Outcome(change.id, Status.SKIPPED, reason))
    with progress.tally.turn():
        if progress.tally.reason is not None:
            return _left_out(change, progress, f"not sent: {progress.tally.reason}")
        if progress.client.transport.is_late:
            return _left_out(change, progress, "out of time")
        return _write(change, progress)


def _obstacle(change: Change, progress: _Progress) -> str | None:
    """Say what this change depends on and did not happen, or None where it can go."""
    needed = (Ref(change.kind, change.key), *change.references())
    failed = next((ref for ref in needed if ref in progress.failed), None)
    if failed is not None:
        return f"{failed} failed: {progress.failed[failed]}"
    missing = change.missing(progress.ids)
    return f"{missing} has no account here" if missing is not None else None


def _write(change: Change, progress: _Progress) -> Outcome:
    clock = progress.journal.clock
    try:
        progress.ahead.begin(change.id, clock())
    except LedgerError as error:
        progress.unwritable = error
        return Outcome(change.id, Status.SKIPPED, "not sent: the ledger cannot be written")
    sent = clock()
    try:
        with progress.client.transport.awaiting():
            written = write_change(progress.client, change, progress.ids)
    except TargetError as error:
        if isinstance(error, OutOfTimeError) and not error.requests:
            return _left_out(change, progress, "out of time")
        if change.action is not Action.ADD_MEMBERS:  # Whoever must leave waits for no newcomer.
            progress.failed[Ref(change.kind, change.key)] = _without_secrets(error.message, change)
        said = _without_secrets(_sentence(error), change)
        progress.tally.failed(change, error, _without_secrets(error.message, change))
        return progress.note_end(
            Outcome(change.id, Status.FAILED, said, error.requests, _code(error)), sent=sent
        )
    progress.tally.accepted(change)
    outcome = Outcome(change.id, Status.DONE, written.note or "", written.requests)
    return progress.note_end(outcome, _learned(change, written, progress), sent=sent)


def _left_out(change: Change, progress: _Progress, why: str) -> Outcome:
    """Skip a change of which nothing was sent, and with it what depends on it."""
    progress.failed[Ref(change.kind, change.key)] = why
    return progress.note_end(Outcome(change.id, Status.SKIPPED, why))


def _sentence(error: TargetError) -> str:
    return f"{error.message} {error.hint}" if error.hint else error.message


def _without_secrets(text: str, change: Change) -> str:
    """Return *text* without sensitive values: servers like to repeat what they refuse."""
    for item in change.attributes:
        for secret in (item.before, item.after) if item.sensitive else ():
            text = text.replace(str(secret), "(sensitive)") if secret else text
    return text


def _code(error: TargetError) -> str:
    match error:
        case ScimError():
            return " ".join(filter(None, (str(error.status), error.scim_type)))
        case TransportError():
            return "no-answer" if error.sent else "not-sent"
        case _:
            return "failed"


def _learned(change: Change, written: Written, progress: _Progress) -> Learned:
    """Return whose the object is now and what the server made of the values."""
    ref = Ref(change.kind, change.key)
    if change.action is Action.DELETE:
        return Learned(gone=ref)
    progress.ids[ref] = written.live_id
    if written.resource is None or change.action in (Action.ADD_MEMBERS, Action.REMOVE_MEMBERS):
        return NOTHING
    live = Live(change.kind, written.live_id, written.resource)
    adopted_group = change.action is Action.ADOPT and change.kind is Kind.GROUP
    link = Link(
        change.kind, change.key, live.id, live.external_id, live.display, settled=not adopted_group
    )
    known = progress.known.rewrites.get((live.kind, live.id), ())
    rewrites = rewritten(change, live, progress.target, progress.ids)
    moved = recomputed(change, live, progress.target, known)
    news = None if link in progress.known.links else link
    return Learned(news, rewrites=(*rewrites, *moved))


def _settle(plan: TargetPlan, progress: _Progress) -> None:
    """Mark adopted groups whose membership is exact now: from here on they are simply ours.

    Exact is a group that nobody had to leave, or that all have left who had to. What an approved
    plan does not cover is not in *plan*, and so leaves its group as it was. A plan for a few users
    makes no group exact.
    """
    if plan.only:
        return
    ledger, place = progress.journal.ledger, progress.page.place
    exact = plan.exact_groups | _emptied(plan.changes, progress.failed)
    links = ledger.memory(place.target, place.url).links
    open_groups = (link for link in links if link.kind is Kind.GROUP and not link.settled)
    ledger.note_links(
        place, [replace(link, settled=True) for link in open_groups if link.key in exact]
    )


def _emptied(changes: Sequence[Change], failed: Mapping[Ref, str]) -> frozenset[str]:
    """Return the groups where everybody who had to leave has left."""
    leaving = [change for change in changes if change.action is Action.REMOVE_MEMBERS]
    staying = {
        change.key for change in leaving if change.held_by or Ref(change.kind, change.key) in failed
    }
    return frozenset(change.key for change in leaving) - staying
