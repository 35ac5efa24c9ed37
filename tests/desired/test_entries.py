"""What a file says is read once, and what is wrong with it is said wherever it is used."""

import pytest

from reconciler.desired import entries
from reconciler.desired.entries import merge_entries, read_files
from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired

ADA = SourceFile("ada.yaml", b"users: {ada: {mail: ada@contoso.example, until: never}}")
GRACE = SourceFile("grace.yaml", b"users: {grace: {}, ada: {required: 3}}\nuser: {}")


@pytest.fixture
def reads(monkeypatch):
    found = []

    def note(content, *, file):
        found.append(file)
        return read(content, file=file)

    read = entries.read_yaml
    monkeypatch.setattr(entries, "read_yaml", note)
    return found


def test_files_that_are_known_are_not_read_again(reads):
    known = read_files([ADA])
    changed = SourceFile("ada.yaml", ADA.content + b"\n")

    both = read_files([GRACE, ADA], known)
    read_files([changed], known)

    assert reads == ["ada.yaml", "grace.yaml", "ada.yaml"]
    assert list(both) == [ADA, GRACE]
    assert both[ADA] is known[ADA]


def test_a_known_file_gives_what_reading_it_gives():
    files = [ADA, GRACE]

    assert load_desired(files, {}, read_files(files)) == load_desired(files, {})


def test_of_an_entry_that_is_given_twice_only_the_first_is_judged():
    _, problems = merge_entries(read_files([GRACE, ADA]).values())

    assert [(item.rule, item.at.file) for item in problems] == [
        ("wrong-value", "ada.yaml"),
        ("unknown-key", "grace.yaml"),
        ("duplicate-key", "grace.yaml"),
    ]
