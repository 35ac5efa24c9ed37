"""What a run finds out about a server while it writes, so that it is found out once."""

import threading
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.model.plan import Action
from reconciler.model.values import Kind


@dataclass(slots=True)
class Findings:
    """What the threads of one run know of the server beside its profile; each only narrows it.

    *members_per_request* is the largest batch that was taken where a larger one was refused.
    *unpatchable* holds what of which kind goes by PUT, since a PATCH of it was not supported.
    *taken* is when the objects were read that the changes are planned on, None if nobody said.
    *versions* holds what this run has written, by id, with the version that it has since, if that
    was shown; *versions_hold* is false once the server refused the very version that it shows.
    *created* holds the ids of new objects, *untaken* the attributes that were sent, waited for and
    not taken, *sampled* of which kind and action one was read back. *requested* names, by kind,
    what the server shows only when asked for it; a kind is missing as long as nobody looked.
    *asking* is held by the one thread that looks.
    """

    members_per_request: int | None = None
    unpatchable: set[tuple[Kind, str]] = field(default_factory=set)
    taken: datetime | None = None
    versions: dict[str, str | None] = field(default_factory=dict)
    versions_hold: bool = True
    created: set[str] = field(default_factory=set)
    untaken: set[tuple[Kind, str]] = field(default_factory=set)
    sampled: set[tuple[Kind, Action]] = field(default_factory=set)
    requested: dict[Kind, tuple[str, ...]] = field(default_factory=dict)
    asking: threading.Lock = field(default_factory=threading.Lock)
