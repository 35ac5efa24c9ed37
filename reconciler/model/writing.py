"""How carefully to write: the words of three knobs of the client."""

from enum import StrEnum


class Etag(StrEnum):
    """What the versions of a server are good for (RFC 7644 §3.14)."""

    AUTO = "auto"
    """A write bears the `meta.version` that was read, where there was one."""

    NONE = "none"
    """Versions mean nothing here: what is there is looked at instead, as `recheck` says."""

    REQUIRED = "required"
    """A write without a version is refused (428): where none is known, it is read first."""


class Recheck(StrEnum):
    """When to look again, right before a write that bears no version, at what it changes."""

    ALWAYS = "always"
    """Before every such write: one request more for each."""

    WHEN_OLD = "when_old"
    """Before a disable or a delete, and where it was read longer ago than
    `recheck_after_seconds`."""

    NEVER = "never"
    """Not even where the object is read anyway, for a PUT."""


class Verify(StrEnum):
    """What is read back after a write; 200 and 204 do not mean that it was done."""

    ALL = "all"
    """Every object: for servers that answer with what they were sent, whatever they stored."""

    ANSWER = "answer"
    """An answer that shows the object counts; where it shows none, or an old value, it is read."""

    SAMPLE = "sample"
    """Where the answer shows no object: whoever loses something, the first, and one in ten."""

    NONE = "none"
    """Nothing but what is adopted."""
