"""Which files are planned: those of the directory, of the commit, or of its merge into the base."""

from dataclasses import dataclass

from reconciler.cli.environment import base_branch, commit, for_git
from reconciler.cli.options.settings import Settings
from reconciler.desired.files import SourceFile, read_tree
from reconciler.desired.git.merge import is_merged, read_merged
from reconciler.desired.git.repository import Repository, open_repository
from reconciler.desired.git.revision import branch_of, commit_of, read_revision
from reconciler.errors import InputError
from reconciler.model.problem import Problem
from reconciler.model.revision import Planned, Revision


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of a desired state, what could not be read, and what they are.

    *base* is what they are compared with, and *before* its files.
    """

    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]
    commit: str | None = None
    planned: Planned = "files"
    base: Revision | None = None
    before: tuple[tuple[SourceFile, ...], tuple[Problem, ...]] = ((), ())


def read_sources(settings: Settings) -> Sources:
    """Return the files to plan; with `--base` also those of the base, and what a merge gives.

    With `--head` nothing is read of the directory: all comes from the objects of git.
    """
    if settings.base is None:
        _refuse_alone(settings)
        return Sources(*read_tree(settings.desired_state))
    repository = open_repository(settings.desired_state, for_git())
    ref = settings.base
    branch = branch_of(repository, ref) or base_branch(ref)
    base = Revision(ref, commit_of(repository, ref), branch=branch)
    head = commit_of(repository, settings.head or "HEAD")
    if settings.head is None:
        files, problems = read_tree(settings.desired_state)
    else:
        files, problems = read_revision(repository, head)
    planned: Planned = "files"
    if settings.head is not None or _is_committed((files, problems), repository, head):
        planned = "commit"
        if not is_merged(repository, base.commit, head):
            planned = "merge"
            files, problems = read_merged(repository, base.commit, head)
    before = read_revision(repository, base.commit)
    return Sources(files, problems, head, planned, base, before)


def applied_commit(settings: Settings, repository: Repository | None = None) -> str | None:
    """Return the commit that the files are those of; without git what the CI service says."""
    try:
        repository = repository or open_repository(settings.desired_state, for_git())
        head = commit_of(repository, "HEAD")
        found = read_tree(settings.desired_state)
        return head if _is_committed(found, repository, head) else None
    except InputError:
        return commit()


def _refuse_alone(settings: Settings) -> None:
    """Refuse what says nothing where there is no base."""
    for option, is_given in (
        ("--head", settings.head is not None),
        ("--offline", settings.offline),
    ):
        if is_given:
            raise InputError(
                f"{option} needs a base to compare with, and none is given",
                hint="Add --base REF, such as --base origin/main.",
            )


def _is_committed(
    found: tuple[tuple[SourceFile, ...], tuple[Problem, ...]], repository: Repository, head: str
) -> bool:
    """Tell whether the directory holds what the commit *head* does, ends of lines aside."""
    files, problems = read_revision(repository, head)
    places = ({problem.at.file for problem in problems}, {problem.at.file for problem in found[1]})
    return _texts(files) == _texts(found[0]) and places[0] == places[1]


def _texts(files: tuple[SourceFile, ...]) -> dict[str, bytes]:
    return {file.path: file.content.replace(b"\r\n", b"\n") for file in files}
