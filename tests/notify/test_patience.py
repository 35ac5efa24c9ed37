from threading import Event

import pytest

from reconciler.errors import UnsentError
from reconciler.notify.patience import within


def test_what_comes_to_an_end_is_returned_or_raised():
    assert within(lambda: 7, what="it") == 7

    def fail():
        raise UnsentError("its own")

    with pytest.raises(UnsentError, match="its own"):
        within(fail, what="it")


def test_what_takes_too_long_is_left_to_itself():
    never = Event()
    with pytest.raises(UnsentError, match="did not come to an end in"):
        within(never.wait, what="the mail server", seconds=0.05)
    never.set()
