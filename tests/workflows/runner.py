"""Run our workflows as they are shipped: YAML, expressions, shells, and GitHub's variables.

`run:` steps are executed as they stand. Only the actions of third parties, and the installing of
the tool, are replaced: by the functions in `STAND_INS` and the step in `INSTALLED`, and by nothing
else.
"""

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML

from tests.workflows.expressions import as_text, holds, interpolate
from tests.workflows.forge import REPOSITORY

INSTALLED = "install"
"""The id of the step that is left out: the tool is on PATH already, from this checkout."""


@dataclass
class Job:
    """One job: its conclusion, its outputs, and everything that it printed."""

    conclusion: str
    outputs: dict = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    environment: str = ""
    folder: Path | None = None


@dataclass
class World:
    """What a run happens in: the forge, the repository, secrets by environment, variables."""

    forge: object
    origin: Path
    folder: Path
    secrets: dict
    variables: dict = field(default_factory=lambda: {"RECONCILER_LIVE": "true"})
    runs: int = 0

    def git(self, *arguments, cwd=None):
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *arguments],
            cwd=cwd or self.origin,
            env=GIT,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def run(self, name, event, payload, *, sha, inputs=None):
        """Run the workflow *name* as it stands at *sha*; return its jobs by id."""
        self.runs += 1
        run = self.forge.number()
        self.forge.runs[run] = {
            "id": run,
            "path": f".github/workflows/{name}.yml",
            "event": event,
            "head_branch": payload.get("head_branch", "main"),
            "head_repository": {"full_name": REPOSITORY},
        }
        text = self.git("show", f"{sha}:.github/workflows/{name}.yml")
        workflow = YAML(typ="safe").load(text)
        github = {
            "event_name": event,
            "event": {"repository": {"default_branch": "main"}, **payload},
            "repository": REPOSITORY,
            "run_id": run,
            "sha": sha,
        }
        jobs = {}
        for key, job in workflow["jobs"].items():
            jobs[key] = _Runner(self, github, inputs or {}, jobs, sha).job(key, job)
        return jobs


GIT = {
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Ada"), ("EMAIL", "ada@contoso.example"))
    },
}


class _Runner:
    def __init__(self, world, github, inputs, jobs, sha):
        self.world, self.github, self.inputs, self.jobs, self.sha = (
            world, github, inputs, jobs, sha,
        )  # fmt: skip

    def job(self, key, job):
        """Run one job, once for each row of its matrix; the last row's result stands."""
        needs = {name: self.jobs[name] for name in _listed(job.get("needs"))}
        ended = [item.conclusion for item in needs.values()]
        status = {
            "success": all(item == "success" for item in ended),
            "failure": "failure" in ended,
        }
        contexts = {
            "github": self.github,
            "inputs": self.inputs,
            "vars": self.world.variables,
            "needs": {
                name: {"outputs": item.outputs, "result": item.conclusion}
                for name, item in needs.items()
            },
        }
        if not holds(job.get("if"), contexts, status):
            return Job("skipped")
        matrix = interpolate(job.get("strategy", {}).get("matrix"), contexts)
        rows = matrix["include"] if matrix else [{}]
        results = [
            self.row(key, job, contexts | {"matrix": row, "strategy": {"job-index": index}})
            for index, row in enumerate(rows)
        ]
        return next((item for item in results if item.conclusion == "failure"), results[-1])

    def row(self, key, job, contexts):
        folder = self.world.folder / f"run-{self.github['run_id']}-{key}-{len(self.jobs)}"
        folder = folder.with_name(f"{folder.name}-{contexts['strategy']['job-index']}")
        environment = job.get("environment", "")
        token = self.world.forge.token(job.get("permissions"))
        machine = _Machine(self.world, self.github, folder, token)
        found = Job("success", environment=environment, folder=machine.workspace)
        contexts |= {
            "github": {**self.github, "token": token},
            "secrets": self.world.secrets.get(environment, {}),
            "runner": {"temp": str(machine.temp)},
            "steps": {},
        }
        machine.steps(job["steps"], contexts, {}, found)
        outputs = job.get("outputs", {})
        found.outputs = {
            name: as_text(interpolate(text, contexts)) for name, text in outputs.items()
        }
        found.summary = machine.file("GITHUB_STEP_SUMMARY").read_text()
        return found


def _listed(value):
    return [value] if isinstance(value, str) else value or []


