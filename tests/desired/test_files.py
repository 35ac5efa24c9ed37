import os

import pytest

from reconciler.desired.files import SourceFile, read_tree
from reconciler.errors import InputError


def write(root, **files):
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_yaml", ".yaml").replace("_yml", ".yml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_files_come_sorted_by_path_with_both_suffixes(tmp_path):
    write(tmp_path, b_yml="b", users__z_yaml="z", users__a_yaml="a", notes="no", a_yaml="a")
    files, problems = read_tree(tmp_path)
    assert problems == ()
    assert [file.path for file in files] == ["a.yaml", "b.yml", "users/a.yaml", "users/z.yaml"]
    assert files[1] == SourceFile("b.yml", b"b")


def test_hidden_files_and_directories_are_not_read(tmp_path):
    write(tmp_path, a_yaml="a")
    write(tmp_path / ".git", b_yaml="b")
    (tmp_path / ".draft.yaml").write_text("c")
    files, _ = read_tree(tmp_path)
    assert [file.path for file in files] == ["a.yaml"]


def test_a_link_within_the_tree_is_read_and_one_that_leads_out_is_a_problem(tmp_path):
    (tmp_path / "secret.yaml").write_text("token")
    root = tmp_path / "state"
    write(root, a_yaml="a")
    (root / "again.yaml").symlink_to(root / "a.yaml")
    (root / "out.yaml").symlink_to(tmp_path / "secret.yaml")
    (root / "up.yaml").symlink_to("../secret.yaml")
    files, problems = read_tree(root)
    assert [file.path for file in files] == ["a.yaml", "again.yaml"]
    assert [(item.rule, item.at.file) for item in problems] == [
        ("file-outside", "out.yaml"),
        ("file-outside", "up.yaml"),
    ]


def test_broken_and_circular_links_linked_directories_and_pipes_are_problems(tmp_path):
    write(tmp_path, users__a_yaml="a")
    (tmp_path / "circle.yaml").symlink_to("circle.yaml")
    (tmp_path / "gone.yaml").symlink_to("nothing.yaml")
    (tmp_path / "people").symlink_to("users")
    os.mkfifo(tmp_path / "pipe.yaml")
    files, problems = read_tree(tmp_path)
    assert [file.path for file in files] == ["users/a.yaml"]
    assert [(item.rule, item.at.file) for item in problems] == [
        ("file-unreadable", "circle.yaml"),
        ("file-unreadable", "gone.yaml"),
        ("file-unreadable", "people"),
        ("file-unreadable", "pipe.yaml"),
    ]
    assert all(item.hint for item in problems)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_a_problem(tmp_path):
    write(tmp_path, a_yaml="a")
    (tmp_path / "a.yaml").chmod(0)
    _, problems = read_tree(tmp_path)
    assert [item.rule for item in problems] == ["file-unreadable"]


def test_a_missing_directory_says_what_to_do_next(tmp_path):
    with pytest.raises(InputError, match="There is no directory") as caught:
        read_tree(tmp_path / "nothing")
    assert "--desired-state" in caught.value.hint


def test_a_directory_without_yaml_says_what_to_do_next(tmp_path):
    (tmp_path / "readme.md").write_text("hello")
    with pytest.raises(InputError, match="There is no YAML file") as caught:
        read_tree(tmp_path)
    assert "reconciler init" in caught.value.hint
