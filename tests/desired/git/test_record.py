import os
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.desired.git.record import check_name, move_record, read_record
from reconciler.desired.git.repository import open_repository
from reconciler.errors import InputError
from tests.repository import Clone

ENVIRONMENT = {"PATH": os.environ["PATH"]}
REF = "refs/reconciler/applied/app"
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def clone(tmp_path):
    clone = Clone(tmp_path / "clone")
    clone.write("a.yaml", "a")
    clone.first = clone.commit()
    clone.write("a.yaml", "b")
    clone.second = clone.commit()
    clone.repository = open_repository(clone.root, ENVIRONMENT)
    return clone


def test_a_record_holds_the_commit_and_the_moment(clone):
    assert read_record(clone.repository, REF) is None
    assert move_record(clone.repository, REF, None, commit=clone.first, at=NOW) is None

    found = read_record(clone.repository, REF)
    assert (found.commit, found.moment) == (clone.first, NOW)

    later = NOW + timedelta(days=1)
    assert move_record(clone.repository, REF, found, commit=clone.second, at=later) is None
    found = read_record(clone.repository, REF)
    assert (found.commit, found.moment) == (clone.second, later)


def test_a_record_is_moved_only_from_where_it_was(clone):
    move_record(clone.repository, REF, None, commit=clone.first, at=NOW)
    first = read_record(clone.repository, REF)
    move_record(clone.repository, REF, first, commit=clone.second, at=NOW)
    second = read_record(clone.repository, REF)

    for stale in (None, first):
        assert move_record(clone.repository, REF, stale, commit=clone.first, at=NOW)
    assert read_record(clone.repository, REF) == second


def test_a_branch_or_commit_may_be_given_as_a_record_too(clone):
    for name in ("main", clone.second):
        found = read_record(clone.repository, name)
        assert (found.commit, found.moment) == (clone.second, NOW)


def test_a_record_can_be_fetched_and_pushed(clone, tmp_path):
    move_record(clone.repository, REF, None, commit=clone.first, at=NOW)
    other = tmp_path / "other"
    clone.git("clone", "-q", f"file://{clone.folder}", str(other))
    pulled = open_repository(other / "desired-state", ENVIRONMENT)
    assert read_record(pulled, REF) is None
    clone.git("-C", str(other), "fetch", "-q", "origin", "+refs/reconciler/*:refs/reconciler/*")
    found = read_record(pulled, REF)
    assert found.commit == clone.first

    move_record(pulled, REF, found, commit=clone.second, at=NOW)
    clone.git("-C", str(other), "push", "-q", "origin", "refs/reconciler/*")
    assert read_record(clone.repository, REF).commit == clone.second


@pytest.mark.parametrize("ref", ["heads/app", "refs/x/..", "refs/x/a b", "-d", "refs/x/a.lock"])
def test_what_is_no_name_for_a_ref_is_refused(clone, ref):
    with pytest.raises(InputError, match="no name for a git ref"):
        check_name(clone.repository, ref)
