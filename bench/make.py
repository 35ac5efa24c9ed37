"""Make a desired state of any size, the same bytes every time: `python bench/make.py 10000 DIR`."""

import sys
from pathlib import Path

USERS_PER_FILE = 1000
MEMBERS_PER_GROUP = 50
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


def make_tree(users: int, folder: Path) -> None:
    """Write *users* users of 10 attributes and a group for every 50 of them into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "target.yaml").write_text(TARGET)
    for start in range(0, users, USERS_PER_FILE):
        numbers = range(start, min(start + USERS_PER_FILE, users))
        text = "users:\n" + "".join(map(_user, numbers))
        (folder / f"users-{start:07}.yaml").write_text(text)
    groups = range(0, users, MEMBERS_PER_GROUP)
    (folder / "groups.yaml").write_text("groups:\n" + "".join(_group(n, users) for n in groups))


def _user(number: int) -> str:
    department = DEPARTMENTS[number % len(DEPARTMENTS)]
    return f"""\
  user-{number:07}:
    userPrincipalName: user{number}@contoso.example
    givenName: Given{number % 997}
    surname: Family{number % 4999}
    displayName: Given{number % 997} Family{number % 4999}
    mail: user{number}@contoso.example
    department: {department}
    jobTitle: {department} specialist {number % 7}
    employeeId: "{number:07}"
    country: {COUNTRIES[number % len(COUNTRIES)]}
    accountEnabled: true
"""


def _group(start: int, users: int) -> str:
    members = range(start, min(start + MEMBERS_PER_GROUP, users))
    lines = "".join(f"      - user-{number:07}\n" for number in members)
    return f"  team-{start:07}:\n    displayName: Team {start}\n    members:\n{lines}"


if __name__ == "__main__":
    make_tree(int(sys.argv[1]), Path(sys.argv[2]))
