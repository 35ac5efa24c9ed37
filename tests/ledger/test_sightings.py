from datetime import UTC, datetime, timedelta

from reconciler.ledger.ledger import open_ledger
from reconciler.ledger.place import Place
from reconciler.model.drift import SeenItem, Sighting
from reconciler.model.drift_class import DriftClass
from reconciler.model.drift_report import DriftPoint

NOW = datetime(2026, 7, 1, 6, tzinfo=UTC)
DAY = timedelta(days=1)
HERE = Place("app", "https://app.example/scim/v2/")
THERE = Place("app", "https://other.example/scim/v2")


def point(moment, **more):
    return DriftPoint(moment, dict.fromkeys(DriftClass, 0), **more)


def seen(name="ada", part="title", **sighting):
    moments = {"first_seen": NOW, "began": NOW, "last_seen": NOW}
    return SeenItem(
        ("changed", "user", name, part), f"{name}@x", Sighting(**{**moments, **sighting})
    )


def test_what_was_seen_is_told_again_at_the_same_place_only(url):
    with open_ledger(url) as ledger:
        ledger.note_drift(HERE, [seen()], point(NOW))

        assert ledger.sightings(HERE) == (seen(),)
        assert ledger.sightings(THERE) == ()


def test_a_later_run_notes_the_same_row_again(url):
    later = seen(last_seen=NOW + DAY, times=2, gone_since=NOW + 2 * DAY)
    with open_ledger(url) as ledger:
        ledger.note_drift(HERE, [seen(), seen("grace")], point(NOW))
        ledger.note_drift(HERE, [later], point(NOW + DAY))

        assert sorted(ledger.sightings(HERE), key=lambda item: item.name) == [later, seen("grace")]


def test_the_history_is_the_newest_runs_the_oldest_first(url):
    points = [
        point(NOW + number * DAY, ignored=number, pending=1, complete=False) for number in range(4)
    ]
    with open_ledger(url) as ledger:
        for each in points:
            ledger.note_drift(HERE, [], each)

        assert ledger.drift_history(HERE, 2) == tuple(points[2:])
        assert ledger.drift_history(THERE, 2) == ()


def test_what_has_been_gone_for_long_is_forgotten(url):
    gone = seen(gone_since=NOW)
    with open_ledger(url) as ledger:
        ledger.note_drift(HERE, [gone], point(NOW))
        ledger.note_drift(HERE, [], point(NOW + 400 * DAY))
        assert ledger.sightings(HERE) == (gone,)

        ledger.note_drift(HERE, [], point(NOW + 401 * DAY))
        assert ledger.sightings(HERE) == ()


def test_whatever_a_server_calls_its_objects_is_kept(url):
    names = ["x" * 10_000, "a\x00b", "\ud800", "' OR 1=1; --", "\u202eevil"]
    with open_ledger(url) as ledger:
        ledger.note_drift(HERE, [seen(name) for name in names], point(NOW))

        assert {item.name for item in ledger.sightings(HERE)} == set(names)
