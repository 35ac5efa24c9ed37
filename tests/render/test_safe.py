import pytest

from reconciler.render.safe import escape, shorten


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("plain", "plain"),
        ("Zoë Ångström 李", "Zoë Ångström 李"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("two\nlines\r\tand a tab", r"two\nlines\r\tand a tab"),
        ("\u202eevil", r"\u202eevil"),
        ("in\u200bvisible", r"in\u200bvisible"),
        ("no\xa0break", r"no\xa0break"),
        ("\x9b1m", r"\x9b1m"),
        ("\ufe0f\u3164", r"\ufe0f\u3164"),
        ("\U000e0041", r"\U000e0041"),
        ("\ud800", r"\ud800"),
    ],
)
def test_what_cannot_be_seen_is_written_as_an_escape(hostile, shown):
    assert escape(hostile) == shown


def test_a_long_value_keeps_its_beginning_and_its_end():
    assert shorten("a" * 50 + "b" * 50, 20) == "aaaaaaaaaaaaa…bbbbbb"


def test_a_value_at_the_limit_is_left_whole():
    assert shorten("x" * 64) == "x" * 64
