"""Read one YAML file. The C parser is used where it is installed; the pure one gives the same."""

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import Event

from reconciler.model.problem import Problem
from reconciler.yamldoc.build import Builder, UnreadableError
from reconciler.yamldoc.document import DEFAULT_LIMITS, Document, Limits
from reconciler.yamldoc.source import decode, syntax_problem


def _c_parser() -> Any:
    """Return the C parser's class; None where ruamel.yaml.clib has no wheel for the platform."""
    try:
        return import_module("ruamel.yaml.cyaml").CParser
    except ModuleNotFoundError:
        return None


_C_PARSER = _c_parser()


def read_yaml(
    source: bytes, *, file: str, limits: Limits = DEFAULT_LIMITS, pure: bool = False
) -> tuple[Document | None, tuple[Problem, ...]]:
    """Read one YAML document; no input makes it raise.

    The document is None where reading had to stop. A repeated key keeps its first value, so that
    the other mistakes of the file can be shown as well. *pure* leaves the C parser aside.
    """
    text, problem = decode(source, file, limits)
    if text is None:
        return None, (problem,) if problem else ()
    if pure or _C_PARSER is None or _MISREAD.search(text):
        return _build(_pure_events(text), text, file, limits)
    document, problems = _build(_c_events(text), text, file, limits)
    if document is None and any(_BEHIND in problem.message for problem in problems):
        return _build(_pure_events(text), text, file, limits)
    return document, problems


_MISREAD = re.compile(r"(?:^|[\s,\[{])[&*][-\w]+[?:%@`]|\A(?:\s|#.*\n|---)*[|>]")
"""What the C parser reads otherwise than YAML 1.2 and the pure one: an anchor or alias whose name
holds such a character, which ends it there and begins a value; a file that is one block of text."""

_BEHIND = "found unexpected ':'"
"""What the C parser says of `{url: https://…}`, which YAML 1.2 allows; the pure one reads it."""


def _build(
    events: Iterable[Event], text: str, file: str, limits: Limits
) -> tuple[Document | None, tuple[Problem, ...]]:
    builder = Builder(file, limits)
    try:
        builder.take(events)
    except UnreadableError as error:
        return None, (*builder.problems, error.problem)
    except (YAMLError, ValueError, OverflowError) as error:
        return None, (*builder.problems, syntax_problem(error, text, file))
    return Document(file, builder.root, builder.marks), tuple(builder.problems)


def _c_events(text: str) -> Iterator[Event]:
    return iter(_C_PARSER(text).get_event, None)


def _pure_events(text: str) -> Iterator[Event]:
    yield from YAML(typ="safe", pure=True).parse(text)
