"""Read what merging a change into its base would give; the repository stays as it is."""

import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from reconciler.desired.files import SourceFile
from reconciler.desired.git.repository import Answer, Repository
from reconciler.desired.git.revision import FETCH, is_shallow, read_revision
from reconciler.errors import InputError
from reconciler.model.problem import Problem

_CONFLICTS = 1


def is_merged(repository: Repository, base: str, head: str) -> bool:
    """Tell whether *head* holds all of *base*, so that merging it changes nothing."""
    found = repository.ask("merge-base", "--is-ancestor", base, head)
    if found.code > 1:
        raise _failed(found, repository)
    return found.code == 0


def read_merged(
    repository: Repository, base: str, head: str
) -> tuple[tuple[SourceFile, ...], tuple[Problem, ...]]:
    """Return all YAML files of the desired state once *head* is merged into *base*.

    Raise `InputError` where the two conflict. What the merge makes is written beside the
    repository, and is gone afterwards.
    """
    with TemporaryDirectory(prefix="reconciler-") as folder:
        objects = os.fsdecode(repository.ask("rev-parse", "--git-path", "objects").out.rstrip())
        environment = {
            **repository.environment,
            "GIT_OBJECT_DIRECTORY": folder,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(Path(repository.folder) / objects),
        }
        aside = replace(repository, environment=environment)
        return read_revision(aside, _merge(aside, base, head))


def _merge(repository: Repository, base: str, head: str) -> str:
    options = ("--write-tree", "-z", "--name-only", "--no-messages")
    found = repository.ask("merge-tree", *options, base, head)
    tree, *names = (os.fsdecode(part) for part in found.out.split(b"\0"))
    if found.code == 0:
        return tree
    if found.code != _CONFLICTS or not tree:
        raise _failed(found, repository)
    files = ", ".join(name for name in names if name)
    raise InputError(
        f"this cannot be merged into the base: both change {files}",
        hint="Merge the base into this branch, and settle the conflicts there.",
    )


def _failed(found: Answer, repository: Repository) -> InputError:
    if is_shallow(repository):
        message = "this clone is shallow, so it is not known what the base and this have in common"
        return InputError(message, hint=FETCH)
    reason = found.error.partition("\n")[0].removeprefix("fatal: ") or "git gave no reason"
    return InputError(
        f"git cannot merge this into the base: {reason}",
        hint="git 2.38 or a newer one is needed, and a history that both share.",
    )
