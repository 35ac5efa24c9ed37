"""One dialect: .NET's patterns, in Replace and in scoping operators, in linear time."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import EvaluationError, ExpressionError
from reconciler.expr.engines import compile_pattern, compile_test

MATCHES = [
    (r"\w+", ["Zoë", "a_1", "Ünal", "٣"], ["a-b", " ", "é!"]),
    (r"\d+", ["12", "٣٤"], ["1a", "²"]),
    (r"\S+\s\S+", ["a b", "a\u00a0b", "a\u0085b"], ["ab", "a  b"]),
    (r"[\w.]+@contoso\.com", ["zoë.k@contoso.com"], ["a b@contoso.com", "a@contosoxcom"]),
    (r"[^\W_]+", ["Zoë1"], ["a_b", "a-b"]),
    (r"[\W_]+", ["-_ !"], ["a", "é"]),
    (r"[\S]+", ["a-b"], ["a b", "a\u2003b"]),
    (r"\p{Lu}\p{Ll}+", ["Ada", "Élan"], ["ada", "ADA"]),
    (r"\P{L}+", ["12-"], ["a1"]),
    (r"\p{IsGreek}+", ["αβγ"], ["abc"]),
    (r"[\p{IsCyrillic}\d]+", ["\u0418\u04327"], ["Ivan"]),
    (r"(?i)ada", ["ADA"], ["add"]),
    (r"(?i:a)da", ["Ada"], ["ADA"]),
    (r"\x41\u0042\cI\e\07\0", ["AB\t\x1b\x07\x00"], ["ABC"]),
    (r"[]a]+", ["]a"], ["b"]),
    (r"[^]a]+", ["bc"], ["]", "a"]),
    (r"[a\-z]+", ["a-z"], ["b"]),
    (r"[+-]?\d", ["+1", "-1", "1"], ["*1"]),
    (r"[a-]+", ["a-"], ["b"]),
    (r"[[:alpha]+", ["[:alph"], ["z"]),
    (r"[a&&b]+", ["a&b"], ["c"]),
    (r"[\b]", ["\b"], ["b"]),
    (r"^ada$", ["ada"], ["xada", "ada\n"]),
    (r"\Aada\Z", ["ada"], ["xada"]),
    (r"a(?#a comment)b", ["ab"], ["a"]),
    (r"a{2,3}?b", ["aab"], ["ab"]),
    (r".*\@domain.com", ["x@domain.com"], ["x@domain.org"]),
    (r"(?'n'a)b", ["ab"], ["a"]),
]


@pytest.mark.parametrize(("pattern", "holds", "fails"), MATCHES)
def test_a_pattern_means_what_it_means_in_net(pattern, holds, fails):
    test, engine = compile_test(pattern, "whole"), compile_pattern(pattern).engine
    for text in holds:
        assert (test(text), bool(engine.fullmatch(text))) == (True, True), text
    for text in fails:
        assert (test(text), bool(engine.fullmatch(text))) == (False, False), text


REFUSED = [
    ("a(?=b)", 1, "a look-ahead"),
    ("a(?!b)", 1, "a look-ahead"),
    ("(?<=a)b", 0, "a look-behind"),
    ("(?<!a)b", 0, "a look-behind"),
    ("(?>a)", 0, "an atomic group"),
    ("(?(a)b|c)", 0, "a condition"),
    (r"\103", 0, "a back-reference"),
    (r"(a)\1", 3, "a back-reference"),
    (r"(?<n>a)\k<n>", 7, "a back-reference"),
    ("(?<a-b>x)", 0, "'(?<a'"),
    ("(?x)a b", 0, "'(?x)'"),
    ("[a-z-[aeiou]]", 4, "a class within a class"),
    (r"\G", 0, r"\G"),
    (r"[\q]", 1, r"\q"),
    (r"\P{IsGreek}", 0, "the inverse of a block"),
    (r"\p{Klingon}", 0, "there is no category or block 'Klingon'"),
    (r"\pL", 0, "a category is missing"),
    ("[ab", 0, "this class is not closed"),
    ("a\\", 1, "the pattern ends with a backslash"),
    ("(a", 0, "the pattern cannot be used"),
    ("a{1,2000}", 0, "the pattern cannot be used"),
]


@pytest.mark.parametrize(("pattern", "column", "message"), REFUSED)
def test_what_no_linear_engine_can_do_is_refused_at_its_place(pattern, column, message):
    with pytest.raises(EvaluationError, match=re.escape(message)) as refused:
        compile_pattern(pattern)
    if pattern == "a{1,2000}":
        return  # The regex crate takes it; a test of a value needs no more.
    with pytest.raises(ExpressionError, match=re.escape(message)) as caught:
        compile_test(pattern, "whole")
    assert caught.value.column == column
    if "cannot be used" not in message:
        assert f"(character {column + 1} of the pattern)" in refused.value.message


def test_anywhere_is_an_unanchored_match():
    assert compile_test("[1-9][0-9]", "anywhere")("a123")
    assert not compile_test("[1-9][0-9]", "whole")("a123")


SIGNS = "ab\\wWdDsSpPbBAzZkuxc1230{}[]()^$|?*+.<>='!:#-,LuIsGreek&~\n"


@given(st.text(st.sampled_from(SIGNS), max_size=24))
def test_any_text_is_a_pattern_for_both_or_a_mistake(text):
    with suppress(EvaluationError):
        compile_pattern(text)
    with suppress(ExpressionError):
        compile_test(text, "whole")


@given(st.text(max_size=30), st.sampled_from(["(a+)+$", "(a|a)*b", "(.*a){12}", r"(\w+\s?)+$"]))
def test_what_explodes_elsewhere_ends_at_once(text, pattern):
    long = "a" * 20_000 + text
    compile_pattern(pattern).engine.sub("", long)
    compile_test(pattern, "anywhere")(long)
