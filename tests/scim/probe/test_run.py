"""What reading tells of a server, and that it is read alone."""

import pytest

from reconciler.model.learning import learned
from reconciler.model.service import Quirk, Service
from reconciler.model.values import Kind
from tests.scim.probe.asked import Odd, crew, facts_of, person, sandbox_with

PEOPLE = [person(number) for number in range(30)]
FULL = [*PEOPLE, crew(*(f"u{number:03}" for number in range(25)))]
BY_READING = {
    Quirk.COUNTS_FROM_ZERO,
    Quirk.NO_PATCH,
    Quirk.CURSOR_PAGING,
    Quirk.MEMBERS_BY_GROUP,
    Quirk.MEMBERS_BY_USER_FILTER,
}


def test_a_plain_server_contradicts_no_default():
    with sandbox_with(FULL) as sandbox:
        facts, methods = facts_of(sandbox.app)

    assert learned(Service(), facts.values()) == Service()
    assert methods == {"GET"}
    assert not any(fact.failed for fact in facts.values())


@pytest.mark.parametrize("quirk", sorted(BY_READING))
def test_what_reading_can_tell_is_learned_where_it_is_so(quirk):
    with sandbox_with(FULL, quirks=frozenset([quirk.value])) as sandbox:
        facts, methods = facts_of(sandbox.app)

    assert learned(Service(), facts.values()).quirks == {quirk}
    assert methods == {"GET"}


def test_what_reading_can_tell_is_forgotten_where_it_is_not_so():
    with sandbox_with(FULL) as sandbox:
        facts, _ = facts_of(sandbox.app)

    assert learned(Service(quirks=frozenset(Quirk)), facts.values()).quirks == (
        set(Quirk) - BY_READING
    )


def test_where_nobody_is_there_little_is_told_and_nothing_guessed():
    with sandbox_with([]) as sandbox:
        facts, _ = facts_of(sandbox.app)

    told = {name for name, fact in facts.items() if fact.value is not None}
    assert told == {"discovery PATCH"}


def test_the_largest_page_is_the_one_that_is_given():
    with sandbox_with(PEOPLE, page_size=7) as sandbox:
        facts, _ = facts_of(sandbox.app)

    assert facts["paging page size"].value == 7
    assert facts["paging page size"].evidence == ("GET Users?count=1000 → 200, 7 of 30",)


def test_a_size_that_is_refused_is_tried_smaller():
    def shown(count="10", **_):
        if int(count) > 50:
            raise ValueError("too many")
        return Odd().people[: int(count)], 60

    fact = facts_of(Odd(shown))[0]["paging page size"]

    assert fact.value == 50
    assert fact.evidence == (
        "GET Users?count=1000 → 400: too many",
        "GET Users?count=500 → 400: too many",
        "GET Users?count=200 → 400: too many",
        "GET Users?count=100 → 400: too many",
        "GET Users?count=50 → 200, 50 of 60",
    )


def test_an_index_that_is_ignored_and_a_total_that_is_none_are_named():
    def shown(count="20", **_):
        rows = Odd().people[: int(count)]
        return rows, len(rows)

    facts, _ = facts_of(Odd(shown))

    assert facts["paging startIndex"].says == "ignored"
    assert facts["paging totalResults"].says == "no total: another one for another page"
    assert facts["paging cursor"].value is None


FILTERS = {
    "obeyed": (None, True, "finds who is there, and nobody else"),
    "ignored": (lambda _: (Odd().people, 60), False, "ignored: others come back"),
    "empty": (lambda _: ([], 0), False, "finds nobody, though somebody is there"),
}


@pytest.mark.parametrize("manner", FILTERS)
def test_a_filter_is_believed_if_it_finds_who_is_there_and_nobody_else(manner):
    found, works, says = FILTERS[manner]

    facts, _ = facts_of(Odd(found=found))

    fact = facts["filters userName of users"]
    assert (fact.value, fact.says) == (works, says)
    service = learned(Service(), facts.values())
    assert ("userName" in service.filterable) is works


def test_a_filter_that_is_refused_is_not_asked_again():
    def found(_):
        raise ValueError("no filters here")

    fact = facts_of(Odd(found=found))[0]["filters externalId of users"]

    assert fact.value is False
    assert fact.evidence == ('GET Users?filter=externalId eq "…" → 400: no filters here',)


def test_what_the_profile_holds_for_filterable_is_asked_for_too():
    known = Service(filterable=frozenset({"name.familyName"}))

    fact = facts_of(Odd(), known)[0]["filters name.familyName of users"]

    assert fact.value is False  # Odd compares whole attributes alone.


def test_an_external_id_that_is_seen_is_kept_and_one_that_is_not_proves_nothing():
    with sandbox_with(FULL) as sandbox:
        facts, _ = facts_of(sandbox.app)

    assert facts["reading externalId of users"].value is True
    assert facts["reading externalId of groups"].value is None
    kept = learned(Service(stores_external_id=dict.fromkeys(Kind, False)), facts.values())
    assert kept.stores_external_id == {Kind.USER: True, Kind.GROUP: False}


def test_evidence_names_no_living_person():
    with sandbox_with(FULL) as sandbox:
        facts, _ = facts_of(sandbox.app)

    told = "\n".join(line for fact in facts.values() for line in (fact.says, *fact.evidence))
    assert "contoso" not in told
    assert "key-" not in told
    assert "u000" not in told


def test_a_server_that_lists_nobody_cannot_be_probed():
    def shown(**_):
        raise ValueError("not today")

    facts, _ = facts_of(Odd(shown))

    assert [fact.failed for fact in facts.values()] == [True]
    assert facts["discovery users"].says == "refused (400)"
