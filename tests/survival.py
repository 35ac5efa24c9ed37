"""Forty-two things that a client must survive, each seen on a real server, and what shows it.

A case is `file::test` or `file::test[id]`, from the folder of this file; a directory of
`tests/cases` is named by its path. `test_survival.py` looks that each exists.
"""

import ast
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent
_LISTS = "scim/lists/test_paging.py::test_a_list_is_read_and_judged"
_LIARS = "test_lying_server.py::test_a_list_that_is_not_proven_takes_nothing_away"
_UNREADABLE = "test_lying_server.py::test_a_target_that_cannot_be_read_is_named_and_left_alone"
_SERVERS = "servers/test_scenario.py::test_create_change_remove_drift_and_converge_each_time"
_SAME = "test_survival.py::test_it_converges_all_the_same"
_ODD = "servers/test_smoke_odd.py::"
_HERE = "test_survival.py::"
_WRITES = "test_survival_writes.py::"
_LYING = "test_lying_lists.py::"
_TRIP = "scim/writing/test_round_trip.py::"
_WRITER = "scim/writing/test_writer.py::"
_CHUNKS = (
    "scim/writing/test_membership.py::"
    "test_more_members_than_a_server_takes_at_once_all_go_and_it_is_noted"
)
_PATCH = "scim/writing/test_patch.py::"
_VERSIONS = "scim/writing/test_precondition.py::test_a_server_that_shows_versions_and_heeds_none_"
_LOCKERS = "servers/test_requested.py::test_lockers_that_no_list_shows_are_still_there_after_a_put"
_WIRE = "scim/http/test_transport.py::"

