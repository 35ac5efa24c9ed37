"""What the words of a profile mean to whoever runs the app."""

from collections.abc import Mapping

from reconciler.model.mapping import AttributeDefinition
from reconciler.model.service import Quirk

MEANINGS: Mapping[Quirk, str] = {
    Quirk.NO_PATCH: "PATCH is missing: an object is read, changed and sent whole.",
    Quirk.NO_PUT: "PUT is missing.",
    Quirk.CURSOR_PAGING: "Lists page by cursor.",
    Quirk.COUNTS_FROM_ZERO: "The first object of a list is number 0.",
    Quirk.FILTER_ONLY: "Lists show nobody: each account and group is asked for by itself.",
    Quirk.HIDES_INACTIVE: "Lists leave out inactive accounts: who is missing is asked for.",
    Quirk.MEMBERS_BY_USER_FILTER: "Lists show groups without members; each group is one request.",
    Quirk.MEMBERS_BY_GROUP: "Lists show groups without members; each is read by itself.",
    Quirk.MEMBERS_BY_USERS: "Groups never show members; they are read off the users.",
    Quirk.REMOVE_MEMBERS_BY_VALUE: "Members are removed by a list, not by a filter.",
    Quirk.NO_VALUE_FILTER_PATHS: "A PATCH takes no filter in a path: all e-mails are sent at once.",
    Quirk.PASCAL_CASE_OPS: "The operations of a PATCH begin with a capital letter.",
    Quirk.PATHLESS_PATCH: "A PATCH of attributes takes no path.",
    Quirk.NO_SUB_ATTRIBUTE_PATHS: "A PATCH takes no sub-attribute: a name is sent whole.",
    Quirk.ONE_OPERATION_EACH: "A PATCH holds one operation.",
    Quirk.REPLACE_MEMBERS: "The members of a group are replaced all at once.",
    Quirk.MEMBERS_IGNORED_ON_CREATE: "A new group takes no members; they follow.",
    Quirk.DELETE_DEACTIVATES: "A delete leaves the account behind, inactive.",
    Quirk.DEACTIVATION_DELETES: "A disable deletes the account: the guard `irreversible` holds it.",
    Quirk.LOWERCASES_USER_NAME: "User names come back in lower case.",
    Quirk.ONE_VALUE_EACH: "One e-mail address, one phone number, one address.",
}
"""What each quirk means, in a sentence."""


def demands(definition: AttributeDefinition) -> list[str]:
    """Return what the app demands of an attribute, each in a few words; nothing of most."""
    found = ["required"] if definition.required else []
    found += ["never changed"] if definition.immutable else []
    found += ["never cleared"] if definition.never_null else []
    found += [f"at most {definition.max_length} characters"] if definition.max_length else []
    shown = " ".join(repr(char)[1:-1] for char in definition.forbidden)
    return [*found, f"without {shown}"] if shown else found
