import json
import re

import pytest

from reconciler.render.jsontext import json_text
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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::add-mask::0", ":\\x3aadd-mask::0"),
        ("x ::stop-commands::1", "x :\\x3astop-commands::1"),
        (":::debug::x", "::\\x3adebug:\\x3ax"),
        ("##[add-mask]0", "#\\x23[add-mask]0"),
        ("###[group]", "##\\x23[group]"),
        ("##VSO[task.setvariable]x", "#\\x23VSO[task.setvariable]x"),
        ("http://[::1]:80 fe80::1f a::b", "http://[::1]:80 fe80::1f a::b"),
        ("## a title", "## a title"),
    ],
)
def test_a_runner_of_jobs_finds_no_command(text, shown):
    assert escape(text) == shown


@pytest.mark.parametrize("text", ["##[add-mask]0", "###[x]", "##vso[x]", "a#[b", "\\##["])
def test_json_reads_the_same_and_holds_no_command(text):
    written = json_text({"name": [text]})
    assert json.loads(written) == {"name": [text]}
    assert not re.search(r"##(vso)?\[", written)
