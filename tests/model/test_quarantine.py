from datetime import UTC, datetime, timedelta

import pytest

from reconciler.model.quarantine import Ceiling, Counts, Reason, impose

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
ENTRA = Ceiling(minimum=5_000, percent=40, failures=40_000, total=60_000)
"""What the reference tells of Entra (§5.5); its examples stand below."""


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (Counts(sent=4_000, failed=4_000), None),
        (Counts(sent=200_000, failed=45_000), Reason.BASE),
        (Counts(sent=35_000, failed=30_000), Reason.PROPORTION),
        (Counts(sent=120_000, failed=20_000), None),
        (Counts(sent=200_000, failed=40_000, references=21_000), Reason.TOTAL),
    ],
)
def test_the_examples_of_entra_hold_with_its_numbers(counts, reason):
    assert ENTRA.reason(counts) == reason


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (Counts(sent=9, failed=9), None),
        (Counts(sent=25, failed=10), None),
        (Counts(sent=24, failed=10), Reason.PROPORTION),
        (Counts(sent=100_000, failed=2_000), None),
        (Counts(sent=100_000, failed=2_001), Reason.BASE),
        (Counts(sent=100_000, failed=2_000, references=1_000), None),
        (Counts(sent=100_000, failed=2_000, references=1_001), Reason.TOTAL),
        (Counts(references=500), None),
        (Counts(sent=4, failed=4, in_a_row=4), None),
        (Counts(sent=5, failed=5, in_a_row=5), Reason.EXCEPTION),
    ],
)
def test_by_default_less_is_enough(counts, reason):
    assert Ceiling().reason(counts) == reason


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (Counts(sent=4, failed=4), None),
        (Counts(sent=5, failed=2), None),
        (Counts(sent=5, failed=3), Reason.PROPORTION),
        (Counts(sent=6, failed=3), None),
    ],
)
def test_of_a_probe_the_first_five_writes_count(counts, reason):
    assert Ceiling().reason(counts, is_probe=True) == reason


def test_the_waits_grow_to_a_day_and_stay_there():
    found, waits = None, []
    for _ in range(9):
        found = impose(found, Reason.PROPORTION, "12 of 20 writes failed", NOW)
        waits.append((found.next_attempt - NOW) / timedelta(hours=1))
    assert waits == [0, 1, 2, 4, 8, 16, 24, 24, 24]
    assert found.series_count == 9


def test_a_series_keeps_its_beginning_and_takes_the_newest_reason():
    first = impose(None, Reason.PROPORTION, "12 of 20 writes failed", NOW)
    later = NOW + timedelta(hours=3)
    again = impose(first, Reason.EXCEPTION, "401", later)
    assert (again.series_began, again.current_began) == (NOW, later)
    assert (again.reason, again.error) == (Reason.EXCEPTION, "401")
    assert not again.is_due(later + timedelta(minutes=59))
    assert again.is_due(later + timedelta(hours=1))


def test_after_four_weeks_no_run_tries_it_any_more():
    found = impose(None, Reason.PROPORTION, "12 of 20 writes failed", NOW)
    assert found.is_due(NOW + timedelta(days=28))
    assert not found.is_due(NOW + timedelta(days=28, seconds=1))
    assert found.is_disabled(NOW + timedelta(days=28, seconds=1))


def test_a_reason_that_nobody_knows_is_unknown():
    assert Reason("IngestionInterrupted") is Reason.UNKNOWN
