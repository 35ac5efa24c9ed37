"""Points in time as text: UTC, to the second (RFC 3339 §5.6)."""

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """Return "2026-11-23T10:59:31Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def readable(moment: datetime) -> str:
    """Return "2026-11-23 10:59:31 UTC"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
