from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.shard import Shard


@given(st.text(max_size=30), st.integers(1, 40))
def test_every_target_is_in_exactly_one_part(key, count):
    parts = [Shard(number, count) for number in range(1, count + 1)]

    assert sum(part.holds(key) for part in parts) == 1


def test_a_target_stays_in_its_part_for_ever():
    found = {
        key: [number for number in (1, 2, 3) if Shard(number, 3).holds(key)]
        for key in ("envoy", "slack", "crm", "zoom")
    }

    assert found == {"envoy": [1], "slack": [3], "crm": [1], "zoom": [2]}


def test_a_part_says_which_it_is():
    assert str(Shard(2, 8)) == "2/8"
