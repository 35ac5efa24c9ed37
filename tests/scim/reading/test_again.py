"""Who was seen before and is in no list: one question by id, and what its answer is worth."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reconciler.model.resource import Live, Snapshot
from reconciler.model.values import Kind
from reconciler.scim.reading.again import AGAIN, look_again
from tests.scim.reading.test_single import Server

NOW = datetime(2026, 7, 1, tzinfo=UTC)
SHOWN = Snapshot(NOW, (Live(Kind.USER, "id-ada", {}),), (), complete=False)
OTHER = {
    "id": "id-other",
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    "displayName": "Other",
}
USERS = [(Kind.USER, "id-ada"), (Kind.USER, "id-gone")]


def test_a_list_that_is_proven_needs_no_question():
    server = Server()
    whole = replace(SHOWN, complete=True)

    assert look_again(server.reader, whole, USERS) is whole
    assert server.asked == []


def test_who_is_shown_is_not_asked_for_and_who_is_not_found_is_gone():
    server = Server()

    found = look_again(server.reader, SHOWN, USERS)

    assert found.gone == {(Kind.USER, "id-gone")}
    assert sorted(server.asked) == ["Users/id-ada", "Users/id-gone"]
    assert found.evidence[-1].endswith("0 there, 1 gone")


def test_a_group_that_is_there_comes_with_its_members():
    server = Server()
    server.sandbox.load([OTHER])
    shown = replace(SHOWN, groups=(Live(Kind.GROUP, "id-other", {}),))

    found = look_again(server.reader, shown, [(Kind.GROUP, "id-crew")])

    assert [(group.id, group.members) for group in found.groups[1:]] == [("id-crew", {"id-ada"})]


def test_where_nobody_is_shown_nothing_is_asked_or_believed():
    server = Server()
    empty = replace(SHOWN, users=())

    assert look_again(server.reader, empty, USERS) is empty
    assert server.asked == []


@pytest.mark.parametrize("path", ["", "..", "."])
def test_an_id_that_would_be_another_address_proves_nothing(path):
    server = Server()

    assert look_again(server.reader, SHOWN, [(Kind.USER, path)]) is SHOWN


def test_one_look_asks_for_so_many_and_no_more():
    server = Server()
    many = [(Kind.USER, f"id-{number}") for number in range(AGAIN + 5)]

    found = look_again(server.reader, SHOWN, many)

    assert len(found.gone) == AGAIN
    assert len(server.asked) == AGAIN + 1
