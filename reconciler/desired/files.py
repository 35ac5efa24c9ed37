"""Find and read the YAML files of a desired state."""

import os
from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import InputError
from reconciler.model.problem import Position, Problem
from reconciler.yamldoc import DEFAULT_LIMITS

_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file: *path* relative to the root, with forward slashes; *content* as it was stored."""

    path: str
    content: bytes


def read_tree(root: Path) -> tuple[tuple[SourceFile, ...], tuple[Problem, ...]]:
    """Return all YAML files below *root*, by path; hidden files and directories are not read.

    Raise `InputError` where there is no directory or no YAML file in it.
    """
    if not root.is_dir():
        raise InputError(
            f"There is no directory '{root}'",
            hint="Name it with --desired-state DIR, or begin one with `reconciler init`.",
        )
    files: list[SourceFile] = []
    problems: list[Problem] = []
    for path in sorted(_yaml_files(root, problems)):
        found = _read(root, path)
        if isinstance(found, SourceFile):
            files.append(found)
        else:
            problems.append(found)
    if not files and not problems:
        raise InputError(
            f"There is no YAML file (*.yaml, *.yml) in '{root}'",
            hint="Name another with --desired-state DIR, or begin one with `reconciler init`.",
        )
    return tuple(files), tuple(sorted(problems, key=lambda item: item.at.file))


def _yaml_files(root: Path, problems: list[Problem]) -> list[str]:
    def note(error: OSError) -> None:
        problems.append(_no_access(Path(error.filename).relative_to(root).as_posix(), error))

    found = []
    for folder, folders, files in os.walk(root, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        names = [name for name in files if name.endswith(_SUFFIXES) and not name.startswith(".")]
        # A linked directory is not walked; it is named, so that nothing is overlooked in silence.
        names += [name for name in folders if Path(folder, name).is_symlink()]
        found += [Path(folder, name).relative_to(root).as_posix() for name in names]
    return found


def _read(root: Path, path: str) -> SourceFile | Problem:
    """Read one file; a link that leads out of *root* could show any file of the machine."""
    where = root / path
    if not is_plain(path):
        return misnamed(path)
    try:
        if not where.resolve().is_relative_to(root.resolve()):
            return outside(path)
        if where.exists() and not where.is_file():
            return unreadable(path, "this is no file (a linked directory, a pipe)")
        with where.open("rb") as stream:
            return SourceFile(path, stream.read(DEFAULT_LIMITS.size + 1))
    except (OSError, RuntimeError) as error:
        return _no_access(path, error)


def _no_access(path: str, error: Exception) -> Problem:
    reason = getattr(error, "strerror", None) or "the links go in a circle"
    return unreadable(path, reason, hint="Check its permissions, and whether it links to nothing.")


def is_hidden(path: str) -> bool:
    """Tell whether a file, or a directory that it is in, is left aside by its name."""
    return any(part.startswith(".") and part != ".." for part in path.split("/"))


def is_read(path: str) -> bool:
    """Tell whether a file is one of a desired state by its name."""
    return path.endswith(_SUFFIXES) and not is_hidden(path)


def is_plain(path: str) -> bool:
    """Tell whether a path can be shown as it is, and leads down into the desired state alone."""
    parts = path.split("/")
    return path.isprintable() and "\\" not in path and "" not in parts and ".." not in parts


def misnamed(path: str) -> Problem:
    """Return the problem of a file whose name may mislead whoever reads it, or a tool."""
    message = "The name of this file has invisible characters, a backslash, or leads elsewhere"
    return Problem("file-name", message, Position(path, 1), hint="Rename it.")


def outside(path: str) -> Problem:
    """Return the problem of a link that leads out of the desired state."""
    message = "This link leads out of the desired state"
    return Problem("file-outside", message, Position(path, 1), hint="Copy the file in.")


def unreadable(path: str, reason: str, *, hint: str = "Remove it.") -> Problem:
    """Return the problem of what cannot be read as a file."""
    return Problem("file-unreadable", f"This is not read: {reason}", Position(path, 1), hint=hint)
