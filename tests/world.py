"""A desired state, the embedded server and a ledger: everything real, all of it in process."""

from collections import Counter
from datetime import UTC, datetime

from reconciler.cli.sandboxes import manners_of
from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.execute import execute_target, open_journal
from reconciler.gallery.load import load_gallery
from reconciler.ledger.ledger import open_ledger
from reconciler.model.history import RunStart
from reconciler.model.intent import Intent
from reconciler.model.plan import Plan
from reconciler.pipeline import expectations, look_ups, plan_target, police, prepare_target
from reconciler.sandbox import open_sandbox
from reconciler.scim.client import ScimClient
from reconciler.scim.http.transport import open_transport
from reconciler.scim.reading.snapshot import read_snapshot
from tests.patience import patience

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
GALLERY = load_gallery()


class World:
    """One target `app` on the embedded server; `requests` counts what the server received.

    *dressed*: the server has the manners of the target's profile. *lie* stands before it: a WSGI
    middleware that makes it one that lies. *patient* makes the client's patience of its retries.
    """

    def __init__(self, *texts, dressed=False, lie=lambda app: app, patient=patience):
        sources = [SourceFile(f"{n}.yaml", text.encode()) for n, text in enumerate(texts)]
        self.desired = self.compile(sources)
        self.target = self.desired.targets["app"]
        self.requests = Counter()
        manners = manners_of(self.target) if dressed else {}
        self.sandbox = open_sandbox(None, target="app", **manners)
        self._app = self.server = lie(self.sandbox.app)
        self.ledger = open_ledger("sqlite://")
        transport = open_transport(
            self.target.url,
            credentials=None,
            service=self.target.service,
            patience=patient(self.target.service.retries),
            app=self._counted,
        )
        self.client = ScimClient(transport, self.target.service)

    @staticmethod
    def compile(sources):
        desired, problems = load_desired(sources, GALLERY)
        assert not [item for item in problems if item.severity == "error"], problems
        return desired

    def _counted(self, environ, start_response):
        self.requests[environ["REQUEST_METHOD"]] += 1
        return self._app(environ, start_response)

    @property
    def writes(self):
        """How many requests could have changed something."""
        return sum(n for method, n in self.requests.items() if method != "GET")

    def change(self, *texts):
        """Go on with another desired state."""
        sources = [SourceFile(f"{n}.yaml", text.encode()) for n, text in enumerate(texts)]
        self.desired = self.compile(sources)
        self.target = self.desired.targets["app"]

    def plan(self):
        """Plan as a run of its own does: what the last one found out of the server is forgotten."""
        self.client = ScimClient(self.client.transport, self.client.service)
        wanted, problems = prepare_target(self.desired, self.target, NOW)
        assert problems == ()
        memory = self.ledger.memory("app", self.target.url, NOW)
        snapshot = read_snapshot(
            self.client.reader,
            now=NOW,
            look_ups=look_ups(wanted),
            expected=expectations(wanted, memory),
            read_groups=self.target.groups.provision != "none",
        )
        intent = Intent(self.target, wanted, findings=police(self.desired, NOW))
        result = plan_target(intent, snapshot, memory)
        return Plan(NOW, "reconciler", self.desired.digest, None, (result,))

    def apply(self, plan):
        journal = open_journal(plan.targets, RunStart("test"), self.ledger, lambda: NOW)
        outcomes = list(execute_target(plan.targets[0], self.target, self.client, journal))
        self.ledger.finish_run(journal.run, NOW)
        return outcomes

    def resources(self, ids):
        return {item["id"]: item for item in self.sandbox.show() if item["id"] in ids}
