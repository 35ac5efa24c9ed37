import os
import subprocess

import pytest

from reconciler.desired.files import SourceFile, read_tree
from reconciler.desired.git.repository import open_repository
from reconciler.desired.git.revision import commit_of, read_revision
from reconciler.errors import InputError
from reconciler.yamldoc import DEFAULT_LIMITS
from tests.repository import Clone

ENVIRONMENT = {"PATH": os.environ["PATH"]}


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path / "clone")


def read(clone, ref="HEAD"):
    repository = open_repository(clone.root, ENVIRONMENT)
    return read_revision(repository, commit_of(repository, ref))


def rules(problems):
    return [(item.rule, item.at.file) for item in problems]


def test_the_files_at_a_ref_are_those_of_the_directory_then(clone):
    clone.write("a.yaml", "a")
    clone.write("users/z.yml", "z\r\n")
    clone.write("notes.txt", "no")
    clone.write(".draft/b.yaml", "no")
    clone.commit()
    before = read_tree(clone.root)
    clone.write("a.yaml", "changed")
    clone.write("b.yaml", "new")

    assert read(clone) == before
    assert before[0] == (SourceFile("a.yaml", b"a"), SourceFile("users/z.yml", b"z\r\n"))


def test_a_directory_that_is_not_there_yet_is_an_empty_desired_state(clone):
    clone.write("../README.md", "nothing yet")
    clone.commit()
    clone.write("a.yaml", "a")

    assert read(clone) == ((), ())


def test_the_root_of_the_repository_may_be_the_desired_state(clone):
    clone.write("../a.yaml", "a")
    clone.commit()
    repository = open_repository(clone.folder, ENVIRONMENT)

    assert read_revision(repository, "HEAD")[0] == (SourceFile("a.yaml", b"a"),)


def test_links_are_followed_within_the_tree_and_named_where_they_lead_elsewhere(clone):
    clone.write("users/a.yaml", "a")
    clone.link("again.yaml", "users/a.yaml")
    clone.link("twice.yaml", "again.yaml")
    clone.link("out.yaml", "../secret.yaml")
    clone.link("root.yaml", "/etc/passwd")
    clone.link("gone.yaml", "nothing.yaml")
    clone.link("circle.yaml", "circle.yaml")
    clone.link("people", "users")
    clone.link("LICENSE", "../LICENSE")
    clone.commit()

    files, problems = read(clone)
    on_disk, _ = read_tree(clone.root)
    assert files == on_disk
    assert [file.path for file in files] == ["again.yaml", "twice.yaml", "users/a.yaml"]
    assert rules(problems) == [
        ("file-unreadable", "circle.yaml"),
        ("file-unreadable", "gone.yaml"),
        ("file-outside", "out.yaml"),
        ("file-unreadable", "people"),
        ("file-outside", "root.yaml"),
    ]


@pytest.mark.parametrize(
    "name", ["-rf.yaml", "--output=x.yaml", ":(top)a.yaml", "*.yaml", "ä ö.yaml", "'$(id)'.yaml"]
)
def test_a_strange_name_is_only_a_name(clone, name):
    clone.write(name, "a")
    clone.commit()

    assert read(clone) == ((SourceFile(name, b"a"),), ())


@pytest.mark.parametrize(
    "name", ["line\nbreak.yaml", "bidi\u202e.yaml", "a\\b.yaml", "\x1b[2J.yaml", "\udcff.yaml"]
)
def test_a_name_that_misleads_is_a_problem_in_the_directory_and_in_git(clone, name):
    clone.write(name, "a")
    clone.commit()

    assert rules(read(clone)[1]) == [("file-name", name)] == rules(read_tree(clone.root)[1])


@pytest.mark.parametrize("path", ["../../out.yaml", "/etc/out.yaml", "a//b.yaml"])
def test_a_tree_that_leads_elsewhere_is_a_problem(clone, path):
    clone.write("a.yaml", "a")
    clone.commit()
    commit = clone.commit_crafted_tree(path)

    files, problems = read(clone, commit)
    assert [file.path for file in files] == []
    assert rules(problems) == [("file-name", path)]


