"""Read a plan file back: only what a person could have read and approved comes out."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from reconciler.errors import InputError
from reconciler.model.approved import Approved, ApprovedOperation, ApprovedTarget
from reconciler.model.fingerprint import MASKED, digest
from reconciler.model.plankey import VARIABLE, PlanKey
from reconciler.model.values import Ref
from reconciler.render.planfile.documents import (
    FORMAT,
    ChangeDocument,
    PlanDocument,
    TargetDocument,
)
from reconciler.render.safe import shorten

_COMMAND = "reconciler plan --format json --output plan.json"
_AGAIN = f"Make a new one: {_COMMAND}"


def load_approved(text: str, keys: Sequence[PlanKey] = ()) -> Approved:
    """Read a plan file; raise `InputError` where it is none, is damaged, or was altered.

    With *keys*, one of them must have signed it, all of it; without, its fingerprint still says
    that the operations are those that it was written with.
    """
    try:
        raw = _parse(text)
        document = _document(raw)
        key = _signer(raw, keys) if keys else None
        if digest([_canonical(target) for target in _ordered(document)]) != document.fingerprint:
            raise _altered("its fingerprint does not fit")
    except RecursionError as error:
        raise InputError("the plan file is nested too deeply", hint=_AGAIN) from error
    return Approved(
        fingerprint=document.fingerprint,
        created=document.created,
        digest=document.desired.digest,
        targets={target.target: _target(target) for target in document.targets},
        moment=document.moment,
        is_signed=document.signature is not None,
        key=key,
    )


def _parse(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except ValueError as error:
        raise InputError(f"the plan file is not JSON: {error}", hint=_AGAIN) from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; one key twice could be read in two ways."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("one object has a key twice")
    return found


def _document(raw: Any) -> PlanDocument:
    try:
        return PlanDocument.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        if where in {"", "format"}:
            sentence = f"this is no plan file of the format {FORMAT}"
        else:
            sentence = f"the plan file is damaged at {shorten(where)}: {first['msg']}"
        raise InputError(sentence, hint=_AGAIN) from error


def _signer(raw: Mapping[str, Any], keys: Sequence[PlanKey]) -> PlanKey:
    """Return which of *keys* signed the file; raise `InputError` where none did."""
    signature = raw.get("signature")
    if signature is None:
        raise InputError(
            "the plan file is not signed, so anybody may have written it",
            hint=f"Make a new one with {VARIABLE} set: {_COMMAND}",
        )
    for key in keys:
        if key.has_signed(raw):
            return key
    named = signature.get("key_id") if isinstance(signature, Mapping) else None
    if named not in {key.id for key in keys}:
        raise InputError(
            f"the plan file is signed with the key {shorten(str(named))}, not with ours, "
            + " or ".join(key.id for key in keys),
            hint=f"Make a new one with the key that apply has: {_COMMAND}",
        )
    raise _altered("its signature does not fit")


def _altered(how: str) -> InputError:
    return InputError(f"the plan file was altered: {how}", hint=_AGAIN)


def _ordered(document: PlanDocument) -> Iterable[TargetDocument]:
    with_changes = (target for target in document.targets if target.changes)
    return sorted(with_changes, key=lambda target: target.target)


def _canonical(target: TargetDocument) -> dict[str, Any]:
    """Return what the fingerprint covers, in the form in which `model.fingerprint` hashes it."""
    operations = _target(target, is_masked=True).operations
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


def _target(target: TargetDocument, *, is_masked: bool = False) -> ApprovedTarget:
    parts: dict[str, list[ChangeDocument]] = {}
    for change in target.changes:
        parts.setdefault(change.operation, []).append(change)
    operations = {
        key: _operation(target.target, found, is_masked=is_masked) for key, found in parts.items()
    }
    return ApprovedTarget(target.target, target.url, target.profile, operations)


def _operation(target: str, parts: list[ChangeDocument], *, is_masked: bool) -> ApprovedOperation:
    """Join the parts of one operation: free members and held ones were shown apart."""
    first = parts[0]
    held = [part for part in parts if part.held_by]
    return ApprovedOperation(
        id=first.operation,
        target=target,
        ref=Ref(first.kind, first.key),
        action=first.action,
        live_id=first.live_id,
        attributes={
            item.path: (MASKED, MASKED)
            if is_masked and item.sensitive
            else (item.before, item.after)
            for item in first.attributes
        },
        add=frozenset(name for part in parts for name in part.members.add),
        remove=frozenset(name for part in parts for name in part.members.remove),
        held_by=tuple(sorted({guard for part in held for guard in part.held_by})),
        held_members=frozenset(
            name for part in held for name in (*part.members.add, *part.members.remove)
        ),
    )
