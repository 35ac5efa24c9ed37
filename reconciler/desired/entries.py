"""Read all files and merge their sections: every entry once, with the place where it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from reconciler.desired.documents.file import SECTIONS
from reconciler.desired.files import SourceFile
from reconciler.desired.shape import describe, unknown_key
from reconciler.model.problem import Position, Problem
from reconciler.yamldoc import Document, read_yaml

_VALIDATE = {name: TypeAdapter(form).validator.validate_python for name, form in SECTIONS.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a section. *parsed* is None where its shape is wrong, which is a problem."""

    key: str
    section: str
    document: Document
    parsed: Any
    at: Position
    problems: tuple[Problem, ...] = ()
    """What is wrong with it by itself."""

    def position(self, *steps: str | int) -> Position:
        """Return where something within the entry stands."""
        return self.document.position((self.section, self.key, *steps))

    def positions(self, *steps: str | int) -> list[Position]:
        """Return where each item of a list within the entry stands."""
        return self.document.positions((self.section, self.key, *steps))

    @property
    def written(self) -> Any:
        """The plain data of the entry."""
        return self.document.data[self.section][self.key]

    def lines(self) -> dict[str, int]:
        """Return the line of every key of the entry."""
        return self.document.lines(self.written) if self.written else {}

    def lines_below(self) -> dict[str, int]:
        """Return the line of every key at any depth, by its path: `limits.removals.percent`."""
        lines: dict[str, int] = {}
        waiting: list[tuple[str, Any]] = [("", self.written)]
        while waiting:
            path, node = waiting.pop()
            if isinstance(node, dict) and node:
                for key, line in self.document.lines(node).items():
                    lines[f"{path}{key}"] = line
                    waiting.append((f"{path}{key}.", node[key]))
        return lines


Entries = Mapping[str, Mapping[str, Entry]]
"""By section, then by key."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What one file says by itself; *problems* are those of the file, not of its entries."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_files(
    files: Iterable[SourceFile], known: Mapping[SourceFile, ReadFile] = MappingProxyType({})
) -> dict[SourceFile, ReadFile]:
    """Read *files* in the order of their paths; those that are *known* are not read again.

    A base has nearly all files of its head, byte by byte, and what is read is never changed.
    """
    ordered = sorted(files, key=lambda file: file.path)
    return {file: known[file] if file in known else _read_file(file) for file in ordered}


def merge_entries(found: Iterable[ReadFile]) -> tuple[Entries, list[Problem]]:
    """Merge what files say; of an entry that is given twice the first one counts."""
    entries: dict[str, dict[str, Entry]] = {name: {} for name in SECTIONS}
    problems: list[Problem] = []
    for file in found:
        problems += file.problems
        for entry in file.entries:
            first = entries[entry.section].setdefault(entry.key, entry)
            if first is entry:
                problems += entry.problems
            else:
                problems.append(_twice(entry.section, entry.key, first.at, entry.at))
    return entries, problems


def _read_file(file: SourceFile) -> ReadFile:
    document, found = read_yaml(file.content, file=file.path)
    if document is None or document.data is None:
        return ReadFile(problems=found)
    if not isinstance(document.data, dict):
        message = "A file must be a mapping of sections"
        hint = f"The sections are {', '.join(SECTIONS)}."
        shape = Problem("wrong-value", message, Position(document.file, 1), hint=hint)
        return ReadFile(problems=(*found, shape))
    problems, entries = list(found), list[Entry]()
    for name, section in document.data.items():
        at = document.position((name,))
        if name not in SECTIONS:
            problems.append(unknown_key(name, SECTIONS, at, "section"))
        elif isinstance(section, dict):
            entries += (_entry(document, name, key, data) for key, data in section.items())
        elif section is not None:
            message = f"'{name}' must be a mapping of keys"
            problems.append(Problem("wrong-value", message, at))
    return ReadFile(tuple(entries), tuple(problems))


def _entry(document: Document, name: str, key: str, data: Any) -> Entry:
    at = document.position((name, key))
    problems = [] if _is_key(key) else [_bad_key(key, at)]
    try:
        parsed = _VALIDATE[name]({} if data is None and name in _MAY_BE_EMPTY else data)
    except ValidationError as error:
        parsed = None
        problems += describe(error, (name, key), SECTIONS[name], document)
    return Entry(key, name, document, parsed, at, tuple(problems))


_MAY_BE_EMPTY = ("users", "groups", "attributes")
_LONGEST_KEY = 200


def _is_key(key: str) -> bool:
    """Allow no spaces, slashes or invisible characters: keys stand in ids and file names."""
    return key.isprintable() and " " not in key and "/" not in key and len(key) <= _LONGEST_KEY


def _bad_key(key: str, at: Position) -> Problem:
    return Problem(
        "wrong-key",
        f"'{key[:60]}' cannot be a key",
        at,
        hint="Use up to 200 visible characters, without spaces and slashes.",
    )


def _twice(section: str, key: str, first: Position, second: Position) -> Problem:
    return Problem(
        "duplicate-key",
        f"'{key}' is given twice in {section}: at {first} and at {second}",
        second,
        hint="Keep one of them.",
    )
