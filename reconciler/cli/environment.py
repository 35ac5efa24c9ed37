"""The clock and the environment: read here, and passed on as arguments."""

import getpass
import os
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

_SERVICES: Final = {
    "GITHUB_ACTIONS": ("GitHub Actions run", "GITHUB_RUN_ID", "GITHUB_ACTOR", "GITHUB_SHA"),
    "GITLAB_CI": ("GitLab job", "CI_JOB_ID", "GITLAB_USER_LOGIN", "CI_COMMIT_SHA"),
    "TF_BUILD": ("Azure build", "BUILD_BUILDID", "BUILD_REQUESTEDFOR", "BUILD_SOURCEVERSION"),
}
"""CI services by their mark: the name, and the variables that hold job, person and commit."""


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)  # noqa: TID251 -- the one clock


def stopwatch() -> float:
    """Return seconds that only go forward."""
    return time.monotonic()


def variable(name: str) -> str | None:
    """Return an environment variable, None where it is not set or empty."""
    return os.environ.get(name) or None  # noqa: TID251 -- the one door to the environment


def for_git() -> dict[str, str]:
    """Return what git needs: where programs and the user's own settings are, nothing of GIT_*."""
    names = ("PATH", "HOME", "XDG_CONFIG_HOME", "SYSTEMROOT", "TMPDIR")
    found = ((name, variable(name)) for name in names)
    return {name: value for name, value in found if value is not None}


def trigger() -> str:
    """Return who or what started this run: `GitHub Actions run 77, by ada`, else `ada@laptop`."""
    for mark, (name, job, person, _) in _SERVICES.items():
        if variable(mark):
            return f"{name} {variable(job) or '?'}, by {variable(person) or 'nobody named'}"
    who = "somebody"
    with suppress(OSError, KeyError):  # No such user here; KeyError before Python 3.13.
        who = getpass.getuser()
    return f"{who}@{socket.gethostname()}"


def process() -> str:
    """Return this process and its machine, for whoever has to find it."""
    return f"process {os.getpid()} on {socket.gethostname()}"


def base_branch(ref: str) -> str:
    """Return into which branch a job of GitHub merges, where *ref* is what it merges into."""
    return variable("GITHUB_BASE_REF") or "" if ref in ("HEAD^", "HEAD^1") else ""


def commit() -> str | None:
    """Return the commit that a CI service says it runs on."""
    found = (variable(sha) for mark, (*_, sha) in _SERVICES.items() if variable(mark))
    return next(found, None)