POINTS: dict[int, tuple[str, tuple[str, ...]]] = {
    1: (
        "totalResults is the page, or stops at 50 or 100",
        (
            f"{_LIARS}[totals-of-pages]",
            f"{_LIARS}[a-list-cut-at-50]",
            f"{_LISTS}[total-is-the-length-of-the-page]",
        ),
    ),
    2: (
        "beyond the end the first rows come again; startIndex is ignored",
        (
            f"{_LIARS}[the-first-page-for-ever]",
            f"{_LISTS}[begins-anew-beyond-the-end]",
            f"{_LISTS}[start-ignored]",
            f"{_SERVERS}[scimmy]",
        ),
    ),
    3: (
        "pages are capped, refused when large, or refused with any count",
        (
            f"{_LISTS}[capped-below-what-was-asked]",
            f"{_LISTS}[large-counts-refused]",
            f"{_LISTS}[every-count-refused]",
            f"{_SERVERS}[scim2-server-tiny-pages]",
        ),
    ),
    4: (
        "filter.maxResults is no page size",
        (
            f"{_HERE}test_what_is_announced_of_lists_is_not_what_is_read",
            f"{_SERVERS}[django-scim2]",
            f"{_SERVERS}[django-scim2-server]",
        ),
    ),
    5: (
        "some are in no list and in no filter: a conflict, no loop",
        (
            f"{_WRITER}test_who_exists_already_is_a_conflict_with_a_next_step",
            f"{_LYING}test_whom_a_list_left_out_is_known_all_the_same_and_not_created_again",
        ),
    ),
    6: (
        "meta, schemas and the numbers of a page are missing",
        (f"{_SAME}[nothing-but-an-id-and-attributes]",),
    ),
    7: (
        "a filter is ignored",
        (
            "scim/reading/test_snapshot.py::test_an_ignored_filter_proves_nothing_and_finds_nobody_else",
        ),
    ),
    8: (
        "a filter finds nobody although they are there",
        (f"{_SAME}[filters-that-find-nobody]", f"{_SERVERS}[django-scim2]"),
    ),
    9: ("a filter on a name looks into another attribute", (f"{_SAME}[filters-that-find-others]",)),
    10: (
        "filters are refused in many ways",
        (
            "scim/reading/test_single.py::test_a_refused_filter_is_no_answer",
            "scim/reading/test_snapshot.py::test_what_cannot_be_filtered_by_is_not_asked_and_proves_nothing",
            f"{_SERVERS}[scim2-server-minimal]",
        ),
    ),
    11: (
        "names may differ in case alone",
        (f"{_HERE}test_two_accounts_that_differ_in_case_are_a_conflict",),
    ),
    12: (
        "meta.location is something else",
        (f"{_SAME}[another-location]", f"{_WIRE}test_an_id_is_quoted_in_the_address"),
    ),
    13: (
        "attributes are dropped without a word",
        ("cases/a-rewritten-value-is-not-fought", f"{_SERVERS}[better-auth]"),
    ),
    14: (
        "values are changed",
        (
            f"{_TRIP}test_a_server_that_lowers_what_must_keep_its_case_is_not_fought",
            f"{_SERVERS}[django-scim2]",
        ),
    ),
    15: (
        "attributes are refused",
        (
            f"{_WRITES}test_who_has_a_refused_attribute_is_named_and_keeps_nobody_else_out",
            f"{_SERVERS}[django-scim2-server]",
        ),
    ),
    16: (
        "members are named by userName, or never shown",
        (
            "scim/reading/test_snapshot.py::test_members_named_by_user_name_are_resolved",
            "scim/reading/test_members.py::test_a_list_that_shows_no_members_is_found_out",
        ),
    ),
    17: (
        "PUT merges, or enables who is left unsaid",
        (
            f"{_PATCH}test_a_put_keeps_what_is_not_ours",
            f"{_WRITES}test_every_put_says_whether_somebody_is_active",
            f"{_WRITES}test_a_put_that_merges_is_seen_and_not_sent_at_every_run",
            f"{_SERVERS}[scim2-server-minimal]",
        ),
    ),
    18: (
        "a GET put back loses what is returned on request only",
        (
            f"{_HERE}test_what_a_patch_does_not_name_stays",
            f"{_LOCKERS}[scim2-server-acme]",
        ),
    ),
    19: (
        "a hundred members at most, and a PUT that leaves others",
        (
            _CHUNKS,
            f"{_WRITER}test_members_that_did_not_stick_are_a_failure",
            f"{_ODD}test_better_auth_takes_a_hundred_members_at_once_and_not_one_more",
            f"{_SERVERS}[better-auth]",
        ),
    ),
    20: (
        "members stand twice",
        (
            f"{_SAME}[members-shown-twice]",
            f"{_ODD}test_scimmy_keeps_a_member_twice_and_says_204_only_if_nothing_changed",
        ),
    ),
    21: ("whoever is deleted stays a member", (f"{_SERVERS}[scim2-server]",)),
    22: (
        "members are removed in dialects",
        (f"{_PATCH}test_members_are_removed_by_filter_or_by_value", f"{_SERVERS}[django-scim2]"),
    ),
    23: (
        "member changes without a path are ignored",
        (f"{_PATCH}test_members_go_by_a_path_whatever_the_server_wants_otherwise", _CHUNKS),
    ),
    24: (
        "200 does not mean done",
        (
            f"{_WRITER}test_members_that_did_not_stick_are_a_failure",
            "cases/a-rewritten-value-is-not-fought",
        ),
    ),
    25: (
        "parts of PATCH are 501",
        (
            f"{_WRITER}test_where_patch_is_missing_a_put_keeps_what_is_not_ours",
            f"{_SERVERS}[django-scim2]",
        ),
    ),
    26: (
        "replace of a part merges, or replaces the whole",
        (f"{_PATCH}test_a_change_becomes_these_operations", f"{_SERVERS}[scimmy]"),
    ),
    27: (
        "PATCH answers 200, 204, or 204 only where nothing changed",
        (
            f"{_WRITER}test_an_update_is_read_back_where_the_answer_is_empty",
            f"{_SERVERS}[scimmy]",
        ),
    ),
    28: ("booleans are texts", (f"{_SAME}[booleans-as-text]",)),
    29: (
        "DELETE deactivates",
        (
            f"{_SERVERS}[django-scim2-server]",
            "servers/test_smoke.py::test_django_deactivates_where_it_should_delete",
        ),
    ),
    30: ("DELETE answers with a body", (f"{_HERE}test_a_delete_may_answer_with_a_body",)),
    31: (
        "active: false is refused",
        (f"{_HERE}test_a_disable_that_is_refused_fails_alone_with_the_words_of_the_server",),
    ),
    32: (
        "409 without scimType, 500 or 400 or 422 in its place",
        (
            f"{_WIRE}test_a_refusal_says_why_in_whatever_form_it_comes",
            f"{_WRITER}test_who_exists_already_is_a_conflict_with_a_next_step",
        ),
    ),
    33: (
        "errors have any form",
        (
            f"{_WIRE}test_a_refusal_says_why_in_whatever_form_it_comes",
            f"{_WIRE}test_what_cannot_be_read_is_named",
        ),
    ),
    34: ("200 with HTML", (f"{_UNREADABLE}[html]",)),
    35: (
        "429 with X-Retry-After",
        (
            "scim/http/test_retry.py::test_retry_after_is_seconds_or_a_date",
            "servers/test_scenario.py::test_an_apply_waits_as_long_as_a_limiter_asks",
        ),
    ),
    36: (
        "connections are reset",
        (
            f"{_WIRE}test_over_a_socket_silence_is_told_apart_from_nobody_there",
            "scim/http/test_retry.py::test_a_write_without_an_answer_is_never_repeated_blindly",
            f"{_WRITER}test_a_create_whose_answer_is_lost_is_found_again_and_not_repeated",
        ),
    ),
    37: (
        "answers are slow",
        (f"{_UNREADABLE}[slow]", f"{_WIRE}test_an_answer_that_drips_is_given_up"),
    ),
    38: (
        "a failure has had its effect",
        ("test_settle.py::test_what_arrived_is_done_and_what_did_not_is_planned_again",),
    ),
    39: (
        "ETags prove nothing: what was planned is compared by value",
        (
            "stages/test_approve.py::test_another_before_value_makes_it_stale",
            f"{_VERSIONS}takes_nothing_from_who_was_changed",
        ),
    ),
    40: (
        "a write that changes nothing is a change",
        (
            "cases/linked-and-equal-is-left-alone",
            f"{_HERE}test_a_version_that_moves_by_itself_stops_no_change_and_a_moment_is_none",
            "scim/writing/test_precondition.py::test_what_somebody_did_already_is_not_done_again",
        ),
    ),
    41: (
        "discovery is missing, or an array",
        (f"{_HERE}test_discovery_may_be_missing_or_something_else",),
    ),
    42: (
        "there are no groups; `Bearer` is compared by the letter",
        (
            f"{_HERE}test_a_server_without_groups_serves_people",
            f"{_WIRE}test_a_request_bears_the_token_the_media_type_and_our_name",
        ),
    ),
}


def exists(case: str) -> bool:
    """Tell whether *case* is there; an id must stand as a text in the test's file or its data."""
    name, _, test = case.partition("::")
    path = TESTS / name
    if not test:
        return path.is_dir()
    function, _, parameter = test.rstrip("]").partition("[")
    return function in _functions(path) and (not parameter or parameter in _texts(path))


@cache
def _functions(path: Path) -> frozenset[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))


@cache
def _texts(path: Path) -> frozenset[str]:
    texts = [path.read_text()]
    if (data := path.with_name("expected.py")).is_file():
        texts.append(data.read_text())
    nodes = (node for text in texts for node in ast.walk(ast.parse(text)))
    values = (node.value for node in nodes if isinstance(node, ast.Constant))
    return frozenset(value for value in values if isinstance(value, str))
