import pytest

from reconciler.model.resource import Live
from reconciler.model.untouchable import pattern_of
from reconciler.model.values import Kind


@pytest.mark.parametrize(
    ("name", "pattern", "fits"),
    [
        ("admins", "admins", True),
        ("Admins", "ADMINS", True),
        ("admins2", "admins", False),
        ("", "admins", False),
        ("AWSLogArchiveViewers", "AWSLogArchive*", True),
        ("MyAWSLogArchive", "AWSLogArchive*", False),
        ("acme_admin", "*_admin", True),
        ("acme_admin_old", "*_admin", False),
        ("service-1@app.example", "service-*@*", True),
        ("service-1", "service-*@*", False),
        ("aba", "ab*ba", False),
        ("abba", "ab*ba", True),
        ("a.b", "a?b", False),
        ("[x]", "[x]", True),
        ("anything", "*", True),
        ("a" * 5_000, "*a" * 50 + "*b", False),
    ],
)
def test_a_star_is_any_characters_and_nothing_else_is_special(name, pattern, fits):
    live = Live(Kind.GROUP, "1", {"displayName": name})
    assert (pattern_of(live, ["other", pattern]) == pattern) is fits
