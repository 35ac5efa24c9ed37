"""Settle: find out what became of writes that were sent and whose answer nobody recorded.

A run that was killed leaves such writes behind. Before the next one plans, their objects are read
back, once each: what arrived is noted as done, with the link that it led to. Nothing is written to
the target; what did not arrive is the next plan's business.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reconciler.errors import TargetError
from reconciler.ledger.ledger import Ledger
from reconciler.ledger.links import NOTHING, Learned
from reconciler.ledger.place import Page, Place
from reconciler.model.canonical import canonical_value, is_equal
from reconciler.model.history import PastOperation, Question, State
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.outcome import Outcome, Status
from reconciler.model.path import AttributePath, read_path
from reconciler.model.plan import Action, AttributeChange
from reconciler.model.resource import Link, Live, LookUp
from reconciler.model.target import Target
from reconciler.model.values import Kind, Ref
from reconciler.scim.reader import ScimReader
from reconciler.scim.reading.members import members_now

_NAMES: Final = {
    Kind.USER: ("externalId", "userName"),
    Kind.GROUP: ("externalId", "displayName"),
}
"""By what a new object is looked for, in this order."""


@dataclass(frozen=True, slots=True)
class _Finding:
    """What reading back showed: where the write stands, and the object if there is one."""

    arrived: bool
    said: str
    live: Live | None = None


def open_operations(ledger: Ledger, target: Target) -> Sequence[PastOperation]:
    """Return the writes to *target* that were sent and whose end nobody recorded."""
    found = ledger.operations(Question(targets=(target.key,), state=State.UNANSWERED))
    return [item for item in found if item.url == target.url.rstrip("/")]


def settle_operations(
    operations: Sequence[PastOperation], target: Target, reader: ScimReader, ledger: Ledger
) -> Iterator[Outcome]:
    """Read back what each of *operations* was about, note and yield what became of it.

    Raise `TargetError` where the target cannot be read: then the rest stays open.
    """
    place = Place(target.key, target.url)
    links = ledger.memory(target.key, target.url).links
    ids = {Ref(link.kind, link.key): link.live_id for link in links}
    for item in operations:
        finding = _look(item, target, reader, ids)
        status = Status.DONE if finding.arrived else Status.FAILED
        code = "" if finding.arrived else "not-arrived"
        outcome = Outcome(item.id, status, f"read back: {finding.said}", item.requests, code)
        ledger.after_write(Page(item.run, place), outcome, None, _learned(item, finding))
        yield outcome


def _look(
    item: PastOperation, target: Target, reader: ScimReader, ids: Mapping[Ref, str]
) -> _Finding:
    live = _read(item, reader)
    if item.action is Action.DELETE:
        is_gone = live is None or _counts_as_gone(live, target)
        return _Finding(is_gone, "it is gone" if is_gone else "it is still there", live)
    if live is None:
        return _Finding(arrived=False, said="it is not there")
    if item.action is Action.CREATE:
        return _Finding(_is_ours(item, live, target), "it is there", live)
    missing = [
        *(str(change.path) for change in item.attributes if not _shows(change, live, target, ids)),
        *_missing_members(item, live, reader, ids),
    ]
    said = f"not as it was sent: {', '.join(missing)}" if missing else "it is as it was sent"
    return _Finding(not missing, said, live)


def _read(item: PastOperation, reader: ScimReader) -> Live | None:
    """Return the object that *item* is about; for a create, the only one that it can be."""
    if item.live_id is not None:
        resource = reader.read(item.kind, item.live_id)
        return Live(item.kind, item.live_id, resource) if resource else None
    sent = {change.path.identity: change.after for change in item.attributes}
    for name in _NAMES[item.kind]:
        value = sent.get(name.casefold())
        if not isinstance(value, str):
            continue
        found = _search(LookUp(item.kind, AttributePath(name), value), reader)
        if len(found) == 1:
            return Live(item.kind, str(found[0]["id"]), found[0])
    return None


def _search(question: LookUp, reader: ScimReader) -> Sequence[Mapping[str, Any]]:
    """Ask by filter; where that is refused or not obeyed, read the list."""
    try:
        return reader.find(question)
    except TargetError:
        definition = AttributeDefinition(question.path)
        return [
            item
            for item in reader.list_all(question.kind).resources
            if is_equal(str(read_path(question.path, item)), question.value, definition)
        ]


def _counts_as_gone(live: Live, target: Target) -> bool:
    return target.service.leaves_the_deleted and not live.active


def _is_ours(item: PastOperation, live: Live, target: Target) -> bool:
    """Tell whether *live* bears the externalId that was sent, or none where none is kept."""
    sent = {change.path.identity: change.after for change in item.attributes}
    keeps = target.service.stores_external_id.get(item.kind, True)
    return live.external_id == sent.get("externalid") or not keeps


def _shows(change: AttributeChange, live: Live, target: Target, ids: Mapping[Ref, str]) -> bool:
    """Tell whether *live* has the value that was sent; of a sensitive one nobody can tell."""
    if change.sensitive:
        return True
    after = ids.get(change.after, "") if isinstance(change.after, Ref) else change.after
    definition = target.definition(live.kind, change.path)
    seen = canonical_value(read_path(change.path, live.resource), definition)
    return is_equal(seen, after, definition)


def _missing_members(
    item: PastOperation, live: Live, reader: ScimReader, ids: Mapping[Ref, str]
) -> list[str]:
    """Return who is not in the group and should be, or still is and should not."""
    if not (item.add or item.remove):
        return []
    named = (_id_of(name, ids) for name in (*item.add, *item.remove))
    members = members_now(reader, {**live.resource, "id": live.id}, filter(None, named))
    if members is None:
        return ["members"]
    return [
        *(name for name in item.add if _id_of(name, ids) not in members),
        *(name for name in item.remove if _id_of(name, ids) in members),
    ]


def _id_of(name: str, ids: Mapping[Ref, str]) -> str | None:
    """Return the id behind a key, or behind `id:…`."""
    is_stranger = name.startswith("id:")
    return name.removeprefix("id:") if is_stranger else ids.get(Ref(Kind.USER, name))


def _learned(item: PastOperation, finding: _Finding) -> Learned:
    """Return what an operation that arrived says of whose the object is."""
    if not finding.arrived or item.add or item.remove:
        return NOTHING
    if item.action is Action.DELETE:
        return Learned(gone=Ref(item.kind, item.key))
    live = finding.live
    if live is None:
        return NOTHING
    settled = not (item.action is Action.ADOPT and item.kind is Kind.GROUP)
    return Learned(Link(item.kind, item.key, live.id, live.external_id, live.display, settled))
