from reconciler.model.access import GroupAccess, PersonAccess, Reviewer, TargetAccess
from reconciler.stages.reviewers import suggest_reviewers


def test_owners_are_named_once_with_what_they_answer_for():
    groups = (
        GroupAccess("a", "prod", "Prod", owner="grace"),
        GroupAccess("a", "ops", "Ops", owner="@team"),
        GroupAccess("a", "free", "Free"),
    )
    people = (PersonAccess("a", "zara", "Zara", (), owner="grace"),)
    again = TargetAccess((), (GroupAccess("b", "prod", "Prod", owner="grace"),))
    assert suggest_reviewers([TargetAccess(people, groups), again]) == (
        Reviewer("@team", ("ops",)),
        Reviewer("grace", ("prod",), ("zara",)),
    )
