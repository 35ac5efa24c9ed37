import threading

import pytest

from reconciler.errors import OutOfTimeError, ScimError, TransportError
from reconciler.model.path import parse_path
from reconciler.model.plan import Action, AttributeChange, Change
from reconciler.model.quarantine import Ceiling, Counts, Reason
from reconciler.model.values import Kind, Ref
from reconciler.tally import Tally

BAD = ScimError(400, "no")
FORBIDDEN = ScimError(403, "no")


def change(action=Action.CREATE, kind=Kind.USER, **more):
    return Change("app", kind, "ada", action, "Ada", "", **more)


def write(before, after, path="manager"):
    return AttributeChange(parse_path(path), before, after)


def end(tally, ends, what=None):
    """Let a write end for each letter: + accepted, x a bad object, 4 locked out, - silence."""
    errors = {"x": BAD, "4": FORBIDDEN, "-": TransportError("no answer", sent=True)}
    for letter in ends:
        if letter == "+":
            tally.accepted(what or change())
        else:
            tally.failed(what or change(), errors[letter], "no")


def test_bad_objects_end_it_from_the_minimum_on():
    tally = Tally(Ceiling())
    end(tally, "+" * 14 + "x" * 9)
    assert tally.reason is None
    end(tally, "x")
    assert tally.reason is Reason.PROPORTION
    assert tally.error == "10 of 24 writes failed; the last one: no"


def test_what_comes_after_the_ceiling_does_not_change_the_reason():
    tally = Tally(Ceiling())
    end(tally, "x" * 10 + "4" * 30 + "+" * 100)
    assert tally.reason is Reason.PROPORTION
    assert tally.error == "10 of 10 writes failed; the last one: no"


@pytest.mark.parametrize("row", ["44444", "-----", "4-4-4"])
def test_five_in_a_row_without_a_word_on_the_object_are_enough(row):
    tally = Tally(Ceiling(minimum=100))
    end(tally, row[:4] + "+" + row[:4] + "x" + row[:4])
    assert tally.reason is None
    end(tally, row[:1])
    assert tally.reason is Reason.EXCEPTION
    assert tally.error == "5 writes in a row were refused or had no answer; the last one: no"


def test_one_bad_moment_for_all_that_is_under_way_is_no_row():
    tally = Tally(Ceiling(minimum=100), abreast=8)
    end(tally, "-" * 8)
    assert tally.reason is None
    end(tally, "-")
    assert tally.reason is Reason.EXCEPTION


@pytest.mark.parametrize(
    "what",
    [
        change(Action.ADD_MEMBERS, Kind.GROUP),
        change(Action.REMOVE_MEMBERS, Kind.GROUP),
        change(Action.UPDATE, attributes=(write(None, Ref(Kind.USER, "grace")),)),
        change(Action.UPDATE, attributes=(write(Ref(Kind.USER, "grace"), None),)),
    ],
)
def test_references_count_for_the_total_alone(what):
    tally = Tally(Ceiling(total=30))
    end(tally, "x" * 30, what)
    assert tally.reason is None
    end(tally, "x", what)
    assert tally.reason is Reason.TOTAL
    assert tally.error == "31 writes failed, references included; the last one: no"


@pytest.mark.parametrize(
    "what",
    [
        change(Action.DELETE),
        change(Action.CREATE, attributes=(write(None, Ref(Kind.USER, "grace")),)),
        change(
            Action.UPDATE,
            attributes=(write(None, Ref(Kind.USER, "grace")), write("a", "b", "title")),
        ),
    ],
)
def test_a_write_of_more_than_references_is_no_reference(what):
    tally = Tally(Ceiling())
    end(tally, "x", what)
    assert tally.counts == Counts(sent=1, failed=1)


def test_what_the_time_forbade_says_nothing():
    tally = Tally(Ceiling())
    for _ in range(50):
        tally.failed(change(), OutOfTimeError("out of time"), "out of time")
    assert (tally.reason, tally.counts) == (None, Counts())


@pytest.mark.parametrize("ends", ["xxx++", "xxxxx", "+x+xx"])
def test_a_probe_ends_after_five_writes_where_most_failed(ends):
    tally = Tally(Ceiling(), is_probe=True)
    end(tally, ends[:4])
    assert tally.reason is None
    end(tally, ends[4])
    assert tally.reason is Reason.PROPORTION


def test_a_probe_sends_its_first_writes_one_after_the_other():
    tally, entered = Tally(Ceiling(), is_probe=True), threading.Event()

    def write_too():
        with tally.turn():
            entered.set()

    other = threading.Thread(target=write_too)
    with tally.turn():
        other.start()
        assert not entered.wait(0.05)
    assert entered.wait(5)
    other.join()
    end(tally, "+++++")
    with tally.turn(), tally.turn():  # From here on nobody waits.
        pass


def test_without_a_probe_nobody_waits():
    tally = Tally(Ceiling())
    with tally.turn(), tally.turn():
        pass
