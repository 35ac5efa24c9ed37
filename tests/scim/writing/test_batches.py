"""What goes together into a request: by count and by bytes."""

from hypothesis import given
from hypothesis import strategies as st

from reconciler.scim.writing.batches import in_batches


def test_a_batch_is_full_by_count_or_by_bytes():
    values = ["aaaa", "bb", "c", "dddddddd", "e", "f", "g", "h"]
    assert [list(one) for one in in_batches(values, most=3, most_bytes=6, weigh=len)] == [
        ["aaaa", "bb"],
        ["c"],
        ["dddddddd"],
        ["e", "f", "g"],
        ["h"],
    ]


def test_of_nothing_there_is_no_batch():
    assert list(in_batches([], most=3, most_bytes=6, weigh=len)) == []


@given(st.lists(st.text()), st.integers(1, 9), st.integers(1, 30))
def test_nobody_is_lost_doubled_or_moved(values, most, most_bytes):
    batches = list(in_batches(values, most=most, most_bytes=most_bytes, weigh=len))
    assert [value for one in batches for value in one] == values
    assert all(1 <= len(one) <= most for one in batches)
    assert all(len(one) == 1 or sum(map(len, one)) <= most_bytes for one in batches)
