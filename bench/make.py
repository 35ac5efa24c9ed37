"""Make a desired state of any size, the same bytes every time: `python bench/make.py 10000 DIR`."""

import sys
from pathlib import Path
from typing import NamedTuple

USERS_PER_FILE = GROUPS_PER_FILE = 1000
DEPARTMENTS = ("Engineering", "Sales", "Support", "Finance", "People")
COUNTRIES = ("US", "CA", "DE", "IN")

TARGET = """\
mappings:
  bench-users:
    for: user
    attributes:
      userName: {expression: "[userPrincipalName]", match: 1}
      displayName: "[displayName]"
      name.givenName: "[givenName]"
      name.familyName: "[surname]"
      emails[type eq "work"].value: "[mail]"
      title: "[jobTitle]"
      urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department: "[department]"
      urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber: "[employeeId]"
  bench-groups:
    for: group
    attributes:
      displayName: {expression: "[displayName]", match: 1}
      members: "[members]"
targets:
  bench:
    profile: generic-scim
    url: https://bench.example/scim/v2
    auth: {bearer: {env: BENCH_SCIM_TOKEN}}
    scope: all
    users: {mapping: bench-users}
    groups: {mapping: bench-groups, provision: all}
"""


class Shape(NamedTuple):
    """How many *members* a group has, and in how many groups *each* user is.

    The first of *changed* equal parts of the users have another title, and as large a part of the
    groups another member; 0: none. So most files stay as they were, as in a pull request.
    """

    members: int = 50
    each: int = 1
    changed: int = 0

    def is_changed(self, number: int, total: int) -> bool:
        """Tell whether the user or group with this *number* differs from what it was."""
        return number * self.changed < total and self.changed > 0


PLAIN = Shape()
MANY = Shape(members=100, each=10)
"""Ten memberships a user: 100,000 users are in 10,000 groups, 1,000,000 times."""


def make_tree(users: int, folder: Path, shape: Shape = PLAIN) -> None:
    """Write *users* users of 10 attributes, and the groups of *shape*, into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "target.yaml").write_text(TARGET)
    for start in range(0, users, USERS_PER_FILE):
        numbers = range(start, min(start + USERS_PER_FILE, users))
        text = "users:\n" + "".join(_user(number, users, shape) for number in numbers)
        (folder / f"users-{start:07}.yaml").write_text(text)
    groups = range(0, users * shape.each, shape.members)
    for start in range(0, len(groups), GROUPS_PER_FILE):
        part = groups[start : start + GROUPS_PER_FILE]
        text = "groups:\n" + "".join(_group(number, users, shape) for number in part)
        (folder / f"groups-{start:07}.yaml").write_text(text)


def _user(number: int, users: int, shape: Shape) -> str:
    department = DEPARTMENTS[number % len(DEPARTMENTS)]
    title = "lead" if shape.is_changed(number, users) else "specialist"
    return f"""\
  user-{number:07}:
    userPrincipalName: user{number}@contoso.example
    givenName: Given{number % 997}
    surname: Family{number % 4999}
    displayName: Given{number % 997} Family{number % 4999}
    mail: user{number}@contoso.example
    department: {department}
    jobTitle: {department} {title} {number % 7}
    employeeId: "{number:07}"
    country: {COUNTRIES[number % len(COUNTRIES)]}
    accountEnabled: true
"""


def _group(number: int, users: int, shape: Shape) -> str:
    """Return a group whose members follow each other; the changed ones begin one further on."""
    start = number // shape.each + shape.is_changed(number, users * shape.each)
    members = sorted(place % users for place in range(start, start + shape.members))
    lines = "".join(f"      - user-{member:07}\n" for member in members)
    return f"  team-{number:07}:\n    displayName: Team {number}\n    members:\n{lines}"


if __name__ == "__main__":
    make_tree(int(sys.argv[1]), Path(sys.argv[2]))