class _Machine:
    """The machine of one job."""

    def __init__(self, world, github, folder, token):
        self.world, self.github, self.token = world, github, token
        self.workspace, self.temp = folder / "work", folder / "temp"
        self.files = folder / "files"
        for path in (self.workspace, self.temp, self.files):
            path.mkdir(parents=True)
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH", "GITHUB_ENV"):
            self.file(name).touch()
        (self.files / "GITHUB_EVENT_PATH").write_text(json.dumps(github["event"]))

    def file(self, name):
        return self.files / name

    def steps(self, steps, contexts, environment, job):
        """Run steps one after the other; note in *job* when one fails."""
        for step in steps:
            is_good = job.conclusion == "success"
            status = {"success": is_good, "failure": not is_good}
            if not holds(step.get("if"), contexts, status):
                continue
            given = {
                name: as_text(interpolate(value, contexts))
                for name, value in step.get("env", {}).items()
            }
            outputs, good = self.step(step, contexts, {**environment, **given}, job)
            if "id" in step:
                contexts["steps"][step["id"]] = {"outputs": outputs}
            if not good and not step.get("continue-on-error"):
                job.conclusion = "failure"

    def step(self, step, contexts, environment, job):
        if "run" in step:
            return self.shell(step, contexts, environment, job)
        name, _, _ = step["uses"].partition("@")
        options = {
            key: as_text(interpolate(value, contexts))
            for key, value in step.get("with", {}).items()
        }
        if name.startswith("./"):
            return self.composite(name, options, environment, job)
        try:
            STAND_INS[name](self, options)
        except (LookupError, OSError, subprocess.CalledProcessError) as error:
            job.log += f"{name}: {error!r} {getattr(error, 'stderr', '')}\n"
            return {}, False
        return {}, True

    def composite(self, name, options, environment, job):
        folder = self.workspace / name
        action = YAML(typ="safe").load((folder / "action.yml").read_text())
        inputs = {key: item.get("default", "") for key, item in action["inputs"].items()} | options
        contexts = {"inputs": inputs, "steps": {}, "env": environment}
        inner = Job("success")
        self.steps(
            action["runs"]["steps"],
            contexts,
            {**environment, "GITHUB_ACTION_PATH": str(folder)},
            inner,
        )
        job.log += inner.log
        outputs = {
            key: as_text(interpolate(item["value"], contexts))
            for key, item in action["outputs"].items()
        }
        return outputs, inner.conclusion == "success"

    def shell(self, step, contexts, environment, job):
        if step.get("id") == INSTALLED:
            return {}, True
        output = self.file("GITHUB_OUTPUT")
        output.write_text("")
        text = as_text(interpolate(step["run"], contexts))
        options = ["--noprofile", "--norc", "-eo", "pipefail"] if "shell" in step else ["-e"]
        done = subprocess.run(
            ["bash", *options, "-c", text],
            cwd=self.workspace,
            env={**self.variables(), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        job.log += done.stdout
        return _outputs(output.read_text()), done.returncode == 0

    def variables(self):
        tool = Path(sys.executable).parent
        files = {
            name: str(self.file(name))
            for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH", "GITHUB_EVENT_PATH")
        }
        return {
            **GIT,
            **files,
            "PATH": f"{tool}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.temp),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.world.forge.url,
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ID": str(self.github["run_id"]),
            "GITHUB_SHA": self.github["sha"],
            "GITHUB_EVENT_NAME": self.github["event_name"],
            "GITHUB_ACTOR": "ada",
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.temp),
        }


def _outputs(text):
    """Read GITHUB_OUTPUT: `name=value`, or `name<<END`, lines, `END`."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        sign = "<<" if "<<" in line.partition("=")[0] else "="
        name, _, value = line.partition(sign)
        if sign == "=":
            found[name] = value
            continue
        many = []
        for inner in lines:
            if inner == value:
                break
            many.append(inner)
        found[name] = "\n".join(many)
    return found


def check_out(machine, options):
    """Stand in for actions/checkout: the commit of the event, shallow unless asked otherwise."""
    assert options.get("persist-credentials") == "false", "the token must not stay on the disk"
    world, sha = machine.world, machine.github["sha"]
    depth = [] if options.get("fetch-depth") == "0" else ["--depth", "1"]
    world.git("init", "--quiet", ".", cwd=machine.workspace)
    world.git("remote", "add", "origin", f"file://{world.origin}", cwd=machine.workspace)
    wanted = [f"+{sha}:refs/remotes/origin/checked-out"]
    if not depth:
        wanted.append("+refs/heads/*:refs/remotes/origin/*")
    world.git("fetch", "--quiet", *depth, "origin", *wanted, cwd=machine.workspace)
    world.git("checkout", "--quiet", "--detach", sha, cwd=machine.workspace)


def upload(machine, options):
    """Stand in for actions/upload-artifact."""
    paths = [machine.workspace / line.strip() for line in options["path"].splitlines()]
    there = [path for path in paths if path.is_file()]
    if not there:
        return
    run = machine.github["run_id"]
    store = machine.world.folder / "artifacts" / f"{run}-{options['name']}"
    store.mkdir(parents=True)
    for path in there:
        shutil.copy(path, store)
    machine.world.forge.artifacts.append(
        {
            "name": options["name"],
            "expired": False,
            "created_at": f"2026-11-27T00:00:{len(machine.world.forge.artifacts):02}Z",
            "workflow_run": {"id": run},
            "store": store,
        }
    )


def download(machine, options):
    """Stand in for actions/download-artifact; of another run only with a token that may."""
    run = int(options.get("run-id") or machine.github["run_id"])
    if run != machine.github["run_id"]:
        assert machine.world.forge.tokens[options["github-token"]].get("actions") == "read"
    place = Path(options.get("path") or machine.workspace)
    place = place if place.is_absolute() else machine.workspace / place
    found = [
        item
        for item in machine.world.forge.artifacts
        if item["workflow_run"]["id"] == run
        and (
            item["name"] == options.get("name")
            or item["name"].endswith(options.get("pattern", "\0").removeprefix("*"))
        )
    ]
    if not found and "name" in options:
        raise LookupError(options["name"])
    for item in found:
        with suppress(FileExistsError):
            place.mkdir(parents=True)
        shutil.copytree(item["store"], place, dirs_exist_ok=True)


STAND_INS = {
    "actions/checkout": check_out,
    "actions/setup-python": lambda *_: None,
    "actions/upload-artifact": upload,
    "actions/download-artifact": download,
}
