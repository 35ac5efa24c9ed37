"""Judge what a server holds after all is over, by reading it directly and believing nobody."""

import json
from collections import Counter
from collections.abc import Iterator

from tests.faults.scenarios import STRANGE_GROUP, STRANGE_USER


def read_all(client, endpoint, *, by_cursor=False):
    """Return everything at *endpoint*, read with none of our code."""
    found, cursor = [], ""
    while True:
        place = {"cursor": cursor} if by_cursor else {"startIndex": len(found) + 1}
        page = client.get(endpoint, params={**place, "count": 100}).raise_for_status().json()
        rows = page.get("Resources", [])
        found += rows
        cursor = page.get("nextCursor")
        is_last = not cursor if by_cursor else len(found) >= page["totalResults"]
        if is_last or not rows:
            return found


def verdict(users, groups, state, manners) -> Iterator[str]:
    """Yield what is wrong: who is there twice, lost, too many, or not as *state* wants it."""
    if not manners.deletes:
        users = [item for item in users if item["active"] or _is_wanted(item, state)]
    wanted = {person["userPrincipalName"]: person for person in state.people.values()}
    crews = {group["displayName"]: group for group in state.groups.values()}
    yield from _named("user", [item["userName"] for item in users], {*wanted, STRANGE_USER})
    yield from _named("group", [item["displayName"] for item in groups], {*crews, STRANGE_GROUP})
    for item in users:
        if item["userName"] in wanted:
            yield from _person(item, wanted[item["userName"]], manners)
    names = {item["id"]: item["userName"] for item in users}
    for item in groups:
        if item["displayName"] in crews:
            keys = crews[item["displayName"]]["members"]
            yield from _members(item, [state.people[key] for key in keys], names)


def without_echo(groups, log):
    """Return *groups* without what the network, not the client, made twice.

    *log* is what the proxy saw. Where it delivered a POST twice and a server that does not keep
    names unique said 201 to both, the object without members goes; where it delivered a PATCH
    twice to a server that keeps a member as often as it is added, each member counts once.
    """
    created = [seen.request for seen in log if seen.statuses == [201, 201]]
    twins = {json.loads(request.body).get("displayName") for request in created}
    patched = {seen.request.path.rpartition("/")[2] for seen in log if seen.is_done_twice}
    kept = []
    for item in groups:
        is_empty = not item.get("members")
        if item["displayName"] in twins and is_empty:
            twins.remove(item["displayName"])
            continue
        if item["id"] in patched:
            once = {member["value"]: member for member in item.get("members") or []}
            kept.append({**item, "members": list(once.values())})
        else:
            kept.append(item)
    return kept


def strangers_in(users, groups) -> list[dict]:
    """Return who is not ours, all but `meta`."""
    strange = [item for item in users if item["userName"] == STRANGE_USER]
    strange += [item for item in groups if item["displayName"] == STRANGE_GROUP]
    return [{key: value for key, value in item.items() if key != "meta"} for item in strange]


def _is_wanted(item, state):
    return item["userName"] in {one["userPrincipalName"] for one in state.people.values()}


def _is_active(person):
    return person.get("accountEnabled", True)


def _named(kind, found, wanted):
    counted = Counter(found)
    yield from (f"{kind} {name} is there {n} times" for name, n in counted.items() if n > 1)
    yield from (f"{kind} {name} is lost" for name in sorted(wanted - set(counted)))
    yield from (f"{kind} {name} is too many" for name in sorted(set(counted) - wanted))


def _members(group, people, names):
    found = Counter(names.get(one["value"], "?") for one in group.get("members") or [])
    should = Counter(one["userPrincipalName"] for one in people if _is_active(one))
    if found != should:
        yield f"members of {group['displayName']}: {dict(found)}, not {dict(should)}"


def _person(item, wanted, manners):
    seen = {"active": item["active"], "surname": item["name"]["familyName"]}
    should = {"active": _is_active(wanted), "surname": wanted["surname"]}
    if manners.keeps_title:
        seen["title"], should["title"] = item.get("title"), wanted["jobTitle"]
    if seen != should:
        yield f"{item['userName']}: {seen}, not {should}"
