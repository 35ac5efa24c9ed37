"""What every workflow of ours must hold; this repository has the ones that we give away."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from reconciler.cli.init.workflows import Variables, variables_of, workflow_files
from reconciler.cli.options.settings import Settings
from reconciler.cli.workspace.workspace import require_desired

ROOT = Path(__file__).parents[2]
SHIPPED = workflow_files(Variables(("APP_SCIM_TOKEN", "OTHER_TOKEN"), ("HOOK",)), "reconciler")
WORKFLOWS = {
    path: YAML(typ="safe").load(text)
    for path, text in SHIPPED.items()
    if path.startswith(".github/workflows/")
}
ACTIONS = {path: text for path, text in SHIPPED.items() if path.endswith("action.yml")}
JOBS = [
    pytest.param(job, id=f"{Path(path).stem}-{name}")
    for path, workflow in WORKFLOWS.items()
    for name, job in workflow["jobs"].items()
]


def steps_of(document):
    if "runs" in document:
        return document["runs"]["steps"]
    return [step for job in document["jobs"].values() for step in job["steps"]]


def every_step():
    documents = [*WORKFLOWS.values(), *(YAML(typ="safe").load(text) for text in ACTIONS.values())]
    return [step for document in documents for step in steps_of(document)]


def test_this_repository_uses_what_init_writes(request):
    _, targets = require_desired(Settings(desired_state=ROOT / "desired-state"))
    wanted = workflow_files(variables_of(targets), ".")
    if request.config.getoption("--update-golden", default=False):
        for path, text in wanted.items():
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(text, encoding="utf-8")
    found = {path: (ROOT / path).read_text(encoding="utf-8") for path in wanted}
    assert found == wanted


def test_no_script_holds_an_expression():
    assert [step["run"] for step in every_step() if "${{" in step.get("run", "")] == []


def test_actions_of_others_are_pinned_by_commit():
    used = {
        line.strip().removeprefix("- ").removeprefix("uses: ")
        for text in SHIPPED.values()
        for line in text.splitlines()
        if re.match(r"\s*(- )?uses: (?!\./)", line)
    }
    assert len(used) == 4
    assert [
        name for name in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[\d.]+", name)
    ] == []


@pytest.mark.parametrize("path", WORKFLOWS)
def test_nothing_is_permitted_beyond_a_job(path):
    assert WORKFLOWS[path]["permissions"] == {}


@pytest.mark.parametrize("job", JOBS)
def test_a_job_says_what_it_may_and_how_long(job):
    assert set(job["permissions"].values()) <= {"read", "write"}
    assert job["timeout-minutes"] <= 360
    assert job["runs-on"] == "ubuntu-24.04"


@pytest.mark.parametrize("job", JOBS)
def test_secrets_come_from_an_environment_and_stand_beside_the_tool_alone(job):
    holding = [step for step in job["steps"] if "secrets." in str(step)]
    assert all(step["uses"] == "./.github/actions/reconciler" for step in holding)
    if holding:
        assert job["environment"] in {"reconciler-plan", "reconciler-apply"}
        assert "issues" not in job["permissions"]
        assert "pull-requests" not in {k for k, v in job["permissions"].items() if v == "write"}
        first = next(step for step in job["steps"] if step.get("uses", "").startswith("./"))
        assert "env" not in first, "the tool is installed before a secret is there"


def test_what_runs_on_a_pull_request_has_no_secret_and_writes_nothing():
    (job,) = WORKFLOWS[".github/workflows/plan.yml"]["jobs"].values()
    assert job["permissions"] == {"contents": "read"}
    assert "secrets." not in str(job)
    assert "environment" not in job


def test_only_plan_yml_sees_the_code_of_a_pull_request():
    for path, workflow in WORKFLOWS.items():
        checkouts = [step for step in steps_of(workflow) if "actions/checkout" in str(step)]
        assert all("ref" not in step["with"] for step in checkouts)
        assert ("pull_request" in workflow["on"]) == path.endswith("/plan.yml")
        assert "pull_request_target" not in workflow["on"]


def test_an_apply_is_never_cancelled():
    assert WORKFLOWS[".github/workflows/apply.yml"]["concurrency"] == {
        "group": "reconciler-apply",
        "cancel-in-progress": False,
    }


def test_each_variable_has_its_line_wherever_a_target_is_contacted():
    for name in ("review", "apply", "drift"):
        text = SHIPPED[f".github/workflows/{name}.yml"]
        assert text.count("APP_SCIM_TOKEN: ${{ secrets.APP_SCIM_TOKEN }}") == text.count(
            "OTHER_TOKEN: ${{ secrets.OTHER_TOKEN }}"
        )
        assert "TARGET_TOKEN" not in text
        assert "NOTICE_SECRET" not in text
        assert ("HOOK: ${{ secrets.HOOK }}" in text) == (name != "review")
