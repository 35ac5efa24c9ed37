"""Turns on a clock of the test's own: threads are callers, and no test waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import OutOfTimeError
from reconciler.model.rate import RateLimit, rate_limit
from reconciler.scim.http.rate import Throttle


class Clock:
    def __init__(self):
        self.time = 0.0

    def sleep(self, seconds):
        self.time += seconds

    def __call__(self):
        return self.time


@given(
    requests=st.integers(1, 50),
    burst=st.integers(1, 20),
    idle=st.lists(st.sampled_from([0.0, 0.1, 1.0, 30.0]), min_size=1, max_size=80),
)
def test_no_window_holds_more_than_the_burst_and_the_rate(requests, burst, idle):
    clock = Clock()
    throttle, limit = Throttle(clock.sleep, clock), RateLimit(requests, 10.0, burst)
    sent = []
    for seconds in idle:
        clock.time += seconds
        throttle.take([limit])
        sent.append(clock.time)
    for first, begin in enumerate(sent):
        for last in range(first, len(sent)):
            allowed = burst + (sent[last] - begin) * requests / 10.0
            assert last - first + 1 <= allowed + 1e-6


def test_a_request_takes_a_turn_in_every_bucket_that_covers_it():
    clock = Clock()
    throttle = Throttle(clock.sleep, clock)
    narrow, wide = RateLimit(1, 10.0), RateLimit(1, 2.0)
    times = []
    for limits in ([narrow, wide], [wide], [narrow, wide]):
        throttle.take(limits)
        times.append(clock.time)
    assert times == [0.0, 2.0, 10.0]


def test_a_refusal_makes_everybody_wait_and_then_go_at_half_the_speed():
    clock = Clock()
    throttle = Throttle(clock.sleep, clock)
    for _ in range(10):
        ticket = throttle.take([RateLimit(10, 1.0)])
        throttle.accepted()
    clock.time = 1.0
    throttle.pause(ticket, 7.0)
    throttle.pause(ticket, 7.0)  # Another that was under way: it counts once.
    times = []
    for _ in range(3):
        throttle.take([])
        times.append(clock.time)
    assert times == pytest.approx([8.0, 8.2, 8.4])


def test_the_speed_comes_back_in_steps():
    clock = Clock()
    throttle = Throttle(clock.sleep, clock)
    for _ in range(10):
        throttle.accepted()
    clock.time = 1.0
    throttle.pause(throttle.take([]), 0.0)
    for _ in range(10):
        throttle.take([])
        throttle.accepted()
    throttle.take([])
    settled = clock.time
    throttle.take([])
    assert clock.time == settled


def test_a_turn_after_the_deadline_is_not_taken():
    clock = Clock()
    throttle, hourly = Throttle(clock.sleep, clock), RateLimit(1, 3600.0)
    throttle.take([hourly], 60.0)
    with pytest.raises(OutOfTimeError):
        throttle.take([hourly], 60.0)
    throttle.take([], 60.0)
    assert clock.time == 0.0


@pytest.mark.parametrize(
    ("method", "path", "covered"),
    [
        ("POST", "Users", True),
        ("PATCH", "Users/1", True),
        ("GET", "Users", False),
        ("POST", "UsersX", False),
        ("POST", "Groups", False),
    ],
)
def test_a_limit_covers_its_methods_and_what_is_below_its_path(method, path, covered):
    limit = RateLimit(1, 1.0, methods=frozenset({"POST", "PATCH"}), path="/Users")
    assert limit.covers(method, path) is covered


@given(
    requests=st.integers(1, 8),
    idle=st.lists(st.sampled_from([0.0, 1.0, 900.0, 4000.0]), min_size=1, max_size=40),
)
def test_no_hour_holds_more_than_its_budget(requests, idle):
    clock = Clock()
    throttle, limit = Throttle(clock.sleep, clock), rate_limit(requests, "hour", None, (), "")
    sent = []
    for seconds in idle:
        clock.time += seconds
        throttle.take([limit])
        sent.append(clock.time)
    for begin in sent:
        assert sum(begin <= moment < begin + 3600 for moment in sent) <= requests


def test_a_budget_may_be_spent_at_once_and_counts_what_was_sent_before():
    clock = Clock()
    throttle, limit = Throttle(clock.sleep, clock), rate_limit(4, "hour", None, (), "")
    throttle.recall(limit, [-600.0, -3000.0])
    throttle.recall(limit, [-1.0] * 4)
    times = []
    for _ in range(6):
        throttle.take([limit])
        times.append(clock.time)
    assert times == [0.0, 0.0, 600.0, 3000.0, 3600.0, 3600.0]


def test_a_budget_that_is_spent_is_waited_for_no_longer_than_there_is_time():
    clock = Clock()
    throttle, limit = Throttle(clock.sleep, clock), rate_limit(1, "day", None, (), "")
    throttle.recall(limit, [-3600.0])
    with pytest.raises(OutOfTimeError, match="the next request would come too late"):
        throttle.take([limit], latest=80_000.0)
    assert clock.time == 0.0
