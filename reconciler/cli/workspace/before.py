"""The desired state at the base, compiled for every target that it has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from reconciler.cli.options.settings import Settings
from reconciler.cli.workspace.sources import Sources
from reconciler.desired.entries import ReadFile
from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.gallery.load import load_gallery
from reconciler.model.directory import Desired
from reconciler.model.problem import Problem
from reconciler.model.resource import Wanted
from reconciler.model.revision import Revision
from reconciler.model.target import Target
from reconciler.pipeline import prepare_target


@dataclass(frozen=True, slots=True)
class Before:
    """The desired state at the base; *desired* is None where it has errors."""

    revision: Revision
    desired: Desired | None
    wanted: Mapping[str, tuple[Wanted, ...]]

    def of(self, target: str) -> tuple[Wanted, ...]:
        """Return what *target* should hold by the base; nothing where that has no such target."""
        return self.wanted.get(target, ())


def read_before(
    sources: Sources, settings: Settings, known: Mapping[SourceFile, ReadFile]
) -> Before | None:
    """Compile the base, if there is one; a mistake in it is no reason to stop.

    The files that are *known* of the head are not read again.
    """
    if sources.base is None:
        return None
    files, unread = sources.before
    desired, unclear = load_desired(files, load_gallery(), known)
    errors = sum(problem.severity == "error" for problem in (*unread, *unclear))
    if errors:
        return Before(replace(sources.base, errors=errors), None, {})
    prepared = prepare_targets(desired, desired.targets.values(), settings)
    return Before(sources.base, desired, {key: wanted for key, (wanted, _) in prepared.items()})


def prepare_targets(
    desired: Desired, targets: Iterable[Target], settings: Settings
) -> dict[str, tuple[tuple[Wanted, ...], tuple[Problem, ...]]]:
    """Return what each target should hold, and the problems that only show then."""
    now, moment = settings.now, settings.moment
    return {target.key: prepare_target(desired, target, now, moment) for target in targets}
