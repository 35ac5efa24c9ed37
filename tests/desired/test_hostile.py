"""Every file of the corpus ends in the words beside it: no crash, no secret, the right line.

`python -m pytest tests/desired/test_hostile.py` compares; after a deliberate change of words, put
what a failing test shows into the .txt file, and read it as the person who made the mistake would.
"""

from pathlib import Path

import pytest

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
