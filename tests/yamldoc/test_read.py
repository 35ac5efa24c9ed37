"""The two parsers must agree, and neither may surprise a person or crash."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from reconciler.yamldoc import Limits, read_yaml
from reconciler.yamldoc.read import _C_PARSER


@pytest.fixture(params=["c", "pure"])
def read(request):
    """Read with each parser in turn."""
    if request.param == "c" and _C_PARSER is None:
        pytest.skip("the C parser is not installed")

    def _read(text, limits=None):
        source = text if isinstance(text, bytes) else text.encode()
        more = {} if limits is None else {"limits": limits}
        return read_yaml(source, file="a.yaml", pure=request.param == "pure", **more)

    return _read


def data_of(found):
    document, problems = found
    assert problems == ()
    return document.data


def rules_of(found):
    return [problem.rule for problem in found[1]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("0b101", "0b101"),
        ("12:30:45", "12:30:45"),
        ("2027-01-31", "2027-01-31"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".inf", float("inf")),
        ("-.INF", float("-inf")),
        ("1.2.3", "1.2.3"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("=", "="),
        ("+", "+"),
        (".", "."),
        ("٣", "٣"),
        ('"\\u00e9"', "é"),
        ("|\n  two\n  lines\n", "two\nlines\n"),
        ("{url: https://app.example/scim}", {"url": "https://app.example/scim"}),
        ("[a, [1, {b: c}]]", ["a", [1, {"b": "c"}]]),
        ("&x [1]", [1]),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(read, text, value):
    assert data_of(read(f"key: {text}")) == {"key": value}


def test_not_a_number_is_a_float(read):
    assert math.isnan(data_of(read("key: .nan"))["key"])


def test_keys_are_always_text(read):
    assert data_of(read("on: 1\n012: 2\n~: 3\ntrue: 4")) == {"on": 1, "012": 2, "~": 3, "true": 4}


@pytest.mark.parametrize(("text", "value"), [("012", 12), ("+15550100", 15550100), ("-007", -7)])
def test_a_number_that_loses_its_zeros_is_read_with_a_warning(read, text, value):
    document, problems = read(f"key: {text}")
    assert document.data == {"key": value}
    assert [(item.rule, item.severity) for item in problems] == [("yaml-number", "warning")]
    assert f'"{text}"' in problems[0].hint


def test_an_empty_file_holds_nothing(read):
    assert data_of(read("")) is None
    assert data_of(read("# a comment\n")) is None


def test_a_byte_order_mark_is_no_part_of_the_first_key(read):
    assert data_of(read(b"\xef\xbb\xbfa: 1")) == {"a": 1}


def test_every_key_and_item_knows_its_place(read):
    document, _ = read("users:\n  ada:\n    mail: a@b\n    tags: [x,\n      y]\n")
    places = {
        (): (1, 1),
        ("users",): (1, 1),
        ("users", "ada"): (2, 3),
        ("users", "ada", "mail"): (3, 5),
        ("users", "ada", "tags", 1): (5, 7),
        ("users", "ada", "tags", 7): (4, 5),
        ("users", "ada", "nothing"): (2, 3),
        ("users", "function-before", "ada", "mail", "str"): (3, 5),
    }
    for path, (line, column) in places.items():
        at = document.position(path)
        assert (at.file, at.line, at.column) == ("a.yaml", line, column), path
    assert document.lines(document.data["users"]["ada"]) == {"mail": 3, "tags": 4}


def test_an_alias_repeats_a_value(read):
    assert data_of(read("a: &x {b: 1}\nc: *x\n&k d: *k")) == {
        "a": {"b": 1},
        "c": {"b": 1},
        "d": "d",
    }


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("a: 1\nb: 2\na: 3", "duplicate-key", 3),
        ("a: !secret x", "yaml-tag", 1),
        ("a: !!python/object:os.system [x]", "yaml-tag", 1),
        ("a: !!str 12", "yaml-tag", 1),
        ("a: &a [*a]", "yaml-alias", 1),
        ("a: *nobody", "yaml-alias", 1),
        (BOMB, "yaml-alias", 5),
        ("a: &x 1\n<<: {b: 2}", "yaml-merge", 2),
        ("[" * 20_000, "yaml-depth", 1),
        ("a:\n  - ? [x]\n    : y", "yaml-key", 2),
        ("? {a: b}\n: c", "yaml-key", 1),
        ("a: &k x\n*k : y", "yaml-key", 2),
        ('"": x', "yaml-key", 1),
        ("a: 1\n---\nb: 2", "yaml-documents", 2),
        (b"a: 1\nb: \xff", "yaml-encoding", 2),
        ("a: 1".encode("utf-16"), "yaml-encoding", 1),
        ("a: \x00", "yaml-character", 1),
        ("a: 1\nb: \x1b[31m", "yaml-character", 2),
        ("a: \u2028b", "yaml-character", 1),
        ("%YAML 1.1\n---\na: 1", "yaml-directive", 1),
        ("# x\n\n%TAG ! tag:x,2000:\n---\na: 1", "yaml-directive", 3),
        ("a: " + "9" * 5000, "yaml-number", 1),
        ("a: 'x", "yaml-syntax", 1),
        ("a: [1", "yaml-syntax", 1),
        ("a: b: c", "yaml-syntax", 1),
        ("a:\n\t- x", "yaml-syntax", 2),
        ("a: @x", "yaml-syntax", 1),
        ('a: "\\ud83d\\ude00"', "yaml-syntax", 1),
        ('a: "\\U00110000"', "yaml-syntax", 1),
        ('a: "\\q"', "yaml-syntax", 1),
        ("a: 1\n...\nb: 2", None, None),
    ],
)
def test_traps_are_problems_with_a_line_and_never_a_crash(read, text, rule, line):
    _, problems = read(text)
    assert problems
    if rule:
        assert (problems[0].rule, problems[0].at.line) == (rule, line)


def test_a_repeated_key_names_both_lines_and_keeps_the_first_value(read):
    document, problems = read("a: 1\nb: 2\na: {c: [3]}")
    assert document.data == {"a": 1, "b": 2}
    assert problems[0].message == "'a' is given twice: on line 1 and on line 3"


def test_limits_hold(read):
    assert rules_of(read("a: 1", Limits(size=3))) == ["yaml-size"]
    assert rules_of(read("[[1], [2], [3], [4]]", Limits(values=5))) == ["yaml-size"]
    assert rules_of(read("[[[1]]]", Limits(depth=2))) == ["yaml-depth"]
    assert rules_of(read("a: &x [1]\nb: *x", Limits(repeated=1))) == ["yaml-alias"]


def test_a_file_full_of_mistakes_is_not_read_to_its_end(read):
    problems = read("{" + "a: 1, " * 50_000 + "}")[1]
    assert len(problems) == 101
    assert (problems[0].rule, problems[-1].rule) == ("duplicate-key", "yaml-problems")


def test_a_syntax_error_shows_the_line_unless_it_may_hold_a_secret(read):
    shown = read("a: b: c")[1][0].excerpt
    assert (shown.text, shown.column) == ("a: b: c", 4)
    assert read("bearer: xoxb-1: c")[1][0].excerpt is None


def test_a_very_long_line_is_shown_in_part(read):
    excerpt = read("a: " + "x" * 5000 + ": c")[1][0].excerpt
    assert len(excerpt.text) <= 160
    assert excerpt.text[excerpt.column :].startswith(": c")


_TEXT = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), max_size=12)
_LEAVES = st.one_of(_TEXT, st.integers(-(10**9), 10**9), st.booleans(), st.none())
_PLAIN = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(_TEXT.filter(lambda key: key and key != "<<"), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(_PLAIN)
def test_the_result_equals_the_safe_loader_of_ruamel(value):
    """JSON is YAML in which every reader of version 1.2 agrees."""
    text = json.dumps({"value": value})
    expected = YAML(typ="safe", pure=True).load(text)
    for pure in (False, True):
        document, problems = read_yaml(text.encode(), file="a.yaml", pure=pure)
        assert problems == ()
        assert document.data == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("&0:0", None),
        ("a: &0:0 b", {"a": "b"}),
        ("- &a:b c\n- *a:b", ["c", "c"]),
        ("[&a:b c, *a:b ]", ["c", "c"]),
        ("a: &0? b", {"a": "b"}),
        ("a: AT&T:x", {"a": "AT&T:x"}),
        ('a: " &b:c"', {"a": " &b:c"}),
    ],
)
def test_the_name_of_an_anchor_may_hold_odd_characters(read, text, value):
    document, problems = read(text)
    assert (document.data, problems) == (value, ())


@pytest.mark.parametrize("text", [">-\n#a", "# about\n--- |-\n#a", "\n|-\n#a"])
def test_a_file_that_is_one_text_keeps_its_number_signs(read, text):
    assert data_of(read(text)) == "#a"


@settings(max_examples=150, deadline=None)
@given(st.text("ab:-[]{}\"'#&*!|>%@`,? \n0~\\", max_size=40))
def test_both_parsers_agree_wherever_both_read_a_text(text):
    c, c_problems = read_yaml(text.encode(), file="a.yaml")
    pure, pure_problems = read_yaml(text.encode(), file="a.yaml", pure=True)
    if c and pure and not c_problems and not pure_problems:
        assert c.data == pure.data


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_make_it_raise(source):
    for pure in (False, True):
        document, problems = read_yaml(source, file="a.yaml", pure=pure)
        assert document is not None or problems
