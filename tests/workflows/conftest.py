"""A repository with our workflows, a forge that holds it, and an app on loopback."""

import json
import os
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from reconciler.cli.boundary import run
from reconciler.sandbox import open_sandbox
from reconciler.sandbox.serve import serving
from tests.servers.process import running
from tests.servers.recipes import RECIPES
from tests.workflows.forge import BOT, REPOSITORY, Forge
from tests.workflows.runner import World

VARIABLE = "APP_SCIM_TOKEN"
REAL = "scim2-server"


class App:
    """What the target is: its URL and its token, and what it holds."""

    requests = 0
    """How many came to the embedded one."""

    def __init__(self, url, token):
        self.url, self.token = url, token

    def ask(self, method, path, body=None):
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/scim+json",
            "Accept": "application/scim+json",
        }
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.url}{path}", data, headers, method=method)) as answer:
            return json.loads(answer.read() or "null")

    def users(self):
        return {item["userName"]: item for item in self.ask("GET", "/Users").get("Resources", [])}

    def rename(self, name, title):
        """Change a title by hand, as an administrator of the app would."""
        user = self.users()[name]
        operation = {"op": "replace", "path": "title", "value": title}
        schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
        self.ask("PATCH", f"/Users/{user['id']}", {"schemas": schemas, "Operations": [operation]})


@pytest.fixture(params=["embedded", REAL])
def app(request, tmp_path):
    """The embedded server over HTTP, and a real one."""
    if request.param == "embedded":
        yield from embedded()
        return
    folder = tmp_path / "server"
    folder.mkdir()
    with running(RECIPES[request.param], folder) as server:
        yield App(server.base_url.rstrip("/"), server.token)


def embedded():
    """Serve the embedded server, and count what comes."""
    sandbox = open_sandbox(None, target="app")

    def counting(environ, start_response):
        app.requests += 1
        return sandbox.app(environ, start_response)

    with serving({"app": counting}, host="127.0.0.1", token="t0ken-of-the-app") as port:
        app = App(f"http://127.0.0.1:{port}/app/scim/v2", "t0ken-of-the-app")
        yield app
    sandbox.close()


class Story:
    """A person at a clone: commits, pull requests, merges; the forge runs what that starts."""

    def __init__(self, world, clone, app):
        self.world, self.clone, self.app = world, clone, app

    def git(self, *arguments):
        return self.world.git(*arguments, cwd=self.clone)

    def write(self, name, old, new):
        path = self.clone / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def commit(self, branch):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "x")
        self.git("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
        return self.git("rev-parse", "HEAD")

    def branch(self, name):
        self.git("checkout", "--quiet", "-B", name, "origin/main")

    def propose(self, number, branch, repository=REPOSITORY):
        """Open a pull request, or push to it; run what that starts: plan, then review."""
        head = self.commit(branch)
        tree = self.git("merge-tree", "--write-tree", "origin/main", head)
        merge = self.git("commit-tree", tree, "-p", "origin/main", "-p", head, "-m", "merge")
        self.git("push", "--quiet", "--force", "origin", f"{head}:refs/pull/{number}/head")
        self.git("push", "--quiet", "--force", "origin", f"{merge}:refs/pull/{number}/merge")
        self.world.forge.pulls[number] = {
            "number": number,
            "state": "open",
            "merged_at": None,
            "merge_commit_sha": merge,
            "head": {"sha": head, "repo": {"full_name": repository}},
            "base": {"ref": "main"},
        }
        pull = {"pull_request": {"number": number}, "head_branch": branch}
        plan = self.world.run("plan", "pull_request", pull, sha=merge)
        run = {
            "id": max(self.world.forge.runs),
            "event": "pull_request",
            "head_sha": head,
            "head_branch": branch,
            "head_repository": {"full_name": repository},
        }
        main = self.git("rev-parse", "origin/main")
        review = self.world.run("review", "workflow_run", {"workflow_run": run}, sha=main)
        return plan, review

    def merge(self, number):
        """Merge a pull request, and run what that starts."""
        pull = self.world.forge.pulls[number]
        merge = pull["merge_commit_sha"]
        self.git("push", "--quiet", "origin", f"{merge}:refs/heads/main")
        self.git("fetch", "--quiet", "origin")
        pull |= {"state": "closed", "merged_at": "2026-11-27T00:00:00Z"}
        return self.apply("push", merge)

    def settle(self):
        """Bring the app to where the YAML is, without the forge."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(VARIABLE, self.app.token)
            patch.chdir(self.clone)
            assert run(["apply", "--yes", "--record-ref", "--output", os.devnull]) == 0
        self.git("push", "--quiet", "origin", "refs/reconciler/applied/*:refs/reconciler/applied/*")

    def apply(self, event="workflow_dispatch", sha=None, accept=""):
        sha = sha or self.git("rev-parse", "origin/main")
        return self.world.run("apply", event, {}, sha=sha, inputs={"accept": accept})

    def drift(self):
        return self.world.run("drift", "schedule", {}, sha=self.git("rev-parse", "origin/main"))

    def comment(self, number):
        """Return our one comment."""
        (found,) = [
            item["body"]
            for item in self.world.forge.comments.values()
            if item["issue"] == number and item["user"]["login"] == BOT
        ]
        return found


@pytest.fixture
def story(app, tmp_path, capsys):
    """A repository that `reconciler init --github` began, its target at *app*."""
    origin, clone = tmp_path / "origin.git", tmp_path / "clone"
    with Forge().serve() as forge:
        secrets = {VARIABLE: app.token, "RECONCILER_PLAN_KEY": "k" * 64}
        environments = {"reconciler-plan": secrets, "reconciler-apply": secrets}
        world = World(forge, origin, tmp_path, environments)
        world.git("init", "--quiet", "--bare", "-b", "main", str(origin), cwd=tmp_path)
        world.git("clone", "--quiet", str(origin), str(clone), cwd=tmp_path)
        assert run(["init", str(clone), "--github", "--tool", "."]) == 0
        capsys.readouterr()
        story = Story(world, clone, app)
        target = Path("desired-state/targets/app.yaml")
        story.write(target, "https://app.example/scim/v2", app.url)
        story.git("checkout", "--quiet", "-B", "main")
        story.commit("main")
        story.git("fetch", "--quiet", "origin")
        yield story
