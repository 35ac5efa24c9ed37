"""Ask git: objects and refs, never a checkout; no hook, no program of a configuration, no network.

A pull request decides what stands in the tree, and git must not run or fetch anything for it. The
configuration of the user and of the machine is read for `safe.directory` alone; what could start a
program in it is overruled.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reconciler.errors import InputError

_TAMED: Final = (
    "--no-pager",
    "--no-optional-locks",
    "--no-replace-objects",
    "--literal-pathspecs",
    "-c",
    f"core.hooksPath={os.devnull}",
    "-c",
    f"core.attributesFile={os.devnull}",
    "-c",
    "core.fsmonitor=false",
    "-c",
    # A pull request may bring a bare repository along, with a configuration of its own.
    "safe.bareRepository=explicit",
    "-c",
    "protocol.allow=never",
)
_OWN_ENVIRONMENT: Final = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}
_SECONDS: Final = 300
"""Longer than any answer takes; git waits for nobody then."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How git ended, and what it wrote."""

    code: int
    out: bytes
    error: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository by its git directory; *prefix* is where the desired state stands in its trees.

    *environment* is all that git is given of the environment.
    """

    folder: str
    prefix: str
    environment: Mapping[str, str]

    def ask(self, *arguments: str, given: bytes = b"") -> Answer:
        """Run one git command on the objects; the working tree is out of its reach."""
        place = ("--git-dir", self.folder, "--bare")
        return _run([*place, *arguments], Path(self.folder), self.environment, given)


def open_repository(root: Path, environment: Mapping[str, str]) -> Repository:
    """Return the repository that the directory *root* stands in; raise `InputError` for none."""
    place = root.resolve()
    found = _run(["rev-parse", "--show-toplevel", "--absolute-git-dir"], place, environment)
    top, *folder = os.fsdecode(found.out).splitlines() or [""]
    if found.code or len(folder) != 1:
        reason = found.error.partition("\n")[0].removeprefix("fatal: ")
        raise InputError(
            f"'{root}' cannot be looked up in git: {reason or 'its path has a line break'}",
            hint="Call this inside a clone of the repository.",
        )
    _refuse_links(root, Path(top))
    prefix = place.relative_to(top).as_posix()
    return Repository(folder[0], "" if prefix == "." else prefix, environment)


def _refuse_links(root: Path, tree: Path) -> None:
    """Refuse a desired state that is reached through a link in the tree: a change could turn it."""
    path = root.absolute()  # And not resolved, which would follow the link.
    for part in (path, *path.parents):
        if part.is_symlink() and part.parent.resolve().is_relative_to(tree):
            raise InputError(
                f"'{part}' is a link, and what it leads to may be another directory in git",
                hint="Name the directory itself with --desired-state DIR.",
            )


def _run(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], given: bytes = b""
) -> Answer:
    program = shutil.which("git", path=environment.get("PATH", ""))
    if program is None:
        raise InputError("git is not installed here, or not on the PATH", hint="Install git.")
    if not folder.is_dir():
        raise InputError(
            f"There is no directory '{folder.name}'",
            hint="Name it with --desired-state DIR, or begin one with `reconciler init`.",
        )
    try:
        found = subprocess.run(  # noqa: S603 -- the program is git, and no shell is between
            [program, *_TAMED, *arguments],
            cwd=folder,
            env={**environment, **_OWN_ENVIRONMENT},
            input=given,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise InputError(f"git cannot be asked: {error}") from error
    return Answer(found.returncode, found.stdout, found.stderr.decode("utf-8", "replace").strip())
