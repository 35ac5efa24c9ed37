"""The wording of the access view, which terminal, Markdown and HTML share."""

from dataclasses import replace
from datetime import date

from reconciler.model.access import Cause, Effect, Ending, Reviewer, Thing, Turn
from reconciler.model.problem import Position
from reconciler.render.plan.access import causes, ending_said, is_held, reviewer_said, what

AT = Position("groups/prod.yaml", 14)
ADMIN = Effect(Thing.ROLE, "Admin", "Admin", Turn.TAKEN, "c", privileged=True)


def group(number, **fields):
    effect = Effect(Thing.GROUP, f"g{number}", f"Group {number}", Turn.TAKEN, "c", Cause(AT))
    return replace(effect, **fields)


def text(sentence):
    return "".join(piece.text for piece in sentence)


def test_a_departure_is_said_compactly():
    account = Effect(Thing.ACCOUNT, "ada", "ada", Turn.DISABLED, "c")
    effects = (account, ADMIN, *map(group, range(8)))
    assert text(what(effects)) == (
        "loses everything: the account, which is disabled, the role Admin (privileged) and "
        "8 groups: Group 0, Group 1, Group 2, Group 3, Group 4 and 3 more"
    )
    assert text(what(effects, limit=None)).endswith("Group 6, Group 7")


def test_what_is_privileged_is_never_cut_off():
    effects = (*map(group, range(8)), group(9, privileged=True))
    assert text(what(effects)).startswith("leaves 9 groups: Group 9 (privileged), Group 0")


def test_a_role_that_the_app_is_not_told_of_says_so():
    assert text(what((replace(ADMIN, unheard=True),))) == (
        "loses the role Admin (privileged, the app is not told of it)"
    )
    plain = replace(ADMIN, key="Staff", name="Staff", privileged=False, unheard=True)
    assert text(what((plain,))) == "loses the role Staff (the app is not told of it)"
    account = Effect(Thing.ACCOUNT, "ada", "ada", Turn.DISABLED, "c")
    assert text(what((account, plain, replace(ADMIN, unheard=True)))) == (
        "loses everything: the account, which is disabled, and "
        "2 roles (the app is not told of them): Admin (privileged), Staff"
    )
    assert text(what((replace(account, turn=Turn.CREATED), replace(plain, turn=Turn.GIVEN)))) == (
        "gets an account and the role Staff (the app is not told of it)"
    )


def test_what_is_held_is_said_once_or_where_it_differs():
    held = ("revocations",)
    both = (group(1, held_by=held), group(2, held_by=held))
    assert text(what(both)) == "leaves 2 groups: Group 1, Group 2; held by revocations"
    assert is_held(both)
    mixed = (group(1, held_by=held), group(2))
    assert text(what(mixed)) == "leaves 2 groups: Group 1 (held by revocations), Group 2"
    assert not is_held(mixed)
    assert not is_held(())


def test_the_last_day_is_said_of_what_is_gained():
    cause = Cause(AT, "added", until=date(2026, 12, 31))
    joins = group(1, turn=Turn.GIVEN, cause=cause)
    assert text(what((joins,))) == "joins the group Group 1, until 2026-12-31"


def test_each_reason_is_said_once_and_a_few_are_enough():
    ways = [
        Cause(AT, "removed", through=("oncall", "night")),
        Cause(AT, rule="staff"),
        Cause(AT, why="the rule staff no longer admits ada", rule="staff"),
        Cause(Position("a.yaml", 1), "added"),
        Cause(Position("a.yaml", 2)),
    ]
    effects = [group(n, cause=cause) for n, cause in enumerate([*ways, *ways])]
    assert [text(sentence) for sentence in causes(effects)] == [
        "groups/prod.yaml:14 at the base is removed, through oncall > night",
        "groups/prod.yaml:14, by the rule staff",
        "groups/prod.yaml:14: the rule staff no longer admits ada",
        "and 2 more reasons",
    ]


def test_an_ending_names_what_ends_where_and_when():
    ending = Ending("envoy", "zara", "z@x", Thing.ACCOUNT, "zara", date(2026, 7, 5))
    assert text(ending_said(ending)) == "zara has an account at envoy until 2026-07-05"
    role = replace(ending, thing=Thing.ROLE, name="Admin")
    assert text(ending_said(role)) == "zara has the role Admin at envoy until 2026-07-05"
    crew = replace(ending, thing=Thing.GROUP, name="Crew")
    assert text(ending_said(crew)) == "zara is in the group Crew at envoy until 2026-07-05"


def test_a_reviewer_is_named_with_what_is_touched():
    reviewer = Reviewer("grace", tuple(f"g{n}" for n in range(6)), ("zara",))
    assert text(reviewer_said(reviewer)) == "grace for g0, g1, g2, g3, g4 and 2 more"
