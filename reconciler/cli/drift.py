"""Find the drift of every target, with what the ledger saw before."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, TypeVar

from reconciler import __version__
from reconciler.cli.console import say
from reconciler.cli.ledger import ledger_to_write
from reconciler.cli.options.settings import Settings
from reconciler.cli.plan.applied import LastApplied
from reconciler.cli.plan.plan import read_live, sentence
from reconciler.cli.workspace.sources import applied_commit
from reconciler.cli.workspace.workspace import Workspace
from reconciler.collector import without_collector
from reconciler.errors import LedgerError, TargetError
from reconciler.ledger.ledger import Ledger, open_ledger
from reconciler.ledger.place import Place
from reconciler.model.drift import SeenItem
from reconciler.model.drift_report import Drift, DriftPoint, TargetDrift
from reconciler.model.formerly import Formerly
from reconciler.model.ignore import Ignore
from reconciler.model.intent import Intent
from reconciler.model.resource import Memory
from reconciler.model.target import Target
from reconciler.pipeline import drift_target
from reconciler.render.safe import escape
from reconciler.stages.ending import SOON
from reconciler.stages.ignore import ignore_changes
from reconciler.stages.lapse import find_lapses
from reconciler.stages.overlook import overlook_drift
from reconciler.stages.recall import recall_seen
from reconciler.stages.remember import remember_drift
from reconciler.stages.spare import spare_pending

_POINTS = 180
"""How many earlier runs are shown of each target."""

_USUAL: Final = Settings()
_NOTHING_SEEN: tuple[SeenItem, ...] = ()
_NO_HISTORY: tuple[DriftPoint, ...] = ()

_Found = TypeVar("_Found")


@without_collector()
def find_drifts(workspace: Workspace, settings: Settings) -> Drift:
    """Return the drift of all chosen targets; one that cannot be read does not stop the others.

    Nothing is written to a target. What was seen is noted in the ledger; where that fails, the
    report says so and comes all the same.
    """
    targets: list[TargetDrift] = []
    failures: list[tuple[str, str]] = []
    used: set[str] = set()
    created = settings.clock()
    with _opened(settings) as book:
        last = LastApplied(settings, book.ledger, workspace.desired)
        for target in workspace.targets:
            if not target.provisioning:
                say(escape(f"{target.key}: provisioning is off; nothing is read."))
                continue
            try:
                found, covering = _drift(target, workspace, book, last)
            except TargetError as error:
                failures.append((target.key, sentence(error)))
                continue
            targets.append(found)
            used |= covering
    desired, day = workspace.desired, settings.now.date()
    read = {target.target for target in targets}
    expired, unused = _ignores(workspace, targets, used, settings)
    return Drift(
        created=created,
        tool=__version__,
        digest=workspace.desired.digest,
        commit=applied_commit(settings),
        options=tuple(_options(settings)),
        targets=tuple(targets),
        failures=tuple(failures),
        notes=tuple(book.notes),
        expired=expired,
        lapsing=find_lapses(desired, day, days=SOON, targets=read),
        unused=unused,
    )


def _options(settings: Settings) -> Iterator[str]:
    """Yield the options with which another command means the same files and servers."""
    if settings.sandbox:
        yield "--sandbox"
    if settings.desired_state != _USUAL.desired_state:
        yield from ("--desired-state", str(settings.desired_state))
    if settings.state_dir != _USUAL.state_dir:
        yield from ("--state-dir", str(settings.state_dir))


def _drift(
    target: Target, workspace: Workspace, book: "_Book", last: LastApplied
) -> tuple[TargetDrift, frozenset[str]]:
    """Return the drift of *target*, and the keys of the ignores that cover some of it."""
    wanted, place = workspace.wanted[target.key], Place(target.key, target.url)
    memory = book.read(lambda ledger: ledger.memory(*_names(place)), Memory())
    known = book.read(lambda ledger: ledger.sightings(place), _NOTHING_SEEN)
    snapshot = read_live(target, wanted, memory, last.settings, recall_seen(known, wanted))
    formerly = Formerly(None, book.read(lambda _: last.wanted(target), None))
    ignores = workspace.desired.ignores_of(target.key, last.settings.now.date())
    drift, plan = drift_target(Intent(target, wanted, formerly), snapshot, memory)
    drift = spare_pending(drift, plan, partial(ignore_changes, ignores=ignores))
    if formerly.applied is not None:
        drift = replace(drift, applied=last.told(target))
    drift = replace(drift, quarantine=book.read(lambda ledger: ledger.quarantine(place), None))
    found, used = overlook_drift(drift, ignores)
    history = book.read(lambda ledger: ledger.drift_history(place, _POINTS), _NO_HISTORY)
    remembered, seen = remember_drift(found, known, history, snapshot.taken)
    if book.is_lost:
        return found, used
    book.note(place, seen, remembered.history[-1])
    return remembered, used


def _ignores(
    workspace: Workspace, targets: Iterable[TargetDrift], used: set[str], settings: Settings
) -> tuple[tuple[Ignore, ...], tuple[Ignore, ...]]:
    """Return the ignores that have ended, and those that cover nothing, of what was read."""
    day, read = settings.now.date(), {target.target for target in targets}
    ours = [item for item in workspace.desired.ignores if item.target in read]
    ended = tuple(item for item in ours if item.has_ended(day))
    return ended, tuple(item for item in ours if item not in ended and item.key not in used)


def _names(place: Place) -> tuple[str, str]:
    return place.target, place.url


@dataclass(slots=True)
class _Book:
    """The ledger, as far as it can be used; *notes* say where it could not."""

    ledger: Ledger
    is_lost: bool = False
    notes: dict[str, None] = field(default_factory=dict)

    def read(self, ask: Callable[[Ledger], _Found], default: _Found) -> _Found:
        """Return what the ledger says, or *default* where it cannot be used."""
        if self.is_lost:
            return default
        try:
            return ask(self.ledger)
        except LedgerError as error:
            self.lose(error)
            return default

    def note(self, place: Place, seen: Sequence[SeenItem], point: DriftPoint) -> None:
        """Note what was seen; where that fails, say so, and go on with what was read."""
        try:
            self.ledger.note_drift(place, seen, point)
        except LedgerError as error:
            self.notes[f"What was seen at {place.target} is not noted: {sentence(error)}"] = None

    def lose(self, error: LedgerError) -> None:
        """Go on without the ledger, and say so."""
        self.is_lost = True
        self.notes[f"Nothing was noted, and ages are not known: {sentence(error)}"] = None


@contextmanager
def _opened(settings: Settings) -> Iterator[_Book]:
    """Open the ledger, made where it is not there; an empty one stands for one that fails."""
    try:
        ledger, failure = ledger_to_write(settings), None
    except LedgerError as error:
        ledger, failure = settings.budgets.use(open_ledger("sqlite://"), is_kept=False), error
    with ledger:
        book = _Book(ledger)
        if failure is not None:
            book.lose(failure)
        yield book
