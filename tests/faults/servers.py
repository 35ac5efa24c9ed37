"""The servers of the matrix, and what a target has to say of each."""

from typing import NamedTuple

from tests.servers.recipes import RECIPES


class Manners(NamedTuple):
    """What to know of a server: the target's `service`, and what it does not do."""

    service: dict
    keeps_title: bool = True
    deletes: bool = True
    """False: DELETE leaves an inactive account."""
    by_cursor: bool = False

    @property
    def attributes(self):
        """Return the mapping of users: what the server keeps."""
        kept = {
            "userName": {"expression": "[userPrincipalName]", "match": 1},
            "active": 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
            "name.givenName": "[givenName]",
            "name.familyName": "[surname]",
        }
        return {**kept, "title": "[jobTitle]"} if self.keeps_title else kept


SERVERS = {
    "scim2-server": Manners({}),
    "scim2-server-minimal": Manners({"quirks": ["no_patch"]}),
    # It takes three operations in a bulk request.
    "scim2-server-tiny-pages": Manners({"page_size": 3, "bulk": {"operations": 10}}),
    "scim2-server-cursor": Manners({"quirks": ["cursor_paging"], "page_size": 3}, by_cursor=True),
    "scimmy": Manners({}),
    "django-scim2-server": Manners(
        {"quirks": ["delete_deactivates"]}, keeps_title=False, deletes=False
    ),
}
assert set(SERVERS) <= set(RECIPES)
