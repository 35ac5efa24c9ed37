"""The examples for containers, Kubernetes and GitLab: what they call exists, what they are is safe.

Their form is checked against schemas by .ci/checks; none of them runs here.
"""

import re
import shlex
from pathlib import Path

import click
import pytest
from ruamel.yaml import YAML

from reconciler.cli.init.state import starter_tree
from reconciler.cli.program import program

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
KUBERNETES = sorted((EXAMPLES / "kubernetes").glob("*.yaml"))


def kubernetes_calls(path):
    for container in pods(path)["containers"]:
        arguments = container["args"]
        if container.get("command") == ["sh", "-c"]:
            yield shlex.split(arguments[0])[2:]
        else:
            yield arguments


def pods(path):
    document = YAML(typ="safe").load(path.read_text())
    spec = document["spec"]
    job = spec["jobTemplate"]["spec"] if "jobTemplate" in spec else spec
    return job["template"]["spec"]


def gitlab_calls():
    document = YAML(typ="safe").load((EXAMPLES / "gitlab-ci.yml").read_text())
    lines = [line for job in document.values() if "script" in job for line in job["script"]]
    return [shlex.split(line)[1:] for line in lines if line.startswith("reconciler ")]


def workflow_calls():
    """Yield the arguments of every step, without what only an expression stands for."""
    for path, text in starter_tree("github"):
        if path.startswith("workflows/"):
            for block in re.findall(r"arguments: \|\n((?:            .*\n?)+)", text):
                words = [line.strip() for line in block.splitlines()]
                yield [word for word in words if word != ACCEPTANCES]


ACCEPTANCES = "${{ steps.accept.outputs.arguments }}"
FOUND = (
    *(call for path in KUBERNETES for call in kubernetes_calls(path)),
    *gitlab_calls(),
    *workflow_calls(),
)
CALLS = {" ".join(call): call for call in FOUND}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_what_is_called_exists_with_these_options(call):
    command = program.get_command(click.Context(program), call[0])
    with pytest.raises(click.exceptions.Exit):  # `--help` comes after all options are known.
        command.make_context(call[0], [*call[1:], "--help"])


def test_the_test_would_notice_an_option_that_is_not_there():
    command = program.get_command(click.Context(program), "plan")
    with pytest.raises(click.NoSuchOption):
        command.make_context("plan", ["--no-such-option", "--help"])


@pytest.mark.parametrize("path", KUBERNETES, ids=lambda path: path.name)
def test_a_pod_has_no_rights_that_it_does_not_need(path):
    pod = pods(path)
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    for container in (*pod["initContainers"], *pod["containers"]):
        rights = container["securityContext"]
        assert rights["allowPrivilegeEscalation"] is False
        assert rights["readOnlyRootFilesystem"] is True
        assert rights["capabilities"] == {"drop": ["ALL"]}


def test_the_image_runs_as_nobody_in_particular():
    text = (EXAMPLES / "Containerfile").read_text()
    lines = [line for line in text.splitlines() if re.match(r"[A-Z]+ ", line)]
    assert [line for line in lines if line.startswith("USER")] == ["USER 10001:10001"]
    assert 'ENTRYPOINT ["reconciler"]' in lines
    bases = [line.split()[1] for line in lines if line.startswith("FROM")]
    assert all(re.search(r":\d", base) for base in bases)
