"""Every file of the corpus ends in the words beside it: no crash, no secret, the right line.

`python -m pytest tests/desired/test_hostile.py` compares; after a deliberate change of words, put
what a failing test shows into the .txt file, and read it as the person who made the mistake would.
"""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.yamldoc import DEFAULT_LIMITS

CORPUS = Path(__file__).parent / "hostile"


def shown(problems):
    """Write problems as plain text, one line each, with the caret below."""
    lines = []
    for item in problems:
        column = "" if item.at.column is None else f":{item.at.column}"
        lines.append(f"{item.at}{column} {item.severity} [{item.rule}] {item.message}")
        if item.hint:
            lines.append(f"  = {item.hint}")
        if item.excerpt:
            lines += [f"  | {item.excerpt.text}", f"  | {' ' * item.excerpt.column}^"]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_hostile_file_ends_in_the_words_beside_it(path, profiles):
    _, problems = load_desired([SourceFile("a.yaml", path.read_bytes())], profiles)
    found = shown(problems)
    assert found == path.with_suffix(".txt").read_text()
    assert "xoxb-12345" not in found
    assert "hunter2" not in found


def test_the_corpus_is_as_large_as_promised():
    assert len(list(CORPUS.glob("*.yaml"))) >= 40


def test_a_huge_file_is_a_problem(profiles):
    source = SourceFile("a.yaml", b"#" * (DEFAULT_LIMITS.size + 1))
    _, problems = load_desired([source], profiles)
    assert [item.rule for item in problems] == ["yaml-size"]


def test_twenty_thousand_brackets_stop_at_the_depth_limit(profiles):
    _, problems = load_desired([SourceFile("a.yaml", b"[" * 20_000)], profiles)
    assert [item.rule for item in problems] == ["yaml-depth"]


def test_a_chain_of_a_thousand_nested_groups_is_walked(profiles):
    lines = [f"  g{n}: {{members: [{{group: g{n + 1}}}]}}" for n in range(1000)]
    text = "\n".join(["groups:", *lines, "  g1000: {members: [{group: g0}]}"])
    _, problems = load_desired([SourceFile("a.yaml", text.encode())], profiles)
    assert [item.rule for item in problems] == ["group-circle"]


_WORDS = [
    "ada",
    "bob",
    "users",
    "groups",
    "scopes",
    "mappings",
    "targets",
    "attributes",
    "mail",
    "manager",
    "members",
    "user",
    "group",
    "from",
    "until",
    "profile",
    "envoy",
    "url",
    "auth",
    "bearer",
    "env",
    "scope",
    "all",
    "assignments",
    "mapping",
    "filter",
    "actions",
    "for",
    "expression",
    "constant",
    "match",
    "default",
    "name",
    "attribute",
    "operator",
    "equals",
    "value",
    "limits",
    "removals",
    "percent",
    "ownership",
    "external_id",
    "prefix",
    "service",
    "page_size",
    "type",
    "displayName",
    "2027-01-31",
    "[mail]",
    "userName",
]
_LEAVES = st.sampled_from(_WORDS) | st.integers(-2, 2) | st.booleans() | st.none() | st.just(0.5)
_ANYTHING = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_WORDS), inner, max_size=4)
    ),
    max_leaves=12,
)
_SECTIONS = ["users", "groups", "scopes", "mappings", "targets", "attributes"]
_ENTRIES = st.dictionaries(st.sampled_from(["ada", "envoy", "all"]), _ANYTHING, max_size=3)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(_SECTIONS), _ENTRIES, max_size=4))
def test_no_data_whatever_its_shape_makes_it_raise(profiles, data):
    source = SourceFile("a.yaml", json.dumps(data, indent=1).encode())
    _, problems = load_desired([source], profiles)
    assert list(problems) == sorted(problems, key=lambda item: (item.at.line, item.at.column or 0))
