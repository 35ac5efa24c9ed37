"""One server behind the proxy, and the product's own `apply` before it: where cells are run."""

import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from reconciler.cli.apply.apply import Permission, apply_plan
from reconciler.cli.ledger import ledger_to_read
from reconciler.cli.options.settings import Settings
from reconciler.cli.plan.plan import plan_targets
from reconciler.cli.workspace.workspace import Workspace
from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.errors import ReconcilerError
from reconciler.gallery.load import load_gallery
from reconciler.model.fingerprint import fingerprint
from reconciler.pipeline import prepare_target
from tests.faults.judge import read_all, strangers_in, verdict, without_echo
from tests.faults.proxy import proxying
from tests.faults.scenarios import BASE, SCENARIOS, STRANGERS, THERE_AND_BACK
from tests.faults.servers import SERVERS
from tests.servers.process import running
from tests.servers.recipes import RECIPES

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
HASTE = 0.3
"""Seconds after which the client gives an answer up, where one is withheld from it."""
CALM = 30.0
_SETTLED = (0, 3, 4)
"""Exit codes of a run that met with a fault: it got over it, holds back what is no longer proven,
or says what failed."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One case: a fault at one request of a scenario on a server. *retries* is the client's."""

    server: str
    fault: str
    scenario: str
    retries: int
    position: int


