"""Rehearse a plan: the code that writes, before a server that takes everything.

How many requests a change costs is decided in one place, where it is written. So that code is run,
on a clock of its own, and what it would send is counted. Nothing leaves the house.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from reconciler.errors import TargetError
from reconciler.model.forecast import Forecast, Span
from reconciler.model.plan import Action, Change, TargetPlan
from reconciler.model.rate import RateLimit
from reconciler.model.service import Service
from reconciler.model.values import Kind, Ref
from reconciler.scim.client import ScimClient
from reconciler.scim.rehearsal.understudy import Request, Understudy
from reconciler.scim.writing.writer import write_change

REHEARSED: Final = 5_000
"""Changes of one kind and action that are rehearsed; of more, some, as far apart as each other."""

NO_SPENDING: Final[Mapping[RateLimit, Sequence[float]]] = {}
_Sort = tuple[Kind, Action]


def rehearse(
    plan: TargetPlan,
    service: Service,
    *,
    answer_seconds: float | None = None,
    spent: Mapping[RateLimit, Sequence[float]] = NO_SPENDING,
) -> Forecast:
    """Return what an apply of *plan* is expected to cost; *answer_seconds* is what one takes.

    *spent* says of budgets how many seconds ago requests were sent that count.
    """
    showing, silent = (
        _Rehearsal(plan, service, answer_seconds or 0.0, shows=shows) for shows in (True, False)
    )
    for rehearsal in (showing, silent):
        for limit, ages in spent.items():
            rehearsal.stage.throttle.recall(limit, (-age for age in ages))
        rehearsal.run()
    least, most = showing.stage, silent.stage
    return Forecast(
        requests={
            method: Span(least.sent[method], most.sent[method])
            for method in sorted({*least.sent, *most.sent})
        },
        seconds=Span(least.clock.now, most.clock.now),
        answer_seconds=answer_seconds,
        is_limited=most.clock.held > 0,
        joined=service.bulk.operations if service.bulk is not None else 1,
        is_sampled=any(step > 1 for step in showing.steps.values()),
    )


class _Rehearsal:
    """One performance of a plan."""

    def __init__(
        self, plan: TargetPlan, service: Service, answer_seconds: float, *, shows: bool
    ) -> None:
        self.stage = Understudy(plan, service, answer_seconds, shows=shows)
        sorts = Counter((change.kind, change.action) for change in plan.changes)
        self.steps = {sort: -(-number // REHEARSED) for sort, number in sorts.items()}
        self._asks = service.bulk is not None and not shows
        self._plan = plan
        self._client = ScimClient(self.stage, service)
        self._client.findings.taken = plan.taken
        self._ids = dict(plan.ids)
        self._met = Counter[_Sort]()
        self._like: dict[_Sort, list[Request]] = {}

    def run(self) -> None:
        """Send what nothing holds back and what has all that it refers to, as an apply does."""
        if self._asks and len(self._plan.changes) > 1:
            self.stage.repeat([("GET", "ServiceProviderConfig")])
        for wave in self._plan.waves:
            for change in wave:
                if not change.held_by and change.missing(self._ids) is None:
                    with self.stage.clock.thread():
                        self._send(change)
            self.stage.clock.meet()

    def _send(self, change: Change) -> None:
        sort = (change.kind, change.action)
        live_id = change.live_id
        if self._met[sort] % self.steps[sort]:
            self.stage.repeat(self._like[sort])
        else:
            self._like[sort] = self.stage.begin(change, self._ids)
            try:
                live_id = write_change(self._client, change, self._ids).live_id
            except TargetError:
                live_id = None  # It cannot be done here, and apply will say so.
        self._met[sort] += 1
        if change.action is Action.CREATE:
            self._ids[Ref(change.kind, change.key)] = live_id or self.stage.new_id()
