"""What a command works on: the desired state, compiled, and what each target should hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from reconciler.cli.console import look, say
from reconciler.cli.github import Job
from reconciler.cli.options.settings import Settings
from reconciler.cli.sandboxes import sandboxed
from reconciler.cli.workspace.before import Before, prepare_targets, read_before
from reconciler.cli.workspace.sources import read_sources
from reconciler.collector import without_collector
from reconciler.desired.entries import ReadFile, read_files
from reconciler.desired.files import SourceFile, read_tree
from reconciler.desired.load import load_desired
from reconciler.errors import InputError
from reconciler.gallery.load import load_gallery
from reconciler.model.directory import Desired
from reconciler.model.policy import Finding
from reconciler.model.problem import Problem
from reconciler.model.resource import Wanted
from reconciler.model.revision import Planned
from reconciler.model.target import Target
from reconciler.model.trust import SettingChange, Trusted
from reconciler.pipeline import police, trust
from reconciler.render.problems import render_problems
from reconciler.render.words import count


@dataclass(frozen=True, slots=True)
class Workspace:
    """The desired state, what was found wrong with it, and each target's wanted objects."""

    desired: Desired
    problems: tuple[Problem, ...]
    targets: tuple[Target, ...]
    wanted: Mapping[str, tuple[Wanted, ...]]
    commit: str | None = None
    planned: Planned = "files"
    before: Before | None = None
    settings: tuple[SettingChange, ...] = ()
    strangers: Mapping[str, str] = field(default_factory=dict)
    """Targets that must not be contacted, each with the reason."""
    findings: tuple[Finding, ...] = ()
    """What breaks a policy; nothing where there are errors."""

    @property
    def has_errors(self) -> bool:
        """Tell whether a problem keeps everything from going on."""
        return has_error(self.problems)


@without_collector()
def read_workspace(settings: Settings) -> Workspace:
    """Read the YAML and compile it for every chosen target; no network, no token.

    Where it is compared with a base, that decides what a change may not decide for itself.
    """
    sources = read_sources(settings)
    read = read_files(sources.files)
    desired, found = _compiled(sources.files, sources.problems, read)
    # What is read is the largest of all: nothing of it stays but what the base has too.
    read = {file: read[file] for file in sources.before[0] if file in read}
    before = read_before(sources, settings, read)
    del read
    trusted = Trusted(desired)
    if before is not None and before.desired is not None and not has_error(found):
        trusted = trust(desired, before.desired)
    is_clear = not has_error(found) and (before is None or before.desired is not None)
    targets = _chosen(trusted.desired, settings) if is_clear else ()
    prepared = prepare_targets(trusted.desired, targets, settings)
    base = before.desired if before else None
    unmapped = [problem for _, problems in prepared.values() for problem in problems]
    return Workspace(
        desired=trusted.desired,
        problems=_distinct((*found, *unmapped)),
        targets=targets,
        wanted={key: wanted for key, (wanted, _) in prepared.items()},
        commit=sources.commit,
        planned=sources.planned,
        before=before,
        settings=trusted.settings,
        strangers=trusted.strangers,
        findings=police(trusted.desired, settings.now, base) if is_clear else (),
    )


def require_workspace(settings: Settings, job: Job | None = None) -> Workspace:
    """Read the workspace; raise `InputError`, all problems shown, where one is an error.

    They are told to *job* too, where there is one.
    """
    workspace = read_workspace(settings)
    if job is not None:
        job.tell_problems(workspace.problems, is_end=workspace.has_errors)
    _refuse_errors(workspace.problems)
    return workspace


def require_desired(settings: Settings) -> tuple[Desired, tuple[Target, ...]]:
    """Read the YAML and the chosen targets, nobody mapped yet; raise `InputError` for errors."""
    files, unread = read_tree(settings.desired_state)
    desired, problems = _compiled(files, unread)
    _refuse_errors(problems)
    return desired, _chosen(desired, settings)


def has_error(problems: tuple[Problem, ...]) -> bool:
    """Tell whether one of *problems* is more than a warning."""
    return any(problem.severity == "error" for problem in problems)


def _refuse_errors(problems: tuple[Problem, ...]) -> None:
    if problems:
        say(render_problems(problems, **look()).rstrip("\n"))
    if has_error(problems):
        errors = sum(problem.severity == "error" for problem in problems)
        raise InputError(
            f"the desired state has {count(errors, 'error')}; nothing was contacted",
            hint="Correct them, and check with `reconciler validate`.",
        )


def _compiled(
    files: tuple[SourceFile, ...],
    unread: tuple[Problem, ...],
    known: Mapping[SourceFile, ReadFile] = MappingProxyType({}),
) -> tuple[Desired, tuple[Problem, ...]]:
    desired, unclear = load_desired(files, load_gallery(), known)
    return desired, (*unread, *unclear)


def _chosen(desired: Desired, settings: Settings) -> tuple[Target, ...]:
    names = settings.targets
    unknown = [name for name in names if name not in desired.targets]
    if unknown:
        known = ", ".join(sorted(desired.targets)) or "none"
        raise InputError(f"there is no target '{unknown[0]}'", hint=f"The targets are: {known}.")
    chosen = [
        desired.targets[key]
        for key in sorted(desired.targets)
        if (not names or key in names) and settings.shard.holds(key)
    ]
    return tuple(map(sandboxed, chosen) if settings.sandbox else chosen)


def _distinct(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Two targets with one mapping find the same mistake; it is shown once."""
    return tuple(dict.fromkeys(problems))
