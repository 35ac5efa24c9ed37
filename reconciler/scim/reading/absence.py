"""Look up what a list that is not proven may hide; believe «nobody» only from a proven filter."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from reconciler.errors import TargetError
from reconciler.model.resource import Live, LookUp
from reconciler.scim.reader import ScimReader
from reconciler.scim.reading.proof import Shown, ask


def look_up_all(
    reader: ScimReader, shown: Shown, look_ups: Sequence[LookUp], *, believed: bool = False
) -> tuple[tuple[Live, ...], frozenset[LookUp]]:
    """Return who is found by *look_ups* and was not shown, and the look-ups that nobody answers.

    What the list answers is not asked, nor what the server cannot be asked. Where nobody is shown
    to try a filter on, it proves nothing, unless it is *believed*: the profile says so.
    """
    hidden: dict[str, Live] = {}
    absent: set[LookUp] = set()
    for questions in _by_path(reader, look_ups):
        proven = _is_obeyed(reader, questions[0], shown, believed=believed)
        if shown.lives and not proven:
            continue  # What it finds is not what was asked for, or it finds nothing.
        silent = [question for question in questions if not shown.answers(question)]
        for question, hits in _answers(reader, silent):
            if isinstance(hits, TargetError):
                continue
            if proven and not hits:
                absent.add(question)
            hidden.update((live.id, live) for live in shown.new(hits))
    return tuple(hidden.values()), frozenset(absent)


def _answers(
    reader: ScimReader, questions: Sequence[LookUp]
) -> Iterator[tuple[LookUp, tuple[dict[str, Any], ...] | TargetError]]:
    """Ask; who is not found is asked for in lower case too, for some filters heed case."""
    answers = dict(zip(questions, ask(reader, questions, reader.find), strict=True))
    lower = {
        question: replace(question, value=question.value.lower())
        for question, hits in answers.items()
        if hits == () and question.value != question.value.lower()
    }
    answers |= zip(lower, ask(reader, list(lower.values()), reader.find), strict=True)
    yield from answers.items()


def _by_path(reader: ScimReader, look_ups: Sequence[LookUp]) -> Iterator[list[LookUp]]:
    filterable = {name.casefold() for name in reader.service.filterable}
    for identity in dict.fromkeys(item.path.identity for item in look_ups):
        if identity in filterable:
            yield [item for item in look_ups if item.path.identity == identity]


def _is_obeyed(reader: ScimReader, question: LookUp, shown: Shown, *, believed: bool) -> bool:
    """Prove a filter: it finds the first and the last who are there, and nobody who is not."""
    values = tuple(shown.values(question.path))
    nobody = f"nobody-{uuid.uuid5(uuid.NAMESPACE_URL, str(question.path))}"
    texts = (*dict.fromkeys((*values[:1], *values[-1:])), nobody)
    questions = [LookUp(question.kind, question.path, text) for text in texts]
    *finds, misses = ask(reader, questions, reader.find)
    found = [isinstance(hits, tuple) and bool(hits) for hits in finds]
    return (believed or bool(found)) and all(found) and misses == ()
