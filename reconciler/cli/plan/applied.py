"""Find what each target last took: as given, else by the ledger, else by the recorded ref."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.cli.environment import for_git
from reconciler.cli.options.settings import Settings
from reconciler.desired.git.record import Record, read_record
from reconciler.desired.git.repository import Repository, open_repository
from reconciler.desired.git.revision import commit_of, read_revision
from reconciler.desired.load import load_desired
from reconciler.errors import InputError
from reconciler.gallery.load import load_gallery
from reconciler.ledger.ledger import Ledger
from reconciler.ledger.place import Place
from reconciler.model.directory import Desired
from reconciler.model.history import Applied
from reconciler.model.resource import Wanted
from reconciler.model.target import Target
from reconciler.pipeline import prepare_target
from reconciler.render.stamp import readable


def recorded_prefix(settings: Settings) -> str:
    """Return where `--record-ref` keeps its refs; an embedded server is another place."""
    return f"refs/reconciler/{'sandbox' if settings.sandbox else 'applied'}/"


_SHORT = 12
"""Hex digits of a commit for people."""


@dataclass(slots=True)
class LastApplied:
    """Looks each commit up once; what is not known is None, and no reason to stop."""

    settings: Settings
    ledger: Ledger
    desired: Desired | None = None
    """The desired state at hand, for who wants to know whether it is the one that was taken."""
    _repository: Repository | None = None
    _states: dict[str, Desired | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given = self.settings.applied
        try:
            self._repository = open_repository(self.settings.desired_state, for_git())
        except InputError:
            if given is not None:
                raise
        if given is not None and self._repository and not given.endswith("/"):
            commit_of(self._repository, given)

    def wanted(self, target: Target) -> tuple[Wanted, ...] | None:
        """Return what *target* should have held when it last took everything."""
        if (noted := self._as_at_hand(target)) is not None and self.desired is not None:
            return self._wanted(target, self.desired, noted.moment)
        if self._repository is None:
            return None
        record, digest = self._record(target, self._repository)
        desired = self._state(record.commit, self._repository) if record else None
        if record is None or desired is None or digest not in (None, desired.digest):
            return None
        return self._wanted(target, desired, record.moment)

    def told(self, target: Target) -> str:
        """Return for people what *target* last took, where that is known."""
        if (noted := self._as_at_hand(target)) is not None:
            return f"this desired state, taken {readable(noted.moment)}"
        record = self._record(target, self._repository)[0] if self._repository else None
        if record is None:
            return "what was last applied"
        is_given = self.settings.applied is not None and not self.settings.applied.endswith("/")
        since = "as --applied says" if is_given else f"taken {readable(record.moment)}"
        return f"commit {record.commit[:_SHORT]}, {since}"

    def _as_at_hand(self, target: Target) -> Applied | None:
        """Return the note that *target* took just what `desired` says: that needs no git."""
        if self.settings.applied is not None or self.desired is None:
            return None
        noted = self.ledger.applied(Place(target.key, target.url))
        return noted if noted is not None and noted.digest == self.desired.digest else None

    def _wanted(
        self, target: Target, desired: Desired, moment: datetime
    ) -> tuple[Wanted, ...] | None:
        then = desired.targets.get(target.key)
        if then is None:
            return ()
        if then.url != target.url and not self.settings.sandbox:
            return None  # Another URL is another app: nobody knows what that one took.
        now = self.settings.moment or self.settings.now
        return prepare_target(desired, then, moment, now)[0]

    def _record(self, target: Target, repository: Repository) -> tuple[Record | None, str | None]:
        """Return the commit and its moment, and the digest that it must have, if any is known."""
        given = self.settings.applied
        if given is not None:
            ref = f"{given}{target.key}" if given.endswith("/") else given
            return read_record(repository, ref), None
        noted = self.ledger.applied(Place(target.key, target.url))
        if noted is not None and noted.commit is not None:
            with suppress(InputError):  # The ledger may know commits that this clone does not.
                commit = commit_of(repository, noted.commit)
                return Record(commit, noted.moment, commit), noted.digest
        return read_record(repository, f"{recorded_prefix(self.settings)}{target.key}"), None

    def _state(self, commit: str, repository: Repository) -> Desired | None:
        """Return the desired state at *commit*, None where it is not to be had."""
        if commit not in self._states:
            self._states[commit] = None
            with suppress(InputError):
                files, unread = read_revision(repository, commit)
                desired, problems = load_desired(files, load_gallery())
                errors = [item for item in (*unread, *problems) if item.severity == "error"]
                self._states[commit] = None if errors else desired
        return self._states[commit]