class Stand:
    """A server that goes from state to state."""

    def __init__(self, server, client, behind, folder):
        self.manners = SERVERS[server.name]
        self.server, self.client, self.folder = server, client, folder
        self.proxy, self.url = behind
        # The product waits as it likes; here no time passes.
        self.settings = Settings(state_dir=folder / "state", now=NOW, pause=lambda _: None)
        (folder / "token").write_text(server.token)
        server.seed(STRANGERS)
        self.strangers = strangers_in(*self.live())
        self.at, self.met = None, False
        self.lengths = {}
        self.go(BASE)  # Everybody active once: who is disabled from the start gets no account.

    def live(self):
        """Return the users and the groups that the server holds, read directly."""
        options = {"by_cursor": self.manners.by_cursor}
        return tuple(read_all(self.client, name, **options) for name in ("Users", "Groups"))

    def length(self, scenario):
        """Return how many requests a run without faults sends for *scenario*."""
        if scenario not in self.lengths:
            after = self.begin(scenario)
            marks = self.marks(after)
            self.proxy.expect(None, 0)
            assert self.apply(after, marks=marks) == 0
            self.lengths[scenario] = self.proxy.count
            self.at = after
        return self.lengths[scenario]

    def begin(self, scenario):
        """Be at the beginning of *scenario*, or at its end to go back; return where it leads."""
        states = SCENARIOS[scenario]
        if scenario in THERE_AND_BACK and self.at is states[1]:
            return states[0]
        if self.at is not states[0]:
            self.go(BASE)  # Whoever is disabled keeps the attributes of the scenario before.
            self.go(states[0])
        return states[1]

    def go(self, state):
        """Make the server hold *state*, without faults, and be sure of it."""
        self.proxy.expect(None, 0)
        self.apply(state, marks=self.marks(state))
        wrong = self.wrong(state)
        assert not wrong, wrong
        self.at = state

    def run(self, cell):
        """Run *cell*; return what is wrong afterwards, which should be nothing."""
        after = self.begin(cell.scenario)
        marks = self.marks(after)
        self.proxy.expect(cell.fault, cell.position)
        haste = HASTE if cell.fault.startswith("timeout") else CALM
        code = self.apply(after, retries=cell.retries, timeout=haste, marks=marks)
        wrong = [] if code in _SETTLED else [f"the run ended with {code}"]
        log, self.met = self.proxy.log, self.proxy.hit
        self.proxy.expect(None, 0)
        self.apply(after, marks=self.marks(after))
        wrong += self.wrong(after, log)
        self.at = after
        return wrong

    @property
    def is_clean(self):
        """Tell whether the server holds what it should, and nothing that the network made twice."""
        return not list(verdict(*self.live(), self.at, self.manners))

    def wrong(self, state, log=()):
        """Return what is not as *state* wants it, or not as it was with strangers."""
        users, everything = self.live()
        groups = without_echo(everything, log)
        wrong = list(verdict(users, groups, state, self.manners))
        if strangers_in(users, groups) != self.strangers:
            wrong.append("a stranger was touched")
        plan = self.plan(state)
        left_alone = {item.live_id for part in plan.targets for item in part.unmanaged}
        twins = {item["id"] for item in everything} - {item["id"] for item in groups}
        wrong += [f"nobody says that {twin} is a twin" for twin in twins - left_alone]
        wrong += [f"planned again: {change.id}" for change in plan.changes]
        wrong += [f"failure: {text}" for _, text in plan.failures]
        wrong += [f"conflict: {item}" for part in plan.targets for item in part.conflicts]
        return wrong

    def plan(self, state):
        """Return the plan for *state*."""
        with ledger_to_read(self.settings) as ledger:
            return plan_targets(self.workspace(state), ledger, self.settings)[0]

    def marks(self, state):
        """Return the acceptances that *state* needs: groups that go take all their members."""
        before = self.at.groups if self.at else {}
        if self.at and not set(before) - set(state.groups):
            return ()
        plan = self.plan(state)
        guards = {guard for change in plan.changes for guard in change.held_by}
        return tuple(f"{guard}:{fingerprint(plan)}" for guard in guards)

    def apply(self, state, *, retries=1, timeout=CALM, marks=()):
        """Apply *state* as the command does; return its exit code."""
        workspace = self.workspace(state, retries=retries, timeout=timeout)
        permission = Permission(None, accepted=marks, yes=True)
        try:
            return apply_plan(workspace, self.settings, permission, report=lambda *_: None)
        except ReconcilerError as error:
            return error.exit_code

    def workspace(self, state, *, retries=1, timeout=CALM):
        """Compile *state* as the commands do."""
        text = json.dumps(self._document(state, retries, timeout)).encode()
        desired, problems = load_desired([SourceFile("all.yaml", text)], _gallery())
        assert not problems, problems
        target = desired.targets["app"]
        wanted, unmapped = prepare_target(desired, target, NOW)
        assert not unmapped, unmapped
        return Workspace(desired, (), (target,), {"app": wanted})

    def write(self, state):
        """Write *state* as YAML, for a command that runs as a process."""
        root = self.folder / "desired-state"
        root.mkdir(exist_ok=True)
        (root / "all.yaml").write_text(json.dumps(self._document(state, retries=1, timeout=CALM)))

    def _document(self, state, retries, timeout):
        service = {**self.manners.service, "retries": retries, "timeout_seconds": timeout}
        target = {
            "profile": "generic-scim",
            "url": self.url,
            "auth": {"bearer": {"file": str(self.folder / "token")}},
            "scope": "all",
            "users": {"mapping": "people", "actions": ["create", "update", "disable", "delete"]},
            "groups": {
                "provision": "all",
                "removed": "delete",
                "actions": ["create", "update", "delete"],
            },
            "removed": "delete",
            "limits": {
                "removals": {"percent": 90, "floor": 50},
                "revocations": {"percent": 90, "floor": 50},
                "mass_change": {"percent": 100, "floor": 50},
            },
            "service": service,
        }
        people = {"for": "user", "attributes": self.manners.attributes}
        return {
            "users": state.people,
            "groups": state.groups,
            "mappings": {"people": people},
            "targets": {"app": target},
        }


@cache
def _gallery():
    return load_gallery()


@contextmanager
def standing(name, folder):
    """Start the server *name* and a proxy before it."""
    with (
        running(RECIPES[name], folder) as server,
        server.client() as client,
        proxying(server.base_url) as behind,
    ):
        yield Stand(server, client, behind, folder)
