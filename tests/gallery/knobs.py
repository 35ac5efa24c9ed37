"""Every knob of the client: where the sandbox simulates it, and the test that shows it.

*simulated* names a file of `reconciler/sandbox/` that acts on the word; "" where it is ours alone:
no server can show it. *case* is `file::test` or a directory of `tests/cases`, from the folder
`tests`.
"""

from typing import NamedTuple

_BULK = "scim/bulk/"
_HTTP = "scim/http/"
_LISTS = "scim/lists/"
_MEMBERS = "scim/writing/test_membership.py::"
_READING = "scim/reading/"
_TRIP = "scim/writing/test_round_trip.py::"
_VERSIONS = "scim/writing/test_precondition.py::"
_WRITING = "scim/writing/"


class Knob(NamedTuple):
    simulated: str
    case: str


QUIRKS = {
    "no_patch": Knob("provider", "sandbox/test_service.py::test_without_patch_a_put_still_works"),
    "no_put": Knob(
        "service", _WRITING + "test_replacing.py::test_where_put_is_missing_too_nothing_is_tried"
    ),
    "cursor_paging": Knob(
        "provider", _LISTS + "test_paging.py::test_cursor_pages_may_be_short_or_empty"
    ),
    "counts_from_zero": Knob(
        "server", "test_survival.py::test_a_server_that_counts_from_zero_leaves_nobody_out"
    ),
    "filter_only": Knob("keeping", "cases/who-was-asked-for-may-go-without-a-list"),
    "hides_inactive": Knob(
        "keeping",
        "test_lying_lists.py::test_however_many_an_app_hides_for_being_inactive_all_of_them_are_enabled",
    ),
    "members_by_user_filter": Knob(
        "server",
        _READING + "test_members.py::test_members_by_user_filter_cost_one_request_a_group",
    ),
    "members_by_group": Knob(
        "server",
        _READING + "test_members.py::test_what_the_profile_says_is_read_group_by_group_is_read_so",
    ),
    "members_by_users": Knob(
        "server",
        _READING + "test_members.py::test_members_that_only_users_tell_of_cost_no_request",
    ),
    "remove_members_by_value": Knob(
        "service", _WRITING + "test_patch.py::test_members_are_removed_by_filter_or_by_value"
    ),
    "no_value_filter_paths": Knob(
        "service", _WRITING + "test_patch.py::test_without_value_filters_the_other_elements_stay"
    ),
    "pascal_case_ops": Knob(
        "service", _WRITING + "test_patch.py::test_ops_are_spelled_as_the_server_knows_them"
    ),
    "pathless_patch": Knob(
        "service", _WRITING + "test_patch.py::test_without_paths_everything_stands_in_one_value"
    ),
    "no_sub_attribute_paths": Knob(
        "service",
        _WRITING + "test_patch.py::test_without_paths_of_sub_attributes_a_complex_value_goes_whole",
    ),
    "one_operation_each": Knob(
        "service", _WRITING + "test_patch.py::test_operations_go_together_or_one_by_one"
    ),
    "replace_members": Knob(
        "service",
        _WRITING + "test_replacing.py::test_members_are_replaced_all_at_once_where_that_is_the_way",
    ),
    "members_ignored_on_create": Knob(
        "keeping", "sandbox/test_keeping.py::test_members_are_ignored_on_create"
    ),
    "delete_deactivates": Knob(
        "keeping", "sandbox/test_keeping.py::test_a_deleted_user_stays_inactive_and_keeps_its_name"
    ),
    "deactivation_deletes": Knob("keeping", "cases/guard-irreversible-disable"),
    "one_value_each": Knob("keeping", "sandbox/test_rules.py::test_one_value_each"),
    "lowercases_user_name": Knob(
        "keeping",
        _TRIP + "test_a_server_that_lowers_what_must_keep_its_case_is_not_fought",
    ),
}

SERVICE = {
    "page_size": Knob(
        "provider", "sandbox/test_service.py::test_a_page_has_at_most_what_the_app_gives"
    ),
    "members_per_request": Knob(
        "service",
        _MEMBERS + "test_more_members_than_a_server_takes_at_once_all_go_and_it_is_noted",
    ),
    "members_bytes_per_request": Knob(
        "service",
        _MEMBERS + "test_a_request_has_no_more_bytes_than_the_server_takes",
    ),
    "concurrency": Knob(
        "", _LISTS + "test_paging.py::test_pages_are_read_abreast_and_stand_in_their_order"
    ),
    "timeout_seconds": Knob("", _HTTP + "test_transport.py::test_an_answer_that_drips_is_given_up"),
    "retries": Knob(
        "",
        _HTTP + "test_transport.py::test_over_a_socket_silence_is_told_apart_from_nobody_there",
    ),
    "rate": Knob("rate", "test_rate.py::test_who_knows_the_rate_is_never_refused"),
    "filterable": Knob(
        "keeping", "sandbox/test_keeping.py::test_only_what_can_be_asked_for_is_found"
    ),
    "stores_external_id": Knob("keeping", "cases/without-external-id-a-match-is-the-link"),
    "etag": Knob(
        "service",
        _VERSIONS + "test_where_versions_are_required_every_request_bears_one",
    ),
    "recheck": Knob("", _VERSIONS + "test_recheck_can_be_left_out"),
    "recheck_after_seconds": Knob(
        "",
        _VERSIONS + "test_without_versions_what_was_read_long_ago_is_looked_at",
    ),
    "verify": Knob(
        "",
        _WRITING + "test_verifying.py::test_of_a_sample_the_first_and_one_in_ten_are_read_back",
    ),
    "consistency_delay_seconds": Knob(
        "delay", "test_delayed.py::test_who_knows_of_the_delay_waits_and_the_next_plan_is_empty"
    ),
    "projection": Knob(
        "service",
        "cli/commands/test_projection.py::test_lists_are_asked_for_what_is_mapped_and_no_more",
    ),
    "bulk": Knob(
        "provider", _BULK + "test_gathering.py::test_changes_go_together_and_their_outcomes_apart"
    ),
    "headers": Knob("server", "sandbox/test_server.py::test_a_server_may_insist_on_headers"),
}

ATTRIBUTES = {
    "type": Knob("provider", "cases/a-list-is-compared-as-a-set"),
    "case_exact": Knob(
        "provider",
        _TRIP + "test_names_that_differ_in_case_alone_are_two_where_case_counts",
    ),
    "multi_valued": Knob("provider", "cases/a-list-is-compared-as-a-set"),
    "required": Knob("rules", "sandbox/test_rules.py::test_a_value_that_breaks_a_rule_is_refused"),
    "read_only": Knob("rules", "sandbox/test_rules.py::test_what_only_the_app_sets_stays_as_it_is"),
    "stored": Knob("rules", "sandbox/test_rules.py::test_what_is_not_kept_goes_without_a_word"),
    "immutable": Knob("rules", "cases/an-immutable-attribute-is-left-as-it-is"),
    "never_null": Knob("rules", "cases/a-value-that-cannot-be-cleared-is-left"),
    "max_length": Knob(
        "rules", "sandbox/test_rules.py::test_a_value_that_breaks_a_rule_is_refused"
    ),
    "forbidden": Knob("rules", "sandbox/test_rules.py::test_a_value_that_breaks_a_rule_is_refused"),
}

KINDS = {
    "actions": Knob("service", "cases/an-action-that-is-not-listed-is-reported"),
    "untouchable": Knob("keeping", "cases/the-apps-own-are-never-touched"),
}

APPS = {"delete_is_irreversible": Knob("", "cases/guard-irreversible")}
