"""What servers say of their bulk requests: kept to where it means something."""

import pytest

from reconciler.model.service import Bulk
from reconciler.scim.bulk.limits import parted, within
from reconciler.scim.bulk.operation import Operation

OURS = Bulk(100, 10_000)


@pytest.mark.parametrize(
    ("said", "limits"),
    [
        ({"supported": True, "maxOperations": 3, "maxPayloadSize": 2_000}, Bulk(3, 2_000)),
        ({"supported": True, "maxOperations": 1_000, "maxPayloadSize": 1 << 20}, OURS),
        ({"supported": True}, OURS),
        ({"maxOperations": "20"}, Bulk(20, 10_000)),
        ({"SUPPORTED": True, "MAXOPERATIONS": 20}, Bulk(20, 10_000)),
        # Nonsense says nothing.
        ({"supported": True, "maxOperations": 0, "maxPayloadSize": 0}, OURS),
        ({"supported": True, "maxOperations": -1, "maxPayloadSize": 1.5}, OURS),
        ({"supported": True, "maxOperations": True, "maxPayloadSize": None}, OURS),
        ({"supported": True, "maxOperations": 10**30, "maxPayloadSize": "9" * 5_000}, OURS),
        ({"supported": True, "maxOperations": "٣", "maxPayloadSize": ["1"]}, OURS),
        ({"supported": "no"}, OURS),
        ("yes", OURS),
        (None, OURS),
        # There is none.
        ({"supported": False, "maxOperations": 1_000, "maxPayloadSize": 1 << 20}, None),
        ({"supported": False}, None),
        ({"supported": True, "maxOperations": 1}, None),
    ],
)
def test_ours_hold_unless_the_server_takes_less(said, limits):
    assert within(OURS, {"bulk": said}) == limits


def test_a_server_that_says_nothing_takes_what_is_sent():
    assert within(OURS, {}) == OURS


def operations(*sizes):
    """Return operations of so many bytes each."""
    found = [Operation("POST", "Users", {"x": "y" * (size - 114)}) for size in sizes]
    assert [item.size for item in found] == list(sizes)
    return found


@pytest.mark.parametrize(
    ("sizes", "parts"),
    [
        ((), []),
        ((200,) * 7, [3, 3, 1]),
        ((400, 400, 400, 200), [2, 2]),
        ((2_000, 200, 200), [1, 2]),
        ((200, 2_000, 200), [1, 1, 1]),
    ],
)
def test_what_goes_together_keeps_to_both_limits(sizes, parts):
    assert list(parted(operations(*sizes), Bulk(3, 1_000))) == parts
