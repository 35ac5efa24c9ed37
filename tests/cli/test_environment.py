from reconciler.cli.environment import base_branch, commit, trigger

MARKS = ("GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD")


def test_a_ci_service_says_which_job_who_and_which_commit(monkeypatch):
    for mark in MARKS:
        monkeypatch.delenv(mark, raising=False)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_RUN_ID", "77")
    monkeypatch.setenv("GITHUB_ACTOR", "ada")
    monkeypatch.setenv("GITHUB_SHA", "0f3c2d1")
    assert (trigger(), commit()) == ("GitHub Actions run 77, by ada", "0f3c2d1")


def test_a_person_is_named_with_the_machine(monkeypatch):
    for mark in MARKS:
        monkeypatch.delenv(mark, raising=False)
    monkeypatch.setenv("LOGNAME", "grace")
    assert trigger().startswith("grace@")
    assert commit() is None


def test_a_job_of_a_pull_request_says_into_which_branch_it_merges(monkeypatch):
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    assert [base_branch(ref) for ref in ("HEAD^1", "HEAD^", "HEAD", "v1")] == [
        "main",
        "main",
        "",
        "",
    ]
    monkeypatch.delenv("GITHUB_BASE_REF")
    assert base_branch("HEAD^1") == ""
