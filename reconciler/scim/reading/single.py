"""Read one object, never the list: by its id, else by look-ups, one question after the other."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from reconciler.errors import ScimError
from reconciler.model.explanation import Trial
from reconciler.model.resource import Live
from reconciler.model.service import Quirk
from reconciler.model.values import Kind
from reconciler.scim.reader import ScimReader
from reconciler.scim.reading.snapshot import read_members

_NOT_ANSWERED: Final = frozenset({400, 403, 404, 501})
"""How servers refuse a filter that they do not know (RFC 7644 §3.4.2.2 asks for 400)."""


def read_one(reader: ScimReader, kind: Kind, trials: Iterable[Trial]) -> tuple[Trial, ...]:
    """Ask *trials* in turn until one finds somebody; return all, those asked with the answer.

    An account that a link names but that no longer bears its marks is noted, and asking goes on.
    Raise `TargetError` where the target cannot be read at all.
    """
    answered: list[Trial] = []
    is_found = False
    for trial in trials:
        if is_found:
            answered.append(replace(trial, note="not asked: it is found already"))
            continue
        answer = _by_link(reader, kind, trial) if trial.link else _by_filter(reader, kind, trial)
        answered.append(answer)
        is_found = bool(answer.found) and not answer.note
    return tuple(answered)


def read_by_id(reader: ScimReader, kind: Kind, live_id: str) -> Live | None:
    """Return the object with that id, None where there is none."""
    found = reader.read(kind, live_id)
    return None if found is None else _live(reader, kind, found)


def _by_link(reader: ScimReader, kind: Kind, trial: Trial) -> Trial:
    link = trial.link
    live = read_by_id(reader, kind, link.live_id) if link else None
    if live is None:
        return replace(trial, found=(), note="it is gone")
    note = "" if link and link.is_borne_by(live) else "it no longer bears the recorded marks"
    return replace(trial, found=(live,), note=note)


def _by_filter(reader: ScimReader, kind: Kind, trial: Trial) -> Trial:
    if trial.look_up is None or str(trial.look_up.path) not in reader.service.filterable:
        return replace(trial, note="not asked: this app cannot be asked for it")
    try:
        found = reader.find(trial.look_up)
    except ScimError as error:
        if error.status not in _NOT_ANSWERED:
            raise
        return replace(trial, note=f"not answered: {error.message}")
    return replace(trial, found=tuple(_live(reader, kind, item) for item in found))


def _live(reader: ScimReader, kind: Kind, resource: dict[str, object]) -> Live:
    live_id = str(resource["id"])
    if kind is Kind.USER:
        return Live(kind, live_id, resource)
    if Quirk.MEMBERS_BY_USER_FILTER in reader.service.quirks:
        return Live(kind, live_id, resource, reader.members_by_filter([live_id])[live_id])
    if Quirk.MEMBERS_BY_USERS in reader.service.quirks:
        return Live(kind, live_id, resource, None)  # Only the list of all users would tell.
    return Live(kind, live_id, resource, read_members(resource, {}))
