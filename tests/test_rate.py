"""A simulated app refuses what is over its rate: who knows it is never refused, who does not lives.

Time is the test's own: a wait moves it on, so an hour takes no time.
"""

import json
from datetime import timedelta
from threading import Lock

import pytest

from reconciler.cli.sandboxes import limits_of
from reconciler.model.outcome import Status
from reconciler.sandbox.rate import RateLimited
from reconciler.scim.http.rate import Throttle
from reconciler.scim.http.retry import Patience
from tests.world import GALLERY, NOW, World

PEOPLE = 40
SECONDS_OF_AN_ANSWER = 0.05


class Day:
    """A clock that waits move on, and every answer a little."""

    def __init__(self):
        self.seconds = 0.0
        self.lock = Lock()

    def sleep(self, seconds):
        with self.lock:
            self.seconds += seconds

    def stopwatch(self):
        return self.seconds

    def now(self):
        return NOW + timedelta(seconds=self.seconds)

    def patience(self, attempts):
        """Wait on this clock; chance is none."""
        throttle = Throttle(self.sleep, self.stopwatch)

        return Patience(
            attempts, self.sleep, lambda: 0.5, self.now, self.stopwatch, throttle=throttle
        )


def document(profile, **service):
    users = {
        f"u{number:02}": {
            "userPrincipalName": f"u{number:02}@contoso.example",
            "displayName": f"User {number}",
            "givenName": "Una",
            "surname": f"Number {number}",
            "mail": f"u{number:02}@contoso.example",
            "mailNickname": f"u{number:02}",
            "department": "Harbour",
        }
        for number in range(PEOPLE)
    }
    target = {
        "profile": profile,
        "url": "https://app.example/scim/v2",
        "auth": {"bearer": {"env": "APP_TOKEN"}},
        "scope": "all",
        "service": service,
    }
    return json.dumps({"users": users, "targets": {"app": target}})


def world_of(profile, *, as_date, **service):
    """Return a target whose server has its profile's rate, whatever its YAML says."""
    day = Day()

    def limited(app):
        def answer(environ, start_response):
            day.sleep(SECONDS_OF_AN_ANSWER)
            return app(environ, start_response)

        return RateLimited(answer, limits_of(GALLERY[profile].service), day.now, as_date=as_date)

    return World(document(profile, **service), dressed=True, lie=limited, patient=day.patience), day


def statuses(world):
    return {item.status for item in world.apply(world.plan())}


@pytest.mark.parametrize("profile", ["slack", "miro", "zscaler"])
def test_who_knows_the_rate_is_never_refused(profile):
    world, day = world_of(profile, as_date=False)
    assert statuses(world) == {Status.DONE}
    assert world.server.refused == 0
    limits = [limit for limit in world.target.service.rate if limit.covers("POST", "Users")]
    assert day.seconds >= max((PEOPLE - limit.burst) * limit.interval for limit in limits) - 1


@pytest.mark.parametrize("as_date", [False, True], ids=["seconds", "date"])
@pytest.mark.parametrize("profile", ["slack", "zscaler"])
def test_who_does_not_know_it_is_refused_and_comes_through(profile, as_date):
    world, _ = world_of(profile, as_date=as_date, rate=[], retries=8, concurrency=4)
    assert statuses(world) == {Status.DONE}
    assert world.server.refused > 0
    assert len(world.sandbox.show()) == PEOPLE
