"""The classes of drift: how live may differ from what was last applied (design §7)."""

from enum import StrEnum


class DriftClass(StrEnum):
    """What is wrong with an object, or with one member of a group."""

    MISSING = "missing"
    """It should be there and is not."""
    CHANGED = "changed"
    """One attribute holds another value."""
    UNMANAGED = "unmanaged"
    """It is there and nobody's, or should be gone."""
    EXTRA_MEMBER = "extra-member"
    MISSING_MEMBER = "missing-member"

    @property
    def words(self) -> str:
        """The class as people read it."""
        return self.value.replace("-", " ")
