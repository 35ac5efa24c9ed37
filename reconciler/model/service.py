"""How to talk to a service provider: the knobs of the client, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from reconciler.model.rate import RateLimit
from reconciler.model.values import Kind
from reconciler.model.writing import Etag, Recheck, Verify


class Quirk(StrEnum):
    """What a server does differently, in words of a closed vocabulary.

    A word costs one member here, one branch in `scim/`, one behaviour in `sandbox/`, one case.
    """

    NO_PATCH = "no_patch"
    """PATCH is missing (405 or 501): changes go as PUT of the object as it was read, changed."""

    NO_PUT = "no_put"
    """PUT is refused; `check` warns where PATCH is missing too."""

    CURSOR_PAGING = "cursor_paging"
    """Lists page by cursor (RFC 9865), the first one empty: AWS IAM Identity Center."""

    COUNTS_FROM_ZERO = "counts_from_zero"
    """startIndex counts from 0, where RFC 7644 §3.4.2.4 has 1: SimpleIdServer."""

    FILTER_ONLY = "filter_only"
    """Lists show nobody, or somebody made up; each object is asked for, by id or by a filter:
    Snowflake before its bundle 2026_03, GitLab."""

    HIDES_INACTIVE = "hides_inactive"
    """Lists leave out inactive accounts; by id and by filter they are there, perhaps: Atlassian."""

    MEMBERS_BY_USER_FILTER = "members_by_user_filter"
    """Groups are listed without members; they are found with `groups.value eq` on /Users: AWS."""

    MEMBERS_BY_GROUP = "members_by_group"
    """Groups are listed without members, or with some; each group, read by itself, shows all."""

    MEMBERS_BY_USERS = "members_by_users"
    """Groups never show members; each user shows the groups that it is in, under `groups`
    (RFC 7643 §4.1.2). No request is needed for them."""

    REMOVE_MEMBERS_BY_VALUE = "remove_members_by_value"
    """Members are removed by a value list under path `members`, not by a value filter: Entra's
    old form, the only one that django-scim2 takes."""

    NO_VALUE_FILTER_PATHS = "no_value_filter_paths"
    """PATCH paths with a value filter are refused (GitHub): the whole attribute is replaced."""

    PASCAL_CASE_OPS = "pascal_case_ops"
    """PATCH knows `Add`, `Replace` and `Remove` only, as Entra wrote them before its flag
    aadOptscim062020; RFC 7644 §3.5.2 has them in lower case."""

    PATHLESS_PATCH = "pathless_patch"
    """PATCH of attributes takes no path: one `replace` whose value holds what is to be changed.
    Members keep their path: without one they are misread everywhere."""

    NO_SUB_ATTRIBUTE_PATHS = "no_sub_attribute_paths"
    """PATCH paths such as `name.familyName` are refused: the whole attribute is replaced."""

    ONE_OPERATION_EACH = "one_operation_each"
    """A PATCH holds one operation; several go one after the other."""

    REPLACE_MEMBERS = "replace_members"
    """PATCH neither adds nor removes members: the list is read and replaced by itself, changed."""

    MEMBERS_IGNORED_ON_CREATE = "members_ignored_on_create"
    """POST /Groups drops `members`; they follow in a PATCH: django-scim2."""

    DELETE_DEACTIVATES = "delete_deactivates"
    """DELETE leaves the account behind, inactive: an inactive account counts as absent
    (Slack, Atlassian, django-scim2-server)."""

    DEACTIVATION_DELETES = "deactivation_deletes"
    """`active: false` deletes the account for good: a disable is held as a delete is (PagerDuty,
    Smartsheet)."""

    ONE_VALUE_EACH = "one_value_each"
    """E-mails, phone numbers and addresses hold one value each: AWS. A mapping that fills two is
    a problem."""

    LOWERCASES_USER_NAME = "lowercases_user_name"
    """userName comes back in lower case: Databricks."""


_MOST_ABREAST: Final = 1000
"""Threads that wait for each other in bulk: a thousand take 40 MiB more than a hundred."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """How much one bulk request may hold (RFC 7644 §3.7): what ServiceProviderConfig says."""

    operations: int = 100
    bytes: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Service:
    """How to talk to a SCIM service provider: the knobs of the client."""

    page_size: int = 100
    members_per_request: int = 100
    members_bytes_per_request: int = 500_000
    concurrency: int = 4
    timeout_seconds: float = 60.0
    retries: int = 5
    filterable: frozenset[str] = frozenset({"userName", "externalId", "displayName"})
    stores_external_id: Mapping[Kind, bool] = field(
        default_factory=lambda: {Kind.USER: True, Kind.GROUP: True}
    )
    etag: Etag = Etag.AUTO
    recheck: Recheck = Recheck.WHEN_OLD
    recheck_after_seconds: float = 300.0
    verify: Verify = Verify.ANSWER
    consistency_delay_seconds: float = 0.0
    quirks: frozenset[Quirk] = frozenset()
    rate: tuple[RateLimit, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    bulk: Bulk | None = None
    projection: bool = False

    @property
    def changes_abreast(self) -> int:
        """Return how many changes are worked on at a time; requests are held to `concurrency`.

        One more than that: it writes to the ledger while the others wait for their answers. Where
        writes go in bulk, as many as one request holds, each in a thread.
        """
        if self.bulk is not None:
            return min(self.bulk.operations, _MOST_ABREAST)
        return self.concurrency + (self.concurrency > 1)

    @property
    def leaves_the_deleted(self) -> bool:
        """Tell whether DELETE leaves the account behind, inactive."""
        return Quirk.DELETE_DEACTIVATES in self.quirks
