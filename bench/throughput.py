"""Compare apply with a bare httpx loop that sends the same: `python bench/throughput.py 1000 5`.

Users are created, then changed, on a SCIM server that is a process of its own, fresh for every
turn. Ours is `execute_target` with its ledger in a file; the loop sends the requests that a proxy
recorded of ours, with the ids of its own server, from as many threads. Reading is in neither.
"""

import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))  # The tests know how to start servers.

import httpx

from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.execute import execute_target, open_journal
from reconciler.gallery.load import load_gallery
from reconciler.ledger.ledger import Ledger, open_ledger
from reconciler.model.history import RunStart
from reconciler.model.intent import Intent
from reconciler.model.plan import TargetPlan
from reconciler.model.target import Target
from reconciler.pipeline import expectations, look_ups, plan_target, prepare_target
from reconciler.scim.client import ScimClient
from reconciler.scim.http.auth import open_credentials
from reconciler.scim.http.retry import Patience
from reconciler.scim.http.secret import Secret
from reconciler.scim.http.transport import open_transport
from reconciler.scim.reading.snapshot import read_snapshot
from tests.faults.proxy import Request, proxying
from tests.servers.process import Server, running
from tests.servers.recipes import RECIPES, Recipe

NOW = datetime(2026, 7, 1, tzinfo=UTC)
GALLERY = load_gallery()
THREADS = 4
_BARE = Recipe(
    "bare",
    "/scim/v2",
    lambda launch: [sys.executable, str(Path(__file__).with_name("bare.py")), str(launch.port)],
)


class Turn(NamedTuple):
    """What one turn took in seconds, and in seconds of processor of this process; what it sent."""

    seconds: float
    busy: float
    requests: int


def main(users: int, turns: int, name: str) -> None:
    """Print each turn of both, then their ratio, turn by turn."""
    with _served(name) as server:
        recorded = _recorded(server, users)
    ours, loops = [], []
    for _ in range(turns):
        with _served(name) as server, tempfile.TemporaryDirectory() as folder:
            ours.append(_apply((server.base_url, server.token), users, Path(folder)))
        with _served(name) as server:
            loops.append(_loop(server, recorded))
        print(f"apply {_speed(ours[-1])}   loop {_speed(loops[-1])}", flush=True)
    assert {turn.requests for turn in (*ours, *loops)} == {len(recorded[0]) + len(recorded[1])}
    ratios = [loop.seconds / turn.seconds for turn, loop in zip(ours, loops, strict=True)]
    best = min(turn.seconds for turn in loops) / min(turn.seconds for turn in ours)
    print(
        f"{name}, {users} users, {THREADS} threads: apply has {statistics.median(ratios):.2f} of "
        f"the loop's speed turn by turn ({min(ratios):.2f} to {max(ratios):.2f}), {best:.2f} best "
        f"by best; a request takes it {_least(ours):.2f} ms of processor, the loop "
        f"{_least(loops):.2f}"
    )


def _least(turns: Sequence[Turn]) -> float:
    return min(turn.busy / turn.requests for turn in turns) * 1000


def _speed(turn: Turn) -> str:
    return f"{turn.seconds:6.2f} s {turn.requests / turn.seconds:6.0f}/s {turn.busy:6.2f} s busy"


@contextmanager
def _served(name: str) -> Iterator[Server]:
    recipe = _BARE if name == "bare" else RECIPES[name]
    with tempfile.TemporaryDirectory() as folder, running(recipe, Path(folder)) as server:
        yield server


def _recorded(server: Server, users: int) -> list[list[Request]]:
    """Return what apply sends: creates, then changes; ids stand as the names that bear them."""
    waves: list[list[Request]] = []
    with proxying(server.base_url) as (proxy, url), tempfile.TemporaryDirectory() as folder:

        def note() -> None:
            waves.append([seen.request for seen in proxy.log])
            proxy.expect(None, 0)

        at = url, server.token
        _apply(at, users, Path(folder), begin=lambda: proxy.expect(None, 0), end=note)
    names = {user["id"]: user["userName"] for user in server.resources("Users")}

    def named(request: Request) -> Request:
        path = re.sub(r"[^/]+$", lambda found: names.get(found[0], found[0]), request.path)
        return request._replace(path=path.removeprefix(httpx.URL(server.base_url).path + "/"))

    return [[named(request) for request in wave] for wave in waves]


