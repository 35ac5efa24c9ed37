"""Put an import beside the desired state that is there: nothing is overwritten, all is checked."""

import json
from collections.abc import Mapping
from pathlib import Path

from reconciler.desired.catalogue import (
    GROUP_ATTRIBUTES,
    GROUP_DERIVED,
    USER_ATTRIBUTES,
    USER_DERIVED,
)
from reconciler.desired.entries import merge_entries, read_files
from reconciler.desired.files import SourceFile, read_tree
from reconciler.desired.load import load_desired
from reconciler.desired.schema import desired_schema
from reconciler.entra.known import Known
from reconciler.errors import InputError
from reconciler.gallery.load import load_gallery
from reconciler.model.imported import Imported, Remark, Verdict
from reconciler.model.problem import Problem
from reconciler.model.values import Kind

_SCHEMA = Path(".schemas") / "desired-state.schema.json"


def known_here(folder: Path) -> Known:
    """Return what the desired state in *folder*, if there is one, knows already."""
    entries, _ = merge_entries(read_files(_existing(folder)).values())
    return Known(
        readable={
            Kind.USER: USER_DERIVED.union(USER_ATTRIBUTES),
            Kind.GROUP: GROUP_DERIVED.union(GROUP_ATTRIBUTES),
        },
        profiles=load_gallery(),
        declared=frozenset(entries["attributes"]),
    )


def remarks_of_validate(found: Imported, folder: Path) -> tuple[Remark, ...]:
    """Return as remarks what `validate` will say of the new files.

    Raise `InputError` where an entry of the same name is there already.
    """
    new = [SourceFile(path, text.encode()) for path, text in found.files.items()]
    there = _existing(folder)
    _, before = load_desired(there, load_gallery())
    _, problems = load_desired([*there, *new], load_gallery())
    double = [item for item in problems if item.rule == "duplicate-key" and item not in before]
    if double:
        raise InputError(f"{double[0].message} in '{folder}'", hint=_ANOTHER)
    return tuple(
        Remark(Verdict.DECIDE, f"{folder.as_posix()}/{item.at}", _said(item), item.hint)
        for item in problems
        if item.severity == "error" and item.at.file in found.files
    )


def write_new(files: Mapping[str, str], folder: Path) -> None:
    """Write *files* into *folder*; raise `InputError`, nothing written, where one exists."""
    there = [path for path in files if (folder / path).exists()]
    if there:
        raise InputError(f"'{folder / there[0]}' is there already", hint=_ANOTHER)
    schema = folder / _SCHEMA
    texts = {folder / path: text for path, text in files.items()}
    if not schema.exists():
        texts[schema] = json.dumps(desired_schema(), indent=2) + "\n"
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
    except OSError as error:
        raise InputError(
            f"cannot write '{error.filename}': {error.strerror}",
            hint="Name a directory that you may write to, with --output-dir DIR.",
        ) from error


_ANOTHER = (
    "Choose another name with --target NAME or another place with --output-dir DIR, "
    "or move what is there away."
)


def _existing(folder: Path) -> tuple[SourceFile, ...]:
    has_files = folder.is_dir() and any(
        path.suffix in (".yaml", ".yml") for path in folder.rglob("*")
    )
    return read_tree(folder)[0] if has_files else ()


def _said(problem: Problem) -> str:
    return f"`reconciler validate` says {problem.rule}: {problem.message}"
