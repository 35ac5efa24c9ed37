"""The faults as data: how often the server gets the request, and what is made of its answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import Enum
from typing import NamedTuple


class Reply(NamedTuple):
    """An answer: of the server, or one that somebody on the way makes up."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Then(Enum):
    """What happens to the connection: the handler's method of this name."""

    ANSWER = "answer"
    RESET = "reset"
    HOLD = "hold"
    CUT_ANNOUNCED = "cut_announced"
    CUT_UNANNOUNCED = "cut_unannounced"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the server gets the request *deliveries* times."""

    deliveries: int
    then: Then
    reply: Callable[[Sequence[Reply]], Reply]


def _last(replies: Sequence[Reply]) -> Reply:
    return replies[-1] if replies else Reply(500, [], b"")


def _first(replies: Sequence[Reply]) -> Reply:
    return replies[0]


def _refusal(status: int, detail: str, **headers: str) -> Reply:
    error = f'{{"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "{status}"'
    body = f'{error}, "detail": "{detail}"}}'.encode()
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Reply(status, [("Content-Type", "application/scim+json"), *named], body)


def _soon() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True)


_HTML = Reply(
    502,
    [("Content-Type", "text/html")],
    b"<html><head><title>502 Bad Gateway</title></head><body><h1>502</h1></body></html>",
)

FAULTS = {
    "reset-before": Fault(0, Then.RESET, _last),
    "reset-after": Fault(1, Then.RESET, _last),
    "timeout-before": Fault(0, Then.HOLD, _last),
    "timeout-after": Fault(1, Then.HOLD, _last),
    "429-seconds": Fault(0, Then.ANSWER, lambda _: _refusal(429, "slow down", Retry_After="2")),
    "429-date": Fault(0, Then.ANSWER, lambda _: _refusal(429, "slow down", Retry_After=_soon())),
    "500-before": Fault(0, Then.ANSWER, lambda _: _refusal(500, "out of order")),
    "500-after": Fault(1, Then.ANSWER, lambda _: _refusal(500, "out of order")),
    "502-before": Fault(0, Then.ANSWER, lambda _: _HTML),
    "502-after": Fault(1, Then.ANSWER, lambda _: _HTML),
    "cut-announced": Fault(1, Then.CUT_ANNOUNCED, _last),
    "cut-unannounced": Fault(1, Then.CUT_UNANNOUNCED, _last),
    "twice-first": Fault(2, Then.ANSWER, _first),
    "twice-second": Fault(2, Then.ANSWER, _last),
}
"""`before`: the server never sees the request. `after`: it has done what was asked."""
