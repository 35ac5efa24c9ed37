"""Leave targets in quarantine alone, try those that are due, and note how that went."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from reconciler.cli.console import say
from reconciler.cli.plan.plan import sentence
from reconciler.cli.workspace.workspace import Workspace
from reconciler.errors import OutOfTimeError, TargetError
from reconciler.ledger.ledger import Ledger
from reconciler.ledger.place import Page, Place
from reconciler.model.history import Failures
from reconciler.model.inspection import Finding, Verdict
from reconciler.model.plan import TargetPlan
from reconciler.model.quarantine import Quarantine, Reason, impose
from reconciler.model.target import Target
from reconciler.render.quarantine import state_of, way_out
from reconciler.render.safe import escape
from reconciler.tally import Tally


@dataclass(frozen=True, slots=True)
class Quarantines:
    """The quarantines of one apply's targets: *probed* are in one, and are tried all the same."""

    ledger: Ledger
    clock: Callable[[], datetime]
    probed: dict[str, Quarantine] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)

    def admit(self, workspace: Workspace, *, leave: bool) -> tuple[Workspace, Failures]:
        """Return *workspace* without the targets whose time has not come, and why those are out.

        With *leave* a person says that the time has come.
        """
        admitted, refused = [], []
        for target in workspace.targets:
            found = self.ledger.quarantine(_place(target))
            if found is None or not target.provisioning:
                admitted.append(target)
                continue
            now = self.clock()
            if leave or found.is_due(now):
                say(
                    escape(
                        f"{target.key}: {state_of(found, now)}; it is tried, a few writes first."
                    )
                )
                self.probed[target.key] = found
                admitted.append(target)
            else:
                refused.append((target.key, _refusal(found, now, target)))
        return replace(workspace, targets=tuple(admitted)), tuple(refused)

    def note_unread(self, target: Target, error: TargetError) -> None:
        """Remember a target that could not be read, for `impose_on_unread`."""
        if not isinstance(error, OutOfTimeError):  # Of that the target is not to blame.
            self.unread[target.key] = sentence(error)

    def impose_on_unread(self, workspace: Workspace, run: int) -> None:
        """Put every target into quarantine that could not be read."""
        for target in workspace.targets:
            if error := self.unread.get(target.key):
                found = self._impose(target, run, Reason.EXCEPTION, error)
                now = found.current_began
                say(
                    escape(
                        f"{target.key}: {state_of(found, now)}. {way_out(found, now, target.key)}"
                    )
                )

    def tally(self, target: Target) -> Tally:
        """Return what counts the writes of a run at *target*."""
        abreast = target.service.changes_abreast
        return Tally(target.ceiling, abreast=abreast, is_probe=target.key in self.probed)

    def note_ceiling(self, target: Target, tally: Tally, run: int) -> str | None:
        """Put *target* into quarantine where too much failed; return what is to be said of it."""
        if tally.reason is None:
            return None
        found = self._impose(target, run, tally.reason, tally.error)
        return _refusal(found, found.current_began, target)

    def note_success(self, part: TargetPlan, tally: Tally) -> None:
        """End the quarantine of a target whose run has ended below the ceiling.

        Not where nothing was tried of what there is to do, and not for a few users alone.
        """
        is_free = any(not change.held_by for change in part.changes)
        if part.target not in self.probed or part.only or (is_free and not tally.is_begun):
            return
        self.ledger.end_quarantine(Place(part.target, part.url), self.clock())
        say(escape(f"{part.target}: its quarantine is over."))

    def _impose(self, target: Target, run: int, reason: Reason, error: str) -> Quarantine:
        earlier = self.probed.get(target.key)
        found = impose(earlier, reason, error, self.clock())
        self.ledger.note_quarantine(Page(run, _place(target)), found)
        return found


def quarantine_findings(ledger: Ledger, target: Target, now: datetime) -> Iterator[Finding]:
    """Yield what `check` says of a target in quarantine: nothing where it is not."""
    found = ledger.quarantine(_place(target))
    if found is not None:
        said = f"{state_of(found, now)}: {found.error}"
        yield Finding(Verdict.NOTE, "quarantine", said, hint=way_out(found, now, target.key))


def _refusal(found: Quarantine, now: datetime, target: Target) -> str:
    return f"{state_of(found, now)}: {found.error}. {way_out(found, now, target.key)}"


def _place(target: Target) -> Place:
    return Place(target.key, target.url)
