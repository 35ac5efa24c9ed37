"""What a run finds out about a server while it writes, so that it is found out once."""

from dataclasses import dataclass


@dataclass(slots=True)
class Findings:
    """What the threads of one run know of the server beside its profile; each only narrows it.

    *members_per_request* is the largest batch that was taken where a larger one was refused.
    """

    members_per_request: int | None = None
