"""How much one bulk request may hold, by what a server says of itself (RFC 7643 §5); pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from reconciler.model.path import lookup
from reconciler.model.service import Bulk
from reconciler.scim.bulk.operation import Operation

_DIGITS: Final = 12
"""Of a number that somebody may have meant."""


def within(ours: Bulk, config: Mapping[str, Any]) -> Bulk | None:
    """Return *ours*, no larger than *config*, a ServiceProviderConfig, allows; None for no bulk.

    Servers were seen that announce 0 operations, so what is no positive number says nothing; and
    what is larger than ours only says that ours will do.
    """
    said = lookup(config, "bulk")
    if not isinstance(said, Mapping):
        return ours
    operations = _number(lookup(said, "maxOperations"), ours.operations)
    if lookup(said, "supported") is False or operations == 1:
        return None
    return Bulk(operations, _number(lookup(said, "maxPayloadSize"), ours.bytes))


def parted(operations: Sequence[Operation], limits: Bulk) -> Iterator[int]:
    """Yield how many of *operations*, in their order, go together: as many as *limits* allow.

    One that is too large by itself goes alone.
    """
    number = size = 0
    for operation in operations:
        if number and (number == limits.operations or size + operation.size > limits.bytes):
            yield number
            number = size = 0
        number, size = number + 1, size + operation.size
    if number:
        yield number


def _number(said: object, ours: int) -> int:
    text = str(said)
    is_one = not isinstance(said, bool) and text.isascii() and text.isdecimal()
    return min(ours, int(text) or ours) if is_one and len(text) <= _DIGITS else ours
