import json
import os
from pathlib import Path

import pytest

from reconciler.cli.boundary import run
from reconciler.gallery.load import load_gallery

WORKFLOWS = ("plan", "review", "apply", "drift")


@pytest.fixture
def desk(tmp_path, monkeypatch, capsys):
    """Type commands in an empty directory; get what they print."""
    monkeypatch.chdir(tmp_path)

    def type_command(*arguments, code=0):
        ended = run(list(arguments))
        printed = capsys.readouterr()
        assert ended == code, printed.out + printed.err
        return printed

    return type_command


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_an_empty_directory_becomes_a_desired_state_that_plans_and_converges(desk):
    told = desk("init").out
    assert "+ desired-state/targets/app.yaml" in told
    assert "Next: `reconciler validate`, then `reconciler plan --sandbox`" in told
    assert desk("validate").out == "No problems.\n"
    assert "Plan: 4 to create, 3 members to add." in desk("plan", "--sandbox").out
    desk("apply", "--sandbox", "--yes")
    assert "No changes" in desk("plan", "--sandbox", "--detailed-exitcode").out


@pytest.mark.parametrize("profile", sorted(load_gallery()))
def test_the_target_of_every_app_of_the_gallery_validates(desk, profile):
    desk("init", "--profile", profile)
    found = desk("validate")
    assert found.out == "No problems.\n"
    assert f"(profile {profile})" in desk("plan", "--sandbox").out


def test_an_app_gives_the_target_its_name_and_its_variable(desk):
    desk("init", "--profile", "envoy")
    target = Path("desired-state/targets/envoy.yaml").read_text()
    assert "    url: https://app.envoy.com/scim/v2\n" in target
    assert "{bearer: {env: ENVOY_SCIM_TOKEN}}" in target


def test_another_directory_may_be_named_and_need_not_exist(desk):
    desk("init", "there/identity")
    desk("validate", "--desired-state", "there/identity/desired-state")
    assert tree(Path.cwd()).keys() == {
        f"there/identity/{name}"
        for name in (
            ".gitignore",
            "desired-state/.schemas/desired-state.schema.json",
            "desired-state/groups.yaml",
            "desired-state/targets/app.yaml",
            "desired-state/users.yaml",
        )
    }


def test_the_first_line_of_each_file_names_a_schema_that_is_there(desk):
    desk("init")
    for path in Path("desired-state").rglob("*.yaml"):
        line = path.read_text().splitlines()[0]
        assert (path.parent / line.partition("$schema=")[2]).resolve().is_file(), path


def test_what_the_comments_offer_can_be_switched_on(desk):
    desk("init")
    for path in Path("desired-state").rglob("*.yaml"):
        lines = path.read_text().splitlines()
        path.write_text("\n".join(_switched_on(line) for line in lines) + "\n")
    told = desk("validate", code=1).out
    offered = {"linus", "platform", "engineers"}  # Examples that nobody has yet.
    assert told.count("error[") == len(offered), told
    assert all(name in told for name in offered)


def _switched_on(line):
    """Return a line with the YAML that it holds as a comment."""
    head, sign, rest = line.partition("# ")
    return head + rest if sign and not head.strip() and head else line


def test_nothing_is_overwritten(desk):
    desk("init")
    mine = "# Mine\nusers: {}\n"
    Path("desired-state/users.yaml").write_text(mine)
    Path(".gitignore").unlink()
    before = tree(Path.cwd())
    told = desk("init", "--profile", "envoy").out
    assert "= desired-state  is there already; left as it is" in told
    assert "+ .gitignore" in told
    assert tree(Path.cwd()) == before | {".gitignore": tree(Path.cwd())[".gitignore"]}
    assert "Nothing to write" in desk("init").out


def test_git_ignores_what_stays_on_the_machine(desk):
    Path(".gitignore").write_text("mine\n")
    assert "= .gitignore  is there already" in desk("init").out
    assert Path(".gitignore").read_text() == "mine\n"


def test_a_link_to_elsewhere_is_not_followed(desk, tmp_path):
    Path("outside").write_text("outside\n")
    Path("repository").mkdir()
    Path("repository/.gitignore").symlink_to(tmp_path / "outside")
    desk("init", "repository")
    assert Path("outside").read_text() == "outside\n"


