import os

import pytest

from reconciler.desired.files import SourceFile
from reconciler.desired.git.merge import is_merged, read_merged
from reconciler.desired.git.repository import open_repository
from reconciler.errors import InputError
from tests.repository import Clone

ENVIRONMENT = {"PATH": os.environ["PATH"]}


@pytest.fixture
def clone(tmp_path):
    """Two branches that both went on from a first commit."""
    clone = Clone(tmp_path / "clone")
    clone.write("a.yaml", "a")
    clone.commit()
    clone.git("checkout", "-q", "-b", "change")
    clone.write("b.yaml", "b")
    clone.commit()
    clone.git("checkout", "-q", "main")
    clone.write("c.yaml", "c")
    clone.commit()
    return clone


def test_a_merge_holds_what_both_have_and_leaves_no_object_behind(clone):
    repository = open_repository(clone.root, ENVIRONMENT)
    before = clone.git("count-objects")

    assert not is_merged(repository, "main", "change")
    assert read_merged(repository, "main", "change") == (
        (SourceFile("a.yaml", b"a"), SourceFile("b.yaml", b"b"), SourceFile("c.yaml", b"c")),
        (),
    )
    assert clone.git("count-objects") == before


def test_what_is_merged_already_needs_no_merge(clone):
    clone.git("merge", "-q", "-m", "both", "change")
    repository = open_repository(clone.root, ENVIRONMENT)

    assert is_merged(repository, "change", "main")


def test_histories_that_share_nothing_cannot_be_merged(clone):
    clone.git("checkout", "-q", "--orphan", "alone")
    clone.commit()
    repository = open_repository(clone.root, ENVIRONMENT)

    with pytest.raises(InputError, match="unrelated histories"):
        read_merged(repository, "change", "alone")


def test_a_shallow_clone_says_that_it_cannot_know(clone, tmp_path):
    shallow = tmp_path / "shallow"
    url = f"file://{clone.folder}"
    clone.git("clone", "-q", "--depth=1", "--no-single-branch", url, str(shallow))
    repository = open_repository(shallow / "desired-state", ENVIRONMENT)

    with pytest.raises(InputError, match="shallow") as error:
        read_merged(repository, "origin/main", "origin/change")
    assert "fetch-depth: 0" in error.value.hint
