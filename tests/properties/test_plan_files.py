"""A signed plan file means what was signed, or it is refused: whatever somebody does to it."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import InputError
from reconciler.model.guard import Guard
from reconciler.model.path import parse_path
from reconciler.model.plan import (
    Action,
    AttributeChange,
    Change,
    MemberChange,
    Plan,
    TargetPlan,
    Violation,
)
from reconciler.model.plankey import PlanKey
from reconciler.model.resource import Live
from reconciler.model.values import Kind, Ref
from reconciler.render.planfile.dump import dump_plan
from reconciler.render.planfile.load import load_approved

NOW = datetime(2026, 7, 1, tzinfo=UTC)
KEY, OTHER = PlanKey("k" * 32), PlanKey("o" * 32)
TITLE = AttributeChange(parse_path("title"), "Engineer", "Lead")
SECRET = AttributeChange(parse_path("nickName"), None, "Countess", sensitive=True)
CHANGES = (
    Change(
        "app", Kind.USER, "ada", Action.UPDATE, "ada", "why",
        live=Live(Kind.USER, "id-1", {}), attributes=(TITLE, SECRET),
    ),
    Change(
        "app", Kind.GROUP, "crew", Action.REMOVE_MEMBERS, "crew", "why",
        live=Live(Kind.GROUP, "id-2", {}),
        remove=(MemberChange(Ref(Kind.USER, "bob"), "id-3", "bob"),),
        held_by=("revocations",),
    ),
)  # fmt: skip
GUARD = Violation(Guard.REVOCATIONS, "too many", "setting", holds=frozenset({CHANGES[1].id}))
TARGET = TargetPlan(
    "app", "generic-scim", "https://app.example", NOW, 2, 1, True, ("all",), (CHANGES,), (GUARD,)
)
PLAN = Plan(NOW, "0", "d" * 64, "c0ffee", (TARGET,), moment=NOW)
SIGNED = dump_plan(PLAN, KEY)
HONEST = load_approved(SIGNED, [KEY])

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)


def places(value, path=()):
    """Return the path to everything in *value*."""
    yield path
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for name, item in inner:
            yield from places(item, (*path, name))


PLACES = [path for path in places(json.loads(SIGNED)) if path]


def judge(text):
    """Fail where *text* is accepted and means anything but what was signed."""
    try:
        assert load_approved(text, [KEY]) == HONEST
    except InputError:
        return


def parent_of(document, path):
    for name in path[:-1]:
        document = document[name]
    return document


@given(st.sampled_from(PLACES), JSON)
def test_another_value_anywhere_is_refused(path, value):
    document = json.loads(SIGNED)
    parent = parent_of(document, path)
    was, parent[path[-1]] = parent[path[-1]], value
    if json.dumps(was) != json.dumps(value):
        judge_refused(document)


@given(st.sampled_from(PLACES))
def test_what_is_taken_away_anywhere_is_missed(path):
    document = json.loads(SIGNED)
    del parent_of(document, path)[path[-1]]
    judge_refused(document)


@given(st.sampled_from(PLACES), st.text(max_size=8), JSON)
def test_what_is_added_anywhere_is_noticed(path, name, value):
    document = json.loads(SIGNED)
    parent = parent_of(document, path)
    if isinstance(parent, list):
        parent.append(value)
    elif name in parent:
        return
    else:
        parent[name] = value
    judge_refused(document)


@given(st.integers(0, len(SIGNED) - 1), st.text(max_size=3), st.integers(0, 40))
def test_other_letters_anywhere_are_refused_or_mean_the_same(at, letters, length):
    judge(SIGNED[:at] + letters + SIGNED[at + length :])


@given(st.integers(0, len(SIGNED)))
def test_a_file_that_breaks_off_is_refused_or_means_the_same(at):
    judge(SIGNED[:at])


def test_order_and_white_space_mean_nothing():
    document = json.loads(SIGNED)
    shuffled = json.dumps(dict(sorted(document.items(), reverse=True)), indent=7)
    assert load_approved(shuffled, [OTHER, KEY]) == HONEST


def test_a_key_that_stands_twice_is_refused():
    doubled = SIGNED.replace('"held_by": []', '"held_by": ["x"], "held_by": []', 1)
    assert doubled != SIGNED
    judge_refused_text(doubled)


def judge_refused(document):
    judge_refused_text(json.dumps(document))


def judge_refused_text(text):
    try:
        load_approved(text, [KEY])
    except InputError:
        return
    raise AssertionError("an altered plan file was accepted")
