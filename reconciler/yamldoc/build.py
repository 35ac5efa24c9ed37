"""Build plain data from a parser's events, strictly: YAML 1.2 core schema and no surprises."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from sys import intern
from typing import Any, ClassVar, NoReturn

from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from reconciler.model.problem import Position, Problem
from reconciler.yamldoc.document import Limits
from reconciler.yamldoc.scalars import SURROGATE, SUSPECT, is_ambiguous, plain_scalar


class UnreadableError(Exception):
    """The file cannot be read any further, for the reason that *problem* gives."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(slots=True, eq=False)
class _Frame:
    """A container being filled. *key* is the pending key; *skip* drops a repeated key's value."""

    node: Any
    marks: Any
    anchor: str | None
    before: int
    key: str | None = None
    skip: bool = False


class Builder:
    """Turns events into data; keeps state between them, which is why it is a class."""

    def __init__(self, file: str, limits: Limits) -> None:
        self.root: Any = None
        self.marks: dict[int, Any] = {}
        self.problems: list[Problem] = []
        self._file, self._limits, self._most_values = file, limits, limits.values
        self._stack: list[_Frame] = []
        self._top: _Frame | None = None
        self._anchors: dict[str, tuple[Any, int] | None] = {}
        self._count = self._repeated = self._documents = self._noted = 0

    def take(self, events: Iterable[Event]) -> None:
        """Take *events*; raise `UnreadableError` where the file cannot be read any further."""
        action_of = self._ACTIONS.get
        for event in events:
            action = action_of(type(event))
            if action is not None:
                action(self, event)

    def _scalar(self, event: Any) -> None:
        if event.ctag is not None:
            self._refuse_tag(event)
        top, text = self._top, event.value
        if top is not None and top.key is None and type(top.node) is dict:
            self._key(top, event)
            return
        value = text
        if event.implicit[0]:
            if text[:1] in SUSPECT:
                value = self._plain(event)
        elif event.style == '"' and SURROGATE.search(text):
            self._stop("yaml-syntax", "This is not YAML: half a surrogate pair", event)
        self._count += 1
        if self._count > self._most_values:
            self._stop("yaml-size", f"More than {self._most_values:,} values", event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1)
        self._put(value, event.start_mark)

    def _key(self, top: _Frame, event: Any) -> None:
        # The same few names stand in every user: keep one string for each.
        key, mark = intern(event.value), event.start_mark
        if event.anchor is not None:
            self._anchors[event.anchor] = (key, 1)
        if key == "<<":
            self._note("yaml-merge", "Merge keys (<<) are not part of YAML 1.2", event)
            top.skip = True
        elif not key:
            self._note("yaml-key", "A key is empty", event)
            top.skip = True
        elif key in top.marks:
            first = top.marks[key].line + 1
            message = f"'{key}' is given twice: on line {first} and on line {mark.line + 1}"
            self._note("duplicate-key", message, event, hint="Keep one of them.")
            top.skip = True
        else:
            top.marks[key] = mark
        top.key = key

    def _put(self, value: Any, mark: Any) -> None:
        top = self._top
        if top is None:
            self.root = value
        elif type(top.node) is list:
            top.node.append(value)
            top.marks.append(mark)
        else:
            if not top.skip:
                top.node[top.key] = value
            top.key, top.skip = None, False

    def _start(self, event: Any) -> None:
        if event.ctag is not None:
            self._refuse_tag(event)
        self._need_value(event)
        if len(self._stack) >= self._limits.depth:
            self._stop("yaml-depth", f"Nested deeper than {self._limits.depth} levels", event)
        is_mapping = type(event) is MappingStartEvent
        node: Any = {} if is_mapping else []
        marks: Any = {} if is_mapping else []
        self.marks[id(node)] = marks
        frame = _Frame(node, marks, event.anchor, self._count)
        self._count += 1
        if self._count > self._most_values:
            self._stop("yaml-size", f"More than {self._most_values:,} values", event)
        if event.anchor is not None:
            self._anchors[event.anchor] = None  # until it is complete: an alias to it is a circle
        self._put(node, event.start_mark)
        self._stack.append(frame)
        self._top = frame

    def _end(self, _: Any) -> None:
        frame = self._stack.pop()
        if frame.anchor is not None:
            self._anchors[frame.anchor] = (frame.node, self._count - frame.before)
        self._top = self._stack[-1] if self._stack else None

    def _alias(self, event: Any) -> None:
        self._need_value(event)
        if event.anchor not in self._anchors:
            self._stop("yaml-alias", f"There is no anchor '&{event.anchor}' above", event)
        found = self._anchors[event.anchor]
        if found is None:
            self._stop("yaml-alias", f"'*{event.anchor}' stands within itself", event)
        value, size = found
        self._count += size
        self._repeated += size
        if self._repeated > self._limits.repeated:
            limit = self._limits.repeated
            self._stop("yaml-alias", f"Aliases repeat more than {limit:,} values", event)
        self._put(value, event.start_mark)

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            self._stop("yaml-documents", "A second document starts here; a file holds one", event)

    def _plain(self, event: Any) -> Any:
        text = event.value
        if len(text) > self._limits.digits and text.lstrip("+-").isalnum():
            return self._long_number(event)
        value = plain_scalar(text)
        if is_ambiguous(text) and type(value) is int:
            self.problems.append(
                Problem(
                    "yaml-number",
                    f"{text} is read as the number {value}",
                    self._at(event),
                    hint=f'Write "{text}" if it is text, {value} if it is a number.',
                    severity="warning",
                )
            )
        return value

    def _long_number(self, event: Any) -> str:
        """Keep a long plain scalar as text, and refuse it where it would be a number."""
        if event.value.lstrip("+-").isdecimal() or event.value[:2] in ("0x", "0o"):
            message = f"A number with more than {self._limits.digits} digits"
            self._note("yaml-number", message, event, hint="Put it in quotes if it is text.")
        return str(event.value)

    def _need_value(self, event: Any) -> None:
        """Refuse a list, mapping or alias where a key belongs."""
        top = self._top
        if top is not None and top.key is None and type(top.node) is dict:
            self._stop("yaml-key", "A key must be plain text", event)

    def _refuse_tag(self, event: Any) -> None:
        tag = str(event.ctag).removeprefix("tag:yaml.org,2002:")
        self._note("yaml-tag", f"Tags ({tag}) are not used here", event, hint="Remove the tag.")

    def _note(self, rule: str, message: str, event: Any, *, hint: str | None = None) -> None:
        self.problems.append(Problem(rule, message, self._at(event), hint=hint))
        self._noted += 1
        if self._noted >= self._limits.problems:
            self._stop("yaml-problems", "So many mistakes that the rest is not read", event)

    def _stop(self, rule: str, message: str, event: Any) -> NoReturn:
        raise UnreadableError(Problem(rule, message, self._at(event)))

    def _at(self, event: Any) -> Position:
        mark = event.start_mark
        return Position(self._file, mark.line + 1, mark.column + 1)

    # Looked up by type: an event costs one call, and there are about 40 to a user.
    _ACTIONS: ClassVar[dict[type, Callable[..., None]]] = {
        ScalarEvent: _scalar,
        MappingStartEvent: _start,
        SequenceStartEvent: _start,
        MappingEndEvent: _end,
        SequenceEndEvent: _end,
        AliasEvent: _alias,
        DocumentStartEvent: _document,
    }
