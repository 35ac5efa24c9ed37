"""Read a plan file back: only what a person could have read and approved comes out."""

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from reconciler.errors import InputError
from reconciler.model.approved import Approved, ApprovedOperation, ApprovedTarget
from reconciler.model.fingerprint import digest
from reconciler.render.documents import FORMAT, ChangeDocument, PlanDocument, TargetDocument
from reconciler.render.safe import shorten

_AGAIN = "Make a new one: reconciler plan --format json --output plan.json"


def load_approved(text: str) -> Approved:
    """Read a plan file; raise `InputError` where it is none, is damaged, or was altered."""
    document = _parse(text)
    if digest([_canonical(target) for target in _ordered(document)]) != document.fingerprint:
        raise InputError("the plan file was altered: its fingerprint does not fit", hint=_AGAIN)
    return Approved(
        fingerprint=document.fingerprint,
        created=document.created,
        digest=document.desired.digest,
        targets={target.target: _target(target) for target in document.targets},
    )


def _parse(text: str) -> PlanDocument:
    try:
        return PlanDocument.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        if where == "format":
            sentence = f"this is no plan file of the format {FORMAT}"
        elif where:
            sentence = f"the plan file is damaged at {shorten(where)}: {first['msg']}"
        else:
            sentence = f"the plan file is not JSON: {first['msg']}"
        raise InputError(sentence, hint=_AGAIN) from error


def _ordered(document: PlanDocument) -> Iterable[TargetDocument]:
    with_changes = (target for target in document.targets if target.changes)
    return sorted(with_changes, key=lambda target: target.target)


def _canonical(target: TargetDocument) -> dict[str, Any]:
    """Return what the fingerprint covers, in the form in which `model.fingerprint` hashes it."""
    operations = _target(target).operations
    return {
        "target": target.target,
        "url": target.url,
        "profile": target.profile,
        "operations": [
            {
                "id": item.id,
                "action": item.action.value,
                "live_id": item.live_id,
                "attributes": [
                    {"path": path, "before": before, "after": after}
                    for path, (before, after) in sorted(item.attributes.items())
                ],
                "members": {"add": sorted(item.add), "remove": sorted(item.remove)},
            }
            for item in sorted(operations.values(), key=lambda item: item.id)
        ],
    }


def _target(target: TargetDocument) -> ApprovedTarget:
    parts: dict[str, list[ChangeDocument]] = {}
    for change in target.changes:
        parts.setdefault(change.operation, []).append(change)
    operations = {key: _operation(key, target.target, found) for key, found in parts.items()}
    return ApprovedTarget(target.target, target.url, target.profile, operations)


def _operation(key: str, target: str, parts: list[ChangeDocument]) -> ApprovedOperation:
    """Join the parts of one operation: free members and held ones were shown apart."""
    first = parts[0]
    held = [part for part in parts if part.held_by]
    return ApprovedOperation(
        id=key,
        target=target,
        action=first.action,
        live_id=first.live_id,
        attributes={item.path: (item.before, item.after) for item in first.attributes},
        add=frozenset(name for part in parts for name in part.members.add),
        remove=frozenset(name for part in parts for name in part.members.remove),
        held_by=tuple(sorted({guard for part in held for guard in part.held_by})),
        held_members=frozenset(
            name for part in held for name in (*part.members.add, *part.members.remove)
        ),
        sensitive=any(item.sensitive for item in first.attributes),
    )
