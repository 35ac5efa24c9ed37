"""What holds for every function, whatever it is given."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import EvaluationError
from reconciler.expr.functions.table import FUNCTIONS
from reconciler.expr.signature import Arguments
from reconciler.values import Candidates, Complex, Context, Flow

CONTEXT = Context(datetime(2026, 7, 1, 12, tzinfo=UTC), "seed")
WORDS = sorted(
    {word for item in FUNCTIONS.values() for set_ in item.words.values() for word in set_}
)
TEXTS = (
    st.text(max_size=12)
    | st.text(st.characters(), max_size=6)  # half surrogate pairs included
    | st.sampled_from(["2026-07-01", "7/1/2026 12:00:00 PM", "yyyy-MM-dd", "d", "m", "ww", "SGk="])
    | st.sampled_from(["(?<n>a)", "n", "${n}$1", "a|", "(", "tr-TR", "True", "1", "-1", "256"])
    | st.sampled_from(WORDS)
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 300)
    | st.integers(-(2**70), 2**70)
    | TEXTS
    | st.datetimes(timezones=st.just(UTC))
    | st.just(Flow.IGNORE)
    | st.builds(lambda text: Complex((("value", text), ("primary", True))), TEXTS)
    | st.builds(lambda texts: Candidates(tuple(texts)), st.lists(TEXTS, max_size=2))
)
VALUES = SCALARS | st.lists(SCALARS | st.just(()), max_size=3).map(tuple)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@given(data=st.data())
def test_a_function_gives_a_value_or_a_foreseen_error(name, data):
    function = FUNCTIONS[name]
    most = function.least + 3 if function.most is None else function.most
    count = data.draw(st.integers(function.least, most))
    given_ = [
        None if index >= function.required and data.draw(st.booleans()) else data.draw(VALUES)
        for index in range(count)
    ]
    lazy = tuple(None if item is None else lambda item=item: item for item in given_)
    try:
        value = function.run(Arguments(lazy, CONTEXT))
    except EvaluationError:
        return
    again = function.run(Arguments(lazy, CONTEXT))
    assert value == again, "a plan and its apply must agree"
