"""How a sandbox differs from a plain server: a closed vocabulary, the words of a profile's quirks.

A word has its effect in one place: `provider` (what is announced), `service` (which requests are
refused), `rules` (which values are), `keeping` (what is kept of what was sent), or `server` (what
is shown).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.sandbox.rules import Rule

QUIRKS = (
    "no_patch",
    "no_put",
    "cursor_paging",
    "counts_from_zero",
    "filter_only",
    "hides_inactive",
    "members_by_user_filter",
    "members_by_group",
    "members_by_users",
    "remove_members_by_value",
    "no_value_filter_paths",
    "pascal_case_ops",
    "pathless_patch",
    "no_sub_attribute_paths",
    "one_operation_each",
    "replace_members",
    "members_ignored_on_create",
    "delete_deactivates",
    "deactivation_deletes",
    "one_value_each",
    "lowercases_user_name",
)


@dataclass(frozen=True, slots=True)
class Manners:
    """What one target's sandbox does differently.

    *stores_external_id* and *actions* by "user" and "group"; an action that is not among those of
    its kind is refused. *filterable* None: every attribute is. *etag*: "auto", "none" (no object
    bears a version) or "required" (a write without one is refused). *untouchable* by kind: names
    of objects that cannot be changed or deleted. *headers*: what every request must bear. *bulk*:
    the most operations and bytes of a bulk request, None where there is none.
    """

    quirks: frozenset[str] = frozenset()
    stores_external_id: Mapping[str, bool] = field(default_factory=dict)
    page_size: int = 1_000
    members_per_request: int = 1_000
    members_bytes_per_request: int = 64 << 20
    actions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    filterable: frozenset[str] | None = None
    rules: tuple[Rule, ...] = ()
    etag: str = "auto"
    untouchable: Mapping[str, Sequence[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    bulk: tuple[int, int] | None = (1_000, 1 << 20)

    def __post_init__(self) -> None:
        unknown = sorted(self.quirks - set(QUIRKS))
        if unknown:
            raise ValueError(f"the sandbox knows no quirk {unknown[0]!r}")

    def has(self, quirk: str) -> bool:
        """Tell whether the sandbox has *quirk*, a word of the vocabulary."""
        return quirk in self.quirks