def _nothing() -> None:
    """Neither begin nor end needs anything."""


def _apply(
    at: tuple[str, str],
    users: int,
    folder: Path,
    *,
    begin: Callable[[], None] = _nothing,
    end: Callable[[], None] = _nothing,
) -> Turn:
    """Create, then change, *at* a URL with a token; time what is done with the plan."""
    seconds, busy, requests = 0.0, 0.0, 0
    with open_ledger(f"sqlite:///{folder / 'ledger.db'}") as ledger:
        for title in ("Engineer", "Principal Engineer"):
            target, plan, client = _planned(at, users, title, ledger)
            sent = client.requests
            begin()
            began, worked = time.perf_counter(), time.process_time()
            journal = open_journal([plan], RunStart("bench"), ledger, lambda: datetime.now(UTC))
            outcomes = list(execute_target(plan, target, client, journal))
            seconds += time.perf_counter() - began
            busy += time.process_time() - worked
            end()
            assert {outcome.detail for outcome in outcomes} == {""}
            assert len(outcomes) == users
            requests += client.requests - sent
            client.transport.close()
    return Turn(seconds, busy, requests)


def _planned(
    at: tuple[str, str], users: int, title: str, ledger: Ledger
) -> tuple[Target, TargetPlan, ScimClient]:
    url, token = at
    source = SourceFile("all.yaml", json.dumps(_document(url, users, title)).encode())
    desired, problems = load_desired([source], GALLERY)
    assert not problems, problems[:3]
    target: Target = desired.targets["app"]
    wanted, _ = prepare_target(desired, target, NOW)
    transport = open_transport(
        url,
        credentials=open_credentials(target.auth, Secret(token)),
        service=target.service,
        patience=Patience(0, time.sleep, lambda: 0.0, lambda: NOW, time.monotonic),
    )
    client = ScimClient(transport, target.service)
    memory = ledger.memory("app", url)
    snapshot = read_snapshot(
        client.reader, now=NOW, look_ups=look_ups(wanted), expected=expectations(wanted, memory)
    )
    return target, plan_target(Intent(target, wanted), snapshot, memory), client


def _document(url: str, users: int, title: str) -> dict[str, object]:
    people = {
        f"u{number:05}": {
            "userPrincipalName": f"u{number:05}@contoso.example",
            "displayName": f"User {number}",
            "givenName": "Given",
            "surname": "Name",
            "mail": f"u{number:05}@contoso.example",
            "jobTitle": title,
        }
        for number in range(users)
    }
    target = {
        "profile": "generic-scim",
        "url": url,
        "auth": {"bearer": {"env": "BENCH_SCIM_TOKEN"}},
        "scope": "all",
        "service": {"concurrency": THREADS},
        "limits": {"mass_change": {"percent": 100, "floor": users}},
    }
    return {"users": people, "targets": {"app": target}}


def _loop(server: Server, waves: Sequence[Sequence[Request]]) -> Turn:
    """Send what was recorded, with the ids that this server gives, and parse every answer."""
    ids: dict[str, str] = {}
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/scim+json"}
    with httpx.Client(headers=headers, timeout=60) as client:

        def send(request: Request) -> None:
            endpoint, _, name = request.path.partition("/")
            path = f"{endpoint}/{ids[name]}" if name else endpoint
            answer = client.request(
                request.method, f"{server.base_url}/{path}", content=request.body or None
            )
            answer.raise_for_status()
            found = answer.json() if answer.content else {}
            if request.method == "POST":
                ids[found["userName"]] = found["id"]

        began, worked = time.perf_counter(), time.process_time()
        with ThreadPoolExecutor(THREADS) as pool:
            for wave in waves:
                list(pool.map(send, wave))
        seconds, busy = time.perf_counter() - began, time.process_time() - worked
        return Turn(seconds, busy, sum(map(len, waves)))


if __name__ == "__main__":
    size, times, *names = (*sys.argv[1:], *("1000", "5", "scimmy")[len(sys.argv) - 1 :])
    main(int(size), int(times), names[0])