def test_an_app_that_nobody_knows_is_wrong_input_and_writes_nothing(desk):
    assert "Next: There are: asana," in desk("init", "--profile", "envoi", code=1).err
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_cannot_be_written_is_wrong_input(desk):
    Path("there").mkdir(mode=0o500)
    assert "Next: Name a directory that you may write to" in desk("init", "there", code=1).err


def test_a_file_in_the_way_is_wrong_input(desk):
    Path("desired-state").write_text("")
    assert "cannot write 'desired-state/" in desk("init", code=1).err


def test_where_there_is_no_desired_state_init_is_the_way_out(desk):
    assert "`reconciler init`" in desk("validate", code=1).err
    Path("desired-state").mkdir()
    assert "`reconciler init`" in desk("validate", code=1).err


def test_workflows_are_written_with_a_line_for_each_variable(desk):
    told = desk(
        "init", "--profile", "envoy", "--github", "--tool", "reconciler @ git+https://x@1"
    ).out
    assert "+ .github/workflows/review.yml" in told
    assert (
        "ENVOY_SCIM_TOKEN: ${{ secrets.ENVOY_SCIM_TOKEN }}"
        in Path(".github/workflows/apply.yml").read_text()
    )
    requirements = Path(".github/actions/reconciler/requirements.txt").read_text()
    assert requirements.splitlines()[-1] == "reconciler @ git+https://x@1"


def test_workflows_are_added_to_a_desired_state_that_is_there(desk):
    desk("init", "--profile", "envoy")
    told = desk("init", "--github", "--tool", ".").out
    assert "= desired-state  is there already" in told
    assert "ENVOY_SCIM_TOKEN" in Path(".github/workflows/review.yml").read_text()


def test_where_the_tool_comes_from_must_be_known(desk):
    told = desk("init", "--github", code=1).err  # Installed from a directory, as here.
    assert "Next: Name it as pip does, a commit and not a branch: --tool" in told
    assert list(Path.cwd().iterdir()) == []


def test_what_was_installed_from_git_is_what_the_workflows_install(desk, monkeypatch):
    class Distribution:
        def read_text(self, name):
            assert name == "direct_url.json"
            commit = {"vcs": "git", "commit_id": "c" * 40}
            return json.dumps({"url": "https://git.example/o/r.git", "vcs_info": commit})

    monkeypatch.setattr("reconciler.cli.init.workflows.distribution", lambda _: Distribution())
    desk("init", "--github")
    requirements = Path(".github/actions/reconciler/requirements.txt").read_text()
    assert requirements.endswith(f"\nreconciler @ git+https://git.example/o/r.git@{'c' * 40}\n")


@pytest.mark.parametrize("tool", [" ", "a\nb", "a\x1b[31m"])
def test_what_is_no_requirement_is_refused(desk, tool):
    assert "--tool is no requirement" in desk("init", "--github", "--tool", tool, code=1).err


def test_a_variable_that_no_secret_can_be_called_is_refused(desk):
    desk("init")
    target = Path("desired-state/targets/app.yaml")
    target.write_text(target.read_text().replace("APP_SCIM_TOKEN", '"X: ${{ github.token }}"'))
    told = desk("init", "--github", "--tool", ".", code=1).err
    assert "cannot be the name of a secret" in told or "env" in told
    assert not Path(".github").exists()


def test_jobs_that_tell_people_are_given_what_that_needs(desk):
    desk("init")
    target = Path("desired-state/targets/app.yaml")
    told = "    notify: {email: [ops@contoso.example], webhook: {url: {env: HOOK_URL}}}\n"
    target.write_text(target.read_text() + told)
    desk("init", "--github", "--tool", ".")
    texts = {name: Path(f".github/workflows/{name}.yml").read_text() for name in WORKFLOWS}
    named = {
        name for name, text in texts.items() if "HOOK_URL" in text and "RECONCILER_SMTP_URL" in text
    }
    assert named == {"apply", "drift"}
    assert "APP_SCIM_TOKEN" in texts["review"]
    assert "secrets." not in texts["plan"]
