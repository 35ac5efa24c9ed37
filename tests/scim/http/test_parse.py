"""JSON of strangers: what is nested beyond sense is refused, and brackets in a text are text."""

import pytest

from reconciler.scim.http.parse import DEEPEST, parse_json


def nested(levels, opening=b'{"a":', closing=b"}"):
    return opening * (levels - 1) + b"[]" + closing * (levels - 1)


@pytest.mark.parametrize("shape", [(b'{"a":', b"}"), (b"[", b"]"), (b'{"a":', b',"b":1}')])
def test_what_is_nested_beyond_sense_is_refused(shape):
    assert parse_json(nested(DEEPEST, *shape))
    for levels in (DEEPEST + 1, 500, 100_000):
        with pytest.raises(ValueError, match="nested too deeply"):
            parse_json(nested(levels, *shape))


def test_levels_of_both_kinds_count_each():
    half = DEEPEST // 2
    assert parse_json(b'[{"a":' * (half - 1) + b"[]" + b"}]" * (half - 1))
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_json(b'[{"a":' * half + b"[]" + b"}]" * half)


def test_brackets_in_a_text_are_no_nesting():
    text = "[{" * 500 + "]"
    assert parse_json(f'{{"title": "{text}", "more": [{{}}, []]}}'.encode()) == {
        "title": text,
        "more": [{}, []],
    }


def test_half_a_surrogate_pair_becomes_text_that_can_be_written():
    assert parse_json(b'{"title": "a\\ud800b"}') == {"title": "a?b"}
