from datetime import UTC, datetime

import pytest

from reconciler.errors import OutOfTimeError
from reconciler.scim.http.retry import (
    LONGEST_WAIT,
    may_repeat_answer,
    may_repeat_silence,
    retry_after,
)
from tests.patience import patience

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"x-retry-after": "9"}, 9.0),
        ({"retry-after": "Wed, 01 Jul 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Wed, 01 Jul 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "Mon, 01 Jan 0001 00:00:00 +2359"}, 0.0),
        ({"retry-after": "Mon, 01 Jan 99999999999 00:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers, seconds):
    assert retry_after(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("method", "status", "headers", "expected"),
    [
        ("GET", 429, {}, True),
        ("PUT", 502, {}, True),
        ("GET", 503, {}, True),
        ("DELETE", 504, {}, True),
        ("POST", 429, {}, True),
        ("PATCH", 503, {"retry-after": "1"}, True),
        ("PATCH", 503, {}, False),
        ("POST", 502, {"retry-after": "1"}, False),
        ("POST", 500, {}, False),
        ("GET", 500, {}, False),
        ("GET", 404, {}, False),
        ("GET", 501, {}, False),
    ],
)
def test_only_what_is_safe_is_repeated(method, status, headers, expected):
    assert may_repeat_answer(method, status, headers) is expected


def test_a_write_without_an_answer_is_never_repeated_blindly():
    assert may_repeat_silence("GET", sent=True)
    assert not may_repeat_silence("POST", sent=True)
    assert may_repeat_silence("POST", sent=False)


def test_waiting_obeys_the_server_and_has_a_bound():
    waits = []
    waiting = patience(3, sleep=waits.append, random=lambda: 1.0)
    waiting.wait(0, {})
    waiting.wait(3, {})
    waiting.wait(20, {})
    waiting.wait(0, {"retry-after": "5"})
    waiting.wait(0, {"retry-after": "120"})
    assert waits == [0.5, 4.0, 30.0, 5.0, LONGEST_WAIT]


def test_a_wait_that_is_too_long_ends_the_work_instead():
    with pytest.raises(OutOfTimeError, match="the server asks for 3000 s, 120 s are left"):
        patience(3).wait(0, {"retry-after": "3000"})
