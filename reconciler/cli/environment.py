"""The clock and the environment: read here, and passed on as arguments."""

import os
from datetime import UTC, datetime


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)  # noqa: TID251 -- the one clock


def variable(name: str) -> str | None:
    """Return an environment variable, None where it is not set or empty."""
    return os.environ.get(name) or None  # noqa: TID251 -- the one door to the environment
