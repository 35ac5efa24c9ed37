"""Read a desired state at a git ref, from the objects: nothing is checked out, nothing is run."""

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.desired.files import (
    SourceFile,
    is_hidden,
    is_plain,
    is_read,
    misnamed,
    outside,
    unreadable,
)
from reconciler.desired.git.repository import Repository
from reconciler.errors import InputError
from reconciler.model.problem import Problem
from reconciler.yamldoc import DEFAULT_LIMITS, oversized

FETCH: Final = (
    "Fetch it: git fetch --unshallow, or git fetch origin and the name of the branch; "
    "in GitHub Actions, actions/checkout with fetch-depth: 0."
)

_LINK, _SUBMODULE = "120000", "160000"
_LONGEST_CHAIN: Final = 40
"""So many links may lead to each other, as in Linux (`man 7 symlink`)."""


@dataclass(frozen=True, slots=True)
class _Entry:
    mode: str
    id: str
    size: int


def commit_of(repository: Repository, ref: str) -> str:
    """Return the commit that *ref* names; raise `InputError` where there is none."""
    if not ref or ref.startswith("-") or not ref.isprintable():
        raise InputError(f"'{ref}' is no name of a commit", hint="Name a branch, tag or commit.")
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    found = repository.ask(*arguments)
    commit = found.out.decode("ascii", "replace").strip()
    if found.code or not re.fullmatch("[0-9a-f]{40,64}", commit):
        shallow = " (it is shallow)" if is_shallow(repository) else ""
        raise InputError(f"there is no commit '{ref}' in this clone{shallow}", hint=FETCH)
    return commit


def branch_of(repository: Repository, ref: str) -> str:
    """Return the branch that *ref* stands for where it is HEAD, nothing for any other name."""
    if ref != "HEAD":
        return ""
    found = repository.ask("symbolic-ref", "--quiet", "--short", "HEAD")
    return "" if found.code else found.out.decode("utf-8", "replace").strip()


def is_shallow(repository: Repository) -> bool:
    """Tell whether the clone lacks a part of its history."""
    return repository.ask("rev-parse", "--is-shallow-repository").out.strip() == b"true"


def read_revision(
    repository: Repository, tree: str
) -> tuple[tuple[SourceFile, ...], tuple[Problem, ...]]:
    """Return all YAML files of the desired state in *tree*, a commit or a tree, by path.

    What is no file there is a problem, as it is in a directory. Where the directory is not there
    at all, the desired state is empty.
    """
    entries = dict(_entries(repository, tree))
    ids: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted(entries):
        if is_read(path) or (entries[path].mode in (_LINK, _SUBMODULE) and not is_hidden(path)):
            found = _look_at(path, entries, _Links(repository, entries))
            if isinstance(found, Problem):
                problems.append(found)
            elif found is not None:
                ids[path] = found
    contents = _contents(repository, ids.values())
    return tuple(SourceFile(path, contents[ids[path]]) for path in ids), tuple(problems)


def _entries(repository: Repository, tree: str) -> Iterator[tuple[str, _Entry]]:
    root = tree
    if repository.prefix:
        found = _listed(repository, "ls-tree", "-z", tree, "--", repository.prefix)
        match = re.match(rb"040000 tree ([0-9a-f]+)\t", found)
        if match is None:
            return
        root = match[1].decode()
    for line in _listed(repository, "ls-tree", "-r", "-l", "-z", root).split(b"\0"):
        if line:
            head, _, path = line.partition(b"\t")
            mode, _, name, size = head.decode("ascii").split()
            yield os.fsdecode(path), _Entry(mode, name, int(size) if size.isdigit() else 0)


def _listed(repository: Repository, *arguments: str) -> bytes:
    found = repository.ask(*arguments)
    if found.code:
        raise _missing(found.error)
    return found.out


def _missing(error: str) -> InputError:
    reason = error.partition("\n")[0].removeprefix("fatal: ") or "an object is missing"
    return InputError(f"this clone does not hold all of the desired state: {reason}", hint=FETCH)


@dataclass(frozen=True, slots=True)
class _Links:
    """Follows links within one tree, as a file system would."""

    repository: Repository
    entries: Mapping[str, _Entry]

    def follow(self, path: str) -> str | None:
        """Return where the link *path* leads, None where that is out of the desired state."""
        for _ in range(_LONGEST_CHAIN):
            entry = self.entries.get(path)
            if entry is None or entry.mode != _LINK:
                return path
            target = _contents(self.repository, [entry.id])[entry.id]
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), os.fsdecode(target)))
            if path.startswith(("/", "../")) or path in ("..", "."):
                return None
        return path


def _look_at(path: str, entries: Mapping[str, _Entry], links: _Links) -> str | Problem | None:
    """Return the id of a file's content, None for what is not read, or what is wrong with it."""
    entry = entries[path]
    if not is_plain(path):
        return misnamed(path)
    if entry.mode == _SUBMODULE:
        return unreadable(path, "it is a submodule")
    if entry.mode == _LINK:
        end = links.follow(path)
        if end is None:
            return outside(path) if is_read(path) else None
        is_folder = any(name.startswith(f"{end}/") for name in entries)
        if is_folder:
            return unreadable(path, "it is a linked directory")
        if not is_read(path):
            return None
        if end not in entries or entries[end].mode == _LINK:
            return unreadable(path, "it leads to nothing, or in a circle")
        entry = entries[end]
    is_large = entry.size > DEFAULT_LIMITS.size
    return oversized(path, DEFAULT_LIMITS) if is_large else entry.id


def _contents(repository: Repository, ids: Iterable[str]) -> dict[str, bytes]:
    """Return what the blobs hold, all of them from one process."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    found = repository.ask("cat-file", "--batch", given="\n".join([*wanted, ""]).encode())
    contents: dict[str, bytes] = {}
    start = 0
    for name in wanted:
        end = found.out.find(b"\n", start)
        head = found.out[start:end].split(b" ")
        if end < 0 or head[:2] != [name.encode(), b"blob"]:
            raise _missing(found.error)
        start = end + 1 + int(head[2])
        contents[name] = found.out[end + 1 : start]
        start += 1
    return contents
