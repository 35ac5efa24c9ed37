"""What is over a rate is refused, and what comes again when it is told to is not."""

from datetime import UTC, datetime, timedelta

import pytest

from reconciler.sandbox.rate import RateLimited

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def limit(requests, seconds, burst=1, methods=(), path=""):
    methods = frozenset(methods)
    return {
        "requests": requests,
        "seconds": seconds,
        "burst": burst,
        "methods": methods,
        "path": path,
    }


class Door:
    """A server with a rate, on a clock of the test's own."""

    def __init__(self, *limits, as_date=False):
        self.now = NOW
        self.app = RateLimited(self.answer, limits, lambda: self.now, as_date=as_date)

    @staticmethod
    def answer(_, start_response):
        start_response("200 OK", [])
        return [b"{}"]

    def ask(self, method="GET", path="/any/scim/v2/Users", after=0.0):
        """Return the status, and what Retry-After says."""
        said = []
        self.now += timedelta(seconds=after)
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path}
        list(self.app(environ, lambda *answer: said.extend(answer)))
        return int(said[0][:3]), dict(said[1]).get("Retry-After")


def test_one_more_than_the_burst_gets_through_and_then_the_rate_alone():
    door = Door(limit(1, 2.0, burst=2))
    assert [door.ask()[0] for _ in range(4)] == [200, 200, 200, 429]
    assert [door.ask(after=2.0)[0], door.ask()[0], door.ask(after=2.0)[0]] == [200, 429, 200]


@pytest.mark.parametrize(
    ("as_date", "said"), [(False, "90"), (True, "Wed, 01 Jul 2026 12:01:30 GMT")]
)
def test_a_refusal_says_when_to_come_again(as_date, said):
    door = Door(limit(1, 90.0), as_date=as_date)
    assert [door.ask(), door.ask(), door.ask()] == [(200, None), (200, None), (429, said)]
    assert door.ask(after=90) == (200, None)
    assert door.app.refused == 1


def test_a_limit_counts_its_methods_and_its_path_alone():
    door = Door(limit(1, 60.0, methods=("POST",), path="/Users"))
    create = ("POST", "/any/scim/v2/Users")
    assert [door.ask(*create)[0] for _ in range(3)] == [200, 200, 429]
    others = [("GET", create[1]), ("POST", "/any/scim/v2/Groups"), ("PATCH", f"{create[1]}/1")]
    assert [door.ask(*item)[0] for item in others] == [200, 200, 200]
    assert door.ask("POST", "/any/scim/v2/Users/1")[0] == 429


def test_what_one_limit_refuses_takes_nothing_of_another():
    door = Door(limit(1, 60.0), limit(1, 3600.0, burst=9, path="/Users"))
    assert [door.ask()[0] for _ in range(5)] == [200, 200, 429, 429, 429]
    assert [door.ask(after=60)[0] for _ in range(8)] == [200] * 8
