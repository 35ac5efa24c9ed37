"""The git ref that says what a target last took: read, and moved by compare and swap.

It points at a tag, which holds the moment: windows are to be judged as they were then.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from reconciler.desired.git.repository import Repository
from reconciler.desired.git.revision import commit_of
from reconciler.errors import InputError

_MOMENT = re.compile(rb"^(?:tagger|committer) .* (\d{1,12}) [+-]\d{4}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Record:
    """A commit, since when it holds, and the id of the object that the ref points at."""

    commit: str
    moment: datetime
    id: str


def read_record(repository: Repository, ref: str) -> Record | None:
    """Return what *ref*, the name of any commit, says; None where there is nothing of the name."""
    found = repository.ask("rev-parse", "--verify", "--quiet", "--end-of-options", ref)
    if found.code:
        return None
    name = found.out.decode("ascii").strip()
    commit = commit_of(repository, name)
    return Record(commit, _moment_of(repository, name, commit), name)


def check_name(repository: Repository, ref: str) -> None:
    """Raise `InputError` where *ref* is no full name of a ref."""
    if not ref.startswith("refs/") or repository.ask("check-ref-format", ref).code:
        hint = "Write a prefix such as refs/reconciler/applied/; the target's name is added."
        raise InputError(f"'{ref}' is no name for a git ref", hint=hint)


def move_record(
    repository: Repository, ref: str, was: Record | None, *, commit: str, at: datetime
) -> str | None:
    """Let *ref* say that *commit* was taken *at*; return why it could not, None where it did.

    It is moved only from where it *was*: another run that moved it meanwhile knows better.
    """
    stamp = int(at.astimezone(UTC).timestamp())
    tag = (
        f"object {commit}\ntype commit\ntag applied\n"
        f"tagger reconciler <reconciler@localhost> {stamp} +0000\n\n"
        "A target holds all that this desired state says.\n"
    )
    made = repository.ask("mktag", given=tag.encode())
    if made.code:
        return made.error or "git cannot write the record"
    old = was.id if was else "0" * len(commit)
    moved = repository.ask("update-ref", "--", ref, made.out.decode("ascii").strip(), old)
    return (moved.error or "git refused to move it") if moved.code else None


def _moment_of(repository: Repository, name: str, commit: str) -> datetime:
    for sort, found in (("tag", name), ("commit", commit)):
        answer = repository.ask("cat-file", sort, found)
        match = _MOMENT.search(answer.out.partition(b"\n\n")[0]) if not answer.code else None
        if match:
            return datetime.fromtimestamp(int(match[1]), UTC)
    return datetime.fromtimestamp(0, UTC)
