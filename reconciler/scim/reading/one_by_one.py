"""Read a server that lists nobody: whom the ledger records by id, the others by their marks.

What was found is certain; who else is there nobody knows, so the snapshot is never complete.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.errors import TargetError
from reconciler.model.path import AttributePath
from reconciler.model.resource import Expected, Live, LookUp
from reconciler.model.values import Kind
from reconciler.scim.reader import ScimReader
from reconciler.scim.reading.absence import look_up_all
from reconciler.scim.reading.proof import Shown, ask


@dataclass(frozen=True, slots=True)
class Sought:
    """Who was found of one kind, and the look-ups that nobody answers."""

    lives: tuple[Live, ...]
    absent: frozenset[LookUp]
    evidence: str


def read_one_by_one(
    reader: ScimReader, kind: Kind, look_ups: Sequence[LookUp], expected: Expected
) -> Sought:
    """Ask for everybody of *kind* who is recorded or wanted, each by itself.

    Raise `TargetError` where not one of those on record can be read. Where some cannot, nothing
    proves that somebody is absent: he may be one of them.
    """
    recorded = [live_id for of, live_id in expected.recorded if of is kind]
    answers = ask(reader, recorded, lambda live_id: reader.read(kind, live_id))
    errors = [answer for answer in answers if isinstance(answer, TargetError)]
    if errors and len(errors) == len(recorded):
        raise errors[0]
    rows = (answer for answer in answers if isinstance(answer, dict))
    known = tuple(Live(kind, str(row["id"]), row) for row in rows)
    questions = _questions(kind, look_ups, expected)
    found, absent = look_up_all(reader, Shown(kind, known), questions, believed=True)
    lives = (*known, *found)
    said = f"{kind}s: the app lists nobody, {len(lives):,} found by asking one by one"
    if errors:
        said += f", {len(errors):,} on record cannot be read ({errors[0].message})"
    said += "; who else is there is not known, and stays as it is"
    return Sought(lives, frozenset() if errors else absent, said)


def _questions(kind: Kind, look_ups: Sequence[LookUp], expected: Expected) -> list[LookUp]:
    """Return by what everybody wanted may be found, each question once."""
    external_id = AttributePath("externalId")
    marks = [
        question
        for claim in expected.claims
        if claim.kind is kind
        for question in (LookUp(kind, external_id, claim.external_id), *claim.look_ups)
    ]
    return list(dict.fromkeys([*marks, *(item for item in look_ups if item.kind is kind)]))