def test_a_submodule_is_a_problem_and_a_huge_file_is_never_read(clone, monkeypatch):
    monkeypatch.setattr("reconciler.desired.git.revision.DEFAULT_LIMITS", _limits(size=2**20))
    clone.write("huge.yaml", "#" * (2**20 + 1))
    clone.git("add", "-A")
    clone.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},desired-state/module")
    clone.git("commit", "-qm", "x")

    files, problems = read(clone)
    assert files == ()
    assert rules(problems) == [("yaml-size", "huge.yaml"), ("file-unreadable", "module")]


def _limits(size):
    return type(DEFAULT_LIMITS)(size=size)


@pytest.mark.parametrize("ref", ["-rf", "--all", "", "a\nb", "main\x00", "\u202emain"])
def test_what_is_no_name_of_a_commit_never_reaches_git(clone, ref):
    clone.write("a.yaml", "a")
    clone.commit()
    with pytest.raises(InputError, match="no name of a commit"):
        read(clone, ref)


def test_an_unknown_ref_says_how_to_fetch_it(clone):
    clone.write("a.yaml", "a")
    clone.commit()
    with pytest.raises(InputError, match="no commit 'origin/main' in this clone") as error:
        read(clone, "origin/main")
    assert "fetch-depth: 0" in error.value.hint


def test_a_shallow_clone_says_so(clone, tmp_path):
    for text in "ab":
        clone.write("a.yaml", text)
        first = clone.commit()
    shallow = tmp_path / "shallow"
    clone.git("clone", "-q", "--depth=1", f"file://{clone.folder}", str(shallow))
    repository = open_repository(shallow / "desired-state", ENVIRONMENT)

    assert commit_of(repository, "HEAD") == first
    with pytest.raises(InputError, match="shallow") as error:
        commit_of(repository, "HEAD~1")
    assert "git fetch --unshallow" in error.value.hint


def test_a_clone_without_the_objects_fetches_nothing(clone, tmp_path):
    clone.write("a.yaml", "a")
    clone.commit()
    clone.write("a.yaml", "b")
    clone.commit()
    clone.git("config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    url = f"file://{clone.folder}"
    clone.git("clone", "-q", "--filter=blob:none", url, str(partial))
    repository = open_repository(partial / "desired-state", ENVIRONMENT)
    with pytest.raises(InputError, match="does not hold all"):
        read_revision(repository, commit_of(repository, "HEAD~1"))


def test_outside_of_a_repository_and_without_git_it_says_so(tmp_path, clone):
    (tmp_path / "plain").mkdir()
    with pytest.raises(InputError, match="cannot be looked up in git: not a git repository"):
        open_repository(tmp_path / "plain", ENVIRONMENT)
    with pytest.raises(InputError, match="git is not installed"):
        open_repository(clone.root, {"PATH": ""})


def test_a_desired_state_behind_a_link_is_refused(clone):
    clone.write("a.yaml", "a")
    clone.link("../elsewhere", "desired-state")
    with pytest.raises(InputError, match="is a link"):
        open_repository(clone.folder / "elsewhere", ENVIRONMENT)


def test_no_program_of_a_configuration_or_hook_is_run(clone, tmp_path):
    """Every way for git to start something leaves a mark here."""
    mark = tmp_path / "it-ran"
    clone.write("a.yaml", "a")
    clone.write(".gitattributes", "*.yaml filter=evil diff=evil merge=evil")
    clone.commit()
    for key in ("filter.evil.clean", "filter.evil.smudge", "diff.evil.textconv"):
        clone.git("config", key, f"touch {mark}; cat")
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external"):
        clone.git("config", key, f"touch {mark}")
    for hook in (clone.folder / ".git" / "hooks").iterdir():
        hook.unlink()
    for name in ("reference-transaction", "post-checkout", "post-index-change"):
        hook = clone.folder / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
        hook.chmod(0o755)
    clone.write("a.yaml", "dirty")

    assert read(clone)[0] == (SourceFile("a.yaml", b"a"),)
    assert not mark.exists()


def test_a_bare_repository_that_a_change_brings_along_is_not_taken(clone, tmp_path):
    mark = tmp_path / "it-ran"
    subprocess.run(["git", "init", "-q", "--bare", clone.root], check=True)
    with (clone.root / "config").open("a") as config:
        config.write(f"[core]\n\tfsmonitor = touch {mark}\n\tworktree = {clone.folder}\n")
    (clone.root / "a.yaml").write_text("a")
    with pytest.raises(InputError):
        open_repository(clone.root, ENVIRONMENT)
    assert not mark.exists()
