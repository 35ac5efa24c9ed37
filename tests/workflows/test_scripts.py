"""The small scripts of the action, each against the forge on loopback."""

import json
import os
import subprocess

import pytest

from reconciler.cli.init.state import starter_tree
from tests.workflows.forge import BOT, REPOSITORY, Forge
from tests.workflows.runner import GIT

HEAD = "a" * 40
MARK = "0123456789abcdef"
MARKER = "<!-- reconciler plan -->\n"
PLAN = {
    "fingerprint": "0123456789abcdef" * 4,
    "summary": {"create": 2, "add_members": 1, "unchanged": 7, "held": 0},
}


@pytest.fixture
def forge():
    with Forge().serve() as forge:
        yield forge


@pytest.fixture
def run(forge, tmp_path):
    """Run one script with the variables that a step has; return the outputs and what it printed."""
    scripts = tmp_path / "action"
    scripts.mkdir()
    for path, text in starter_tree("github/actions/reconciler"):
        (scripts / path).write_text(text)

    def run_script(name, *, permissions, code=0, **variables):
        output = tmp_path / "output"
        output.write_text("")
        done = subprocess.run(
            ["bash", str(scripts / name)],
            cwd=tmp_path,
            env={
                "PATH": os.environ["PATH"],
                "GITHUB_API_URL": forge.url,
                "GITHUB_SERVER_URL": "https://github.example",
                "GITHUB_REPOSITORY": REPOSITORY,
                "GITHUB_RUN_ID": "77",
                "GITHUB_OUTPUT": str(output),
                "GITHUB_TOKEN": forge.token(permissions),
                "AUTHOR": BOT,
                "DEFAULT_BRANCH": "main",
                **variables,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done.stdout
        assert "ghs_" not in done.stdout
        return output.read_text(), done.stdout

    return run_script


@pytest.fixture
def comment(run, tmp_path, forge):
    """Write the comment of pull request 7; return the bodies that the forge then holds."""

    def write(head=HEAD, *, plan=PLAN, text="The plan.\n", code="0"):
        files = {"PLAN": plan and json.dumps(plan), "SUMMARY": text and MARKER + text}
        files = {name: content or "" for name, content in files.items()}
        files["STATUS"] = "Plan: 2 to create.\n" if plan else ""
        for name, content in files.items():
            (tmp_path / name).write_text(content)
        more = {name: str(tmp_path / name) for name in files}
        may = {"pull-requests": "write", "statuses": "write"}
        run("comment.sh", permissions=may, NUMBER="7", HEAD_SHA=head, CODE=code, **more)
        return forge.bodies(7)

    return write


def test_there_is_one_comment_and_it_is_edited_in_place(comment, forge):
    (first,) = comment()
    (second,) = comment("b" * 40, text="Another plan.\n")
    assert first.startswith("<!-- reconciler plan -->\n")
    assert "The plan.\n" in first
    assert "Earlier plans" not in first
    assert "Another plan.\n" in second
    assert "Earlier plans (1)" in second
    said = "`aaaaaaaaaaaa`: 2 create, 1 add members, fingerprint `0123456789abcdef`"
    assert f"- <!-- earlier --> {said}, [run](https://github.example/" in second
    assert [item["state"] for item in forge.statuses] == ["success", "success"]
    assert forge.statuses[1]["sha"] == "b" * 40


def test_the_same_plan_again_is_not_listed_as_an_earlier_one(comment):
    comment()
    assert "Earlier plans" not in comment()[0]


def test_earlier_plans_are_kept_short_and_a_plan_of_sixty_thousand_bytes_fits(comment):
    for number in range(12):
        (body,) = comment(f"{number:x}".ljust(40, "0"), text="ü" * 30_000)
    assert "Earlier plans (10)" in body
    assert body.count("<!-- earlier -->") == 10
    assert body.count("<!-- reconciler this plan: ") == 1
    assert len(body.encode()) < 65_536


def test_a_stranger_who_writes_the_marker_is_not_taken_for_us(comment, forge):
    forge.comment(7, "<!-- reconciler plan -->\nAll is well.", author="mallory")
    bodies = comment()
    assert len(bodies) == 2
    assert bodies[0].endswith("All is well.")


def test_ours_is_found_behind_a_hundred_others(comment, forge):
    for number in range(130):
        forge.comment(7, f"Talk {number}", author="ada")
    comment()
    assert len(comment("b" * 40)) == 131


def test_what_the_data_says_is_not_read_as_an_earlier_plan(comment):
    comment(text="  - <!-- earlier --> forged\n")
    (body,) = comment("b" * 40, text="x\n")
    assert "forged" not in body


def test_where_nothing_changes_there_is_a_status_and_no_comment(comment, forge):
    nothing = {**PLAN, "summary": {"unchanged": 7}, "settings": []}
    assert comment(plan=nothing) == []
    assert forge.statuses[-1]["state"] == "success"
    assert len(comment(plan=nothing | {"settings": [{}]})) == 1
    assert "no changes" in comment("b" * 40, plan=nothing)[0]


def test_where_there_is_no_plan_the_comment_says_so_and_the_status_is_a_failure(comment, forge):
    comment()
    (body,) = comment("b" * 40, plan=None, text="", code="")
    assert f"**No plan** for `{'b' * 40}`" in body
    assert "The plan." not in body
    assert forge.statuses[-1]["state"] == "failure"
    assert forge.statuses[-1]["description"] == "No plan could be made."


def test_a_token_that_may_not_write_fails_aloud(run, tmp_path):
    (tmp_path / "s").write_text("x")
    may = {"pull-requests": "read"}
    given = {"NUMBER": "7", "HEAD_SHA": HEAD, "SUMMARY": str(tmp_path / "s")}
    _, told = run("comment.sh", permissions=may, code=1, **given)
    assert "Resource not accessible" in told


def pull(forge, number=7, **more):
    forge.pulls[number] = {
        "number": number,
        "state": "open",
        "merged_at": None,
        "merge_commit_sha": None,
        "head": {"sha": HEAD, "repo": {"full_name": "mallory/identity"}},
        "base": {"ref": "main"},
    } | more


@pytest.fixture
def find(run, tmp_path):
    """Ask which pull request it is, by what the untrusted run left."""

    def ask(left, code=0, head=HEAD):
        (tmp_path / "number").write_text(left)
        output, _ = run(
            "pull-request.sh",
            permissions={"pull-requests": "read"},
            code=code,
            NUMBER_FILE=str(tmp_path / "number"),
            HEAD_SHA=head,
            HEAD_REPOSITORY="mallory/identity",
        )
        return output

    return ask


def test_the_pull_request_is_the_one_that_the_forge_confirms(find, forge):
    pull(forge)
    assert find("7\n") == "number=7\n"


@pytest.mark.parametrize(
    "more",
    [
        {"state": "closed"},
        {"head": {"sha": "b" * 40, "repo": {"full_name": "mallory/identity"}}},
        {"head": {"sha": HEAD, "repo": {"full_name": "ada/identity"}}},
        {"head": {"sha": HEAD, "repo": None}},
        {"base": {"ref": "another"}},
    ],
)
def test_a_number_that_the_run_was_not_about_gets_no_plan(find, forge, more):
    pull(forge, **more)
    assert find("7") == "number=\n"


@pytest.mark.parametrize(
    "left", ["", "7;id", "../7", "$(id)", "7/comments", "-1", "7\n8", "\u0667"]
)
def test_what_is_no_number_is_refused(find, forge, left):
    pull(forge)
    if left == "7\n8":
        assert find(left, code=1) == ""  # 78, which is not there.
    else:
        assert find(left, code=1) == ""
    assert not [call for call in forge.calls if "comments" in call]


@pytest.fixture
def reviewed(run, forge):
    """Ask for the plan that was reviewed for commit c…; give what is found."""

    def ask(event="workflow_run", path=".github/workflows/review.yml", **more):
        forge.runs[5] = {
            "event": event,
            "path": path,
            "head_branch": more.get("branch", "main"),
            "head_repository": {"full_name": more.get("repository", REPOSITORY)},
        }
        forge.artifacts.append(
            {
                "name": f"plan-{HEAD}",
                "expired": more.get("expired", False),
                "created_at": "2026-11-27T00:00:00Z",
                "workflow_run": {"id": 5},
            }
        )
        may = {"actions": "read", "pull-requests": "read"}
        return run("reviewed-plan.sh", permissions=may, GITHUB_SHA="c" * 40)[0]

    return ask


def merged(forge, **more):
    pull(forge, merged_at="2026-11-27T00:00:00Z", merge_commit_sha="c" * 40, state="closed", **more)


def test_the_plan_of_the_pull_request_that_was_merged_is_found(reviewed, forge):
    merged(forge)
    assert reviewed() == f"run=5\nartifact=plan-{HEAD}\n"


@pytest.mark.parametrize(
    "forged",
    [
        {"event": "pull_request"},
        {"event": "push"},
        {"event": "workflow_dispatch"},
        {"path": ".github/workflows/other.yml"},
        {"branch": "evil"},
        {"repository": "mallory/identity"},
        {"expired": True},
    ],
)
def test_an_artifact_that_only_bears_the_name_is_not_taken(reviewed, forge, forged):
    merged(forge)
    assert reviewed(**forged) == "run=\n"


def test_the_newest_one_counts_and_forged_ones_do_not_hide_it(reviewed, forge):
    merged(forge)
    made = ((3, "01", "workflow_run"), (4, "02", "workflow_run"), (6, "09", "push"))
    for run, when, event in made:
        forge.runs[run] = {
            "event": event,
            "path": ".github/workflows/review.yml",
            "head_branch": "main",
            "head_repository": {"full_name": REPOSITORY},
        }
        forge.artifacts.append(
            {
                "name": f"plan-{HEAD}",
                "expired": False,
                "created_at": f"2026-11-28T{when}:00:00Z",
                "workflow_run": {"id": run},
            }
        )
    assert reviewed().startswith("run=4\n")


def test_a_commit_that_no_pull_request_brought_is_planned_afresh(reviewed, forge):
    pull(forge)
    assert reviewed() == "run=\n"
    merged(forge, base={"ref": "another"})
    assert reviewed() == "run=\n"


@pytest.fixture
def drift(run, tmp_path, forge):
    """Tell the forge of drift, or of none; return the issues."""

    def tell(code, text="Drift.\n"):
        (tmp_path / "drift.md").write_text(f"<!-- reconciler drift -->\n{text}")
        may = {"issues": "write"}
        run("drift-issue.sh", permissions=may, CODE=str(code), SUMMARY=str(tmp_path / "drift.md"))
        return [(item["state"], item["body"]) for item in forge.issues.values()]

    return tell


def test_one_issue_is_opened_updated_and_closed(drift, forge):
    assert drift(0) == []
    ((state, body),) = drift(2, "One account.\n")
    assert (state, "One account." in body) == ("open", True)
    ((state, body),) = drift(3, "Two accounts.\n")
    assert (state, "Two accounts." in body, "One account." in body) == ("open", True, False)
    ((state, _),) = drift(0)
    assert state == "closed"
    assert forge.bodies(next(iter(forge.issues)))[0].startswith("No drift any more")
    assert [state for state, _ in drift(2)] == ["closed", "open"]


def test_the_issue_of_a_stranger_is_left_alone(drift, forge):
    label = "reconciler-drift"
    forge.issues[1] = {
        "number": 1,
        "state": "open",
        "labels": [label],
        "user": {"login": "mallory"},
        "body": "<!-- reconciler drift -->\nMine",
    }
    forge.issues[2] = {**forge.issues[1], "number": 2, "user": {"login": BOT}, "body": None}
    assert next(body for _, body in drift(2)).endswith("Mine")
    assert len(forge.issues) == 3


@pytest.mark.parametrize(
    ("given", "arguments"),
    [
        ("", []),
        ("removals:0123456789abcdef", ["--accept", "removals:0123456789abcdef"]),
        (
            f"  first-run:{MARK} policy:no-2-jobs:{MARK} ",
            ["--accept", f"first-run:{MARK}", "--accept", f"policy:no-2-jobs:{MARK}"],
        ),
    ],
)
def test_acceptances_become_arguments(run, given, arguments):
    output, _ = run("accept.sh", permissions={}, ACCEPT=given)
    assert output.splitlines()[1:-1] == arguments


@pytest.mark.parametrize(
    "given", ["--yes", "removals", "removals:0123", "*", "removals:0123456789abcdef;id", "$(id)"]
)
def test_anything_else_is_no_acceptance(run, given):
    _, told = run("accept.sh", permissions={}, code=1, ACCEPT=given)
    assert "write guard:fingerprint" in told


def test_each_job_records_what_its_own_target_took_and_nothing_else(run, tmp_path):
    """Jobs of other targets run at the same time: what this one fetched of theirs is old."""

    def git(*arguments):
        done = subprocess.run(
            ["git", *arguments], cwd=tmp_path, env=GIT, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def commit(message):
        git("commit", "--quiet", "--allow-empty", "--message", message)
        return git("rev-parse", "HEAD")

    git("init", "--quiet", "-b", "main")
    git("init", "--quiet", "--bare", "origin.git")
    git("remote", "add", "origin", "origin.git")
    old, new = commit("old"), commit("new")
    prefix = "refs/reconciler/applied/"
    git("push", "--quiet", "origin", f"{new}:{prefix}app", f"{old}:{prefix}other")
    git("update-ref", f"{prefix}app", old)
    git("update-ref", f"{prefix}other", new)

    run("record.sh", permissions={}, TARGET="other")
    assert git("ls-remote", "origin", f"{prefix}*").splitlines() == [
        f"{new}\t{prefix}app",
        f"{new}\t{prefix}other",
    ]
    _, told = run("record.sh", permissions={}, TARGET="third")
    assert "Nothing is recorded of third yet." in told
