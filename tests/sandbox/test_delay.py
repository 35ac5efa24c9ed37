"""Reads that lag behind: what a server shows that reads from a copy of its data."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from reconciler.sandbox import open_sandbox
from reconciler.sandbox.delay import Delayed
from tests.sandbox.conftest import App

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


class Late(App):
    """A sandbox whose reads are a minute late, on a clock of the test's own."""

    def __init__(self):
        super().__init__(open_sandbox(None, target="app"))
        self.now = NOW
        app = Delayed(self.sandbox.app, 60, lambda: self.now)
        self._transport = httpx.WSGITransport(app=app)

    def after(self, seconds):
        self.now += timedelta(seconds=seconds)

    def titles(self):
        return [item.get("title") for item in self.found("/Users")]


@pytest.fixture
def late():
    with Late() as app:
        yield app
    app.sandbox.close()


def test_a_new_object_is_answered_at_once_and_found_later(late):
    made = late.add_user("ada")
    assert made.status_code == 201
    path = f"/Users/{made.json()['id']}"
    assert late.get(path).status_code == 404
    assert late.get("/Users").json()["totalResults"] == 0
    late.after(60)
    assert late.get(path).json()["userName"] == "ada"
    assert late.get("/Users").json()["totalResults"] == 1


def test_each_change_shows_a_minute_after_it_was_made(late):
    path = f"/Users/{late.add_user('ada', title='Pupil').json()['id']}"
    late.after(60)
    for title in ("Engineer", "Countess"):
        late.change(path, {"op": "replace", "path": "title", "value": title})
        late.after(30)
    assert (late.get(path).json()["title"], late.titles()) == ("Engineer", ["Engineer"])
    late.after(30)
    assert (late.get(path).json()["title"], late.titles()) == ("Countess", ["Countess"])


def test_what_is_refused_changes_nothing(late):
    path = f"/Users/{late.add_user('ada', title='Pupil').json()['id']}"
    late.after(60)
    refused = late.change(path, {"op": "replace", "path": "nonsense", "value": 1})
    assert refused.status_code == 400
    assert late.get(path).json()["title"] == "Pupil"


def test_somebody_who_is_deleted_is_read_for_a_while(late):
    path = f"/Users/{late.add_user('ada').json()['id']}"
    late.after(60)
    assert late.delete(path).status_code == 204
    assert late.get(path).status_code == 200
    late.after(60)
    assert late.get(path).status_code == 404
