"""Say who has what a new object was to have, and what to do about it.

The object that is there already is never changed for it: no plan has shown that.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from reconciler.errors import ScimError, TargetError
from reconciler.model.path import AttributePath, lookup
from reconciler.model.plan import Change
from reconciler.model.resource import Live, LookUp
from reconciler.scim.client import ScimClient

NAMES: Final = ("externalId", "userName", "displayName")
"""By what a new object is looked for, in this order."""

_EXISTS: Final = 409  # RFC 7644 §3.3
_MAY_MEAN_TAKEN: Final = frozenset({_EXISTS, 422, 500})
"""RFC 7644 §3.3 asks for 409; better-auth was seen to answer 422, and 500 under a race."""
_REFUSES: Final = frozenset({400, 403})
_SAYS_TAKEN: Final = re.compile(r"already|exist|taken|duplicate|unique|in use", re.IGNORECASE)
"""How those say it that answer 400 or 403, as was seen for groups."""


def is_taken(error: ScimError) -> bool:
    """Tell whether *error* may mean that there is such an object already."""
    if error.status in _MAY_MEAN_TAKEN or error.scim_type == "uniqueness":
        return True
    return error.status in _REFUSES and _SAYS_TAKEN.search(error.detail) is not None


def questions_of(client: ScimClient, change: Change) -> Iterator[LookUp]:
    """Yield by what the object that *change* creates may be asked for."""
    sent = sent_by(change)
    filterable = {name.casefold() for name in client.service.filterable}
    for name in NAMES:
        value = sent.get(name.casefold())
        if name.casefold() in filterable and isinstance(value, str):
            yield LookUp(change.kind, AttributePath(name), value)


def sent_by(change: Change) -> Mapping[str, Any]:
    """Return what *change* sends, by folded path."""
    return {item.path.identity: item.after for item in change.attributes}


def advice(client: ScimClient, change: Change, error: ScimError) -> str | None:
    """Return the next step after a create that *error* refused: it names the live id, if found."""
    for question in questions_of(client, change):
        try:
            found = client.reader.find(question)
        except TargetError:
            continue
        if found:
            return _of_found(
                change, question, [Live(change.kind, str(it["id"]), it) for it in found]
            )
    if error.status == _EXISTS:
        return (
            "It exists already and nothing here shows it: look for it in the app, among the "
            "inactive too; enable, rename or delete it there, then plan again."
        )
    return error.hint


def _of_found(change: Change, question: LookUp, lives: list[Live]) -> str:
    first, others = lives[0], len(lives) - 1
    state = "" if first.active else ", inactive"
    more = f" and {others:,} more" if others else ""
    said = f"{question.path} finds live id {first.id}{state}{more}."
    ours, theirs = sent_by(change).get("externalid"), lookup(first.resource, "externalId")
    if others:
        return f"{said} Rename or delete all but one in the app, then plan again."
    if theirs not in (None, "", ours):
        return (
            f"{said} It bears another externalId: if it really is {change.key}, set takeover: "
            "allow at the target, then plan again."
        )
    return f"{said} Plan again: it is taken over then, not created."
