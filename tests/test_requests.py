"""docs/requests.md says what an apply costs, counted by the server; `--update-golden` renews it."""

import json
from pathlib import Path
from typing import NamedTuple

from tests.world import World

PAGE = Path(__file__).parents[1] / "docs" / "requests.md"
HEAD = "| what is done | changes | reads | writes | Entra reads | Entra writes |"
USERS, GROUPS, LARGE, SMALL = 1000, 20, 500, 25


class Row(NamedTuple):
    """A line of the table: ours as counted, Entra's as its documentation shows each request."""

    what: str
    changes: int
    reads: int
    writes: int
    entra_reads: str
    entra_writes: str


def directory(size):
    """Return users, and groups: one large, the others small."""
    keys = [f"u{number:04}" for number in range(size)]
    users = {
        key: {
            "userPrincipalName": f"{key}@contoso.example",
            "displayName": f"User {key}",
            "jobTitle": "Engineer",
        }
        for key in keys
    }
    sizes = {f"g{n:02}": SMALL if n else LARGE for n in range(GROUPS)}
    groups = {
        key: {"displayName": f"Group {key}", "members": keys[: min(count, size)]}
        for key, count in sizes.items()
    }
    return users, groups


def document(users, groups, **service):
    target = {
        "profile": "generic-scim",
        "url": "https://app.example/scim/v2",
        "auth": {"bearer": {"env": "APP_TOKEN"}},
        "scope": "all",
        "removed": "delete",
        "users": {"actions": ["create", "update", "disable", "delete"]},
        "groups": {"provision": "all"},
        "limits": {"mass_change": {"percent": 100}},
        "service": service,
    }
    return json.dumps({"users": users, "groups": groups, "targets": {"app": target}})


def spend(app, what, *, entra):
    """Plan and apply, and return what it cost."""
    app.requests.clear()
    plan = app.plan()
    outcomes = app.apply(plan)
    assert {str(item.status) for item in outcomes} <= {"done"}
    cost = app.requests["GET"], app.writes
    return Row(what, len(plan.changes), *cost, *entra)


def measured():
    users, groups = directory(USERS)
    app = World(document(users, groups))
    members = LARGE + (GROUPS - 1) * SMALL
    first = (f"{USERS + GROUPS:,}", f"{USERS + 2 * GROUPS:,} to {USERS + GROUPS + members:,}")
    yield spend(app, f"first sync of {USERS:,} users and {GROUPS} groups", entra=first)
    yield spend(app, "nothing has changed", entra=("0", "0"))

    users["u0900"]["jobTitle"] = "Principal Engineer"
    app.change(document(users, groups))
    yield spend(app, "one attribute of one user", entra=("1", "1"))

    for number in range(100):
        users[f"u0{number + 500}"]["displayName"] = "Changed"
    app.change(document(users, groups))
    yield spend(app, "100 users changed", entra=("100", "100"))

    groups["g00"]["members"] = [*groups["g00"]["members"], "u0999"]
    app.change(document(users, groups))
    yield spend(app, f"one member more in a group of {LARGE}", entra=("1", "1"))

    for number in range(10):
        users[f"u0{number + 700}"]["accountEnabled"] = False
    app.change(document(users, groups))
    yield spend(app, "10 users disabled", entra=("10", "10"))

    for number in range(10):
        del users[f"u0{number + 800}"]
    app.change(document(users, groups))
    yield spend(app, "10 users deleted", entra=("10", "10"))


def measured_without_patch():
    service = {"quirks": ["no_patch"], "members_per_request": LARGE}
    users, groups = directory(200)
    app = World(document(users, groups, **service), dressed=True)
    app.apply(app.plan())
    for number in range(100):
        users[f"u0{number + 100}"]["displayName"] = "Changed"
    app.change(document(users, groups, **service))
    what = "100 of 200 users changed, server without PATCH"
    yield spend(app, what, entra=("–", "–"))


def measured_in_bulk():
    users, groups = directory(USERS)
    for verify in ("answer", "none"):
        service = {"bulk": {"operations": 100}, "verify": verify}
        app = World(document(users, groups, **service))
        how = "in bulk" if verify == "answer" else "in bulk, `verify: none`"
        yield spend(app, f"first sync, {how}", entra=("–", "–"))
        changed = {
            key: person | {"displayName": "Changed"} if key < "u0500" else person
            for key, person in users.items()
        }
        app.change(document(changed, groups, **service))
        yield spend(app, f"500 users changed, {how}", entra=("–", "–"))
    service = {"bulk": {"operations": 1_000}, "verify": "none"}
    app = World(document(users, groups, **service))
    how = "in bulk of 1,000, `verify: none`"
    yield spend(app, f"first sync, {how}", entra=("–", "–"))


def test_the_page_says_what_is_measured(request):
    table = [HEAD, "|---|--:|--:|--:|--:|--:|"]
    for row in (*measured(), *measured_without_patch(), *measured_in_bulk()):
        numbers = (f"{number:,}" for number in row[1:4])
        table.append(f"| {' | '.join((row.what, *numbers, *row[4:]))} |")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(HEAD)
    after = rest[rest.index("\n\n") :]
    page = before + "\n".join(table) + after
    if request.config.getoption("--update-golden"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page
