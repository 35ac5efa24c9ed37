"""The words of what may hold changes back: guards, and policies by their ids."""

from enum import StrEnum


class Guard(StrEnum):
    """What may hold changes back (design §6)."""

    REMOVALS = "removals"
    REVOCATIONS = "revocations"
    DAILY = "daily"
    MASS_CHANGE = "mass-change"
    ADOPTION = "adoption"
    INCOMPLETE = "incomplete-snapshot"
    EMPTY = "empty-desired-state"
    PROTECTED = "protected"
    REQUIRED = "required"
    LAST_MEMBER = "last-member"
    SELF = "self"
    FIRST_RUN = "first-run"
    IRREVERSIBLE = "irreversible"


POLICY = "policy:"
"""Stands before the id of a policy wherever guards are named."""


def is_guard(word: str) -> bool:
    """Tell whether *word* may name what holds a change."""
    return word in frozenset(Guard) or (word.startswith(POLICY) and word != POLICY)
