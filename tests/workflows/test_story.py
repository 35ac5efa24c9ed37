"""The workflows as they are shipped, step by step: review, merge, apply, drift."""

import json

import pytest

from tests.workflows.conftest import REAL

ADA = "ada@contoso.example"
DONE = {"plan": "success", "apply": "success"}
USERS = "desired-state/users.yaml"


def conclusions(jobs):
    return {name: job.conclusion for name, job in jobs.items()}


def logs(jobs):
    return "\n".join(f"{name}: {job.conclusion}\n{job.log}" for name, job in jobs.items())


@pytest.mark.parametrize("app", [REAL], indirect=True)
def test_from_a_pull_request_to_the_app_and_back(story):
    jobs = story.apply()  # Somebody starts it: a fresh plan, and an approval.
    assert conclusions(jobs) == DONE, logs(jobs)
    assert len(story.app.users()) == 3

    story.branch("title")
    story.write(USERS, "Principal Engineer", "Fellow")
    plan, review = story.propose(7, "title")
    assert conclusions(plan) == {"plan": "success"}, logs(plan)
    wanted = {"find": "success", "live": "success", "offline": "skipped", "comment": "success"}
    assert conclusions(review) == wanted, logs(review)
    comment = story.comment(7)
    assert "1 to update" in comment
    assert "Fellow" in comment
    assert story.world.forge.statuses[-1]["state"] == "success"
    assert "1 to update" in story.world.forge.statuses[-1]["description"]
    assert story.app.users()[ADA]["title"] == "Principal Engineer"

    jobs = story.merge(7)
    assert conclusions(jobs) == DONE, logs(jobs)
    assert "was reviewed" in jobs["plan"].log
    assert jobs["apply"].environment == "reconciler-apply"
    assert "Fellow" in jobs["plan"].summary
    assert story.app.users()[ADA]["title"] == "Fellow"
    record = json.loads((jobs["apply"].folder / "run.json").read_text())
    assert [item["status"] for item in record["outcomes"]] == ["done"]
    drift_comes_and_goes(story)


def drift_comes_and_goes(story):
    story.app.rename(ADA, "Intern")
    jobs = story.drift()
    assert conclusions(jobs) == {"drift": "success", "issue": "success"}, logs(jobs)
    (issue,) = story.world.forge.issues.values()
    assert (issue["state"], "Intern" in issue["body"]) == ("open", True)
    assert jobs["drift"].summary.count("## Drift: 1 changed") == 1
    (found,) = (item for item in story.world.forge.artifacts if item["name"] == "drift")
    assert "Intern" in (found["store"] / "drift.html").read_text()
    report = json.loads((found["store"] / "drift.json").read_text())
    assert report["targets"][0]["items"][0]["seen"]["times"] == 1

    assert conclusions(story.apply()) == DONE
    assert story.app.users()[ADA]["title"] == "Fellow"
    story.drift()
    assert issue["state"] == "closed"


@pytest.mark.parametrize("app", ["embedded"], indirect=True)
def test_what_fits_no_more_ends_in_five_and_a_new_plan(story):
    story.settle()
    story.branch("title")
    story.write(USERS, "Principal Engineer", "Fellow")
    story.propose(7, "title")
    story.app.rename(ADA, "Intern")

    jobs = story.merge(7)
    assert conclusions(jobs) == {"plan": "success", "apply": "failure"}, logs(jobs)
    assert story.app.users()[ADA]["title"] == "Intern"
    assert "Intern" in jobs["apply"].summary
    assert "Fellow" in jobs["apply"].summary


@pytest.mark.parametrize("app", ["embedded"], indirect=True)
def test_what_is_held_is_accepted_for_the_very_plan_that_was_shown(story):
    story.settle()
    story.branch("leavers")
    text = (story.clone / USERS).read_text()
    (story.clone / USERS).write_text(text[: text.index("  kim:")])
    story.write("desired-state/groups.yaml", "      - kim\n", "")
    story.write("desired-state/targets/app.yaml", "floor: 3", "floor: 0")
    story.commit("main")
    story.git("fetch", "--quiet", "origin")

    jobs = story.apply()
    assert conclusions(jobs)["apply"] == "failure", logs(jobs)
    kim = "kim@contoso.example"
    assert story.app.users()[kim]["active"] is True

    mark = json.loads((jobs["plan"].folder / "plan.json").read_text())["fingerprint"][:16]
    jobs = story.apply(accept=f"removals:{mark}")
    assert story.app.users()[kim]["active"] is False, logs(jobs)


@pytest.mark.parametrize("app", ["embedded"], indirect=True)
def test_yaml_with_a_problem_gets_a_comment_and_a_failed_status(story):
    story.branch("broken")
    story.write(USERS, "jobTitle: Consultant", "jobTitel: Consultant")
    plan, review = story.propose(7, "broken")
    assert conclusions(plan) == {"plan": "failure"}
    assert "::error file=desired-state/users.yaml,line=" in plan["plan"].log
    assert conclusions(review)["comment"] == "success", logs(review)
    assert "**No plan**" in story.comment(7)
    assert story.world.forge.statuses[-1]["state"] == "failure"


@pytest.mark.parametrize("app", ["embedded"], indirect=True)
def test_nothing_is_sent_before_somebody_switches_it_on(story):
    story.world.variables = {}
    assert set(conclusions(story.apply()).values()) == {"skipped"}
    assert set(conclusions(story.drift()).values()) == {"skipped"}
    story.branch("title")
    story.write(USERS, "Principal Engineer", "Fellow")
    _, review = story.propose(7, "title")
    assert conclusions(review)["offline"] == "success", logs(review)
    assert "Fellow" in story.comment(7)
    assert story.app.users() == {}
