"""A raw loop: dicts against dicts, and no more than must be: `python bench/compare.py CASE FOLDER`.

Parse the YAML by ruamel.yaml's safe C loader, map each user and group by hand, read the pages of
what is live, compare by `==` and by sets, write what differs as JSON. No lines, no reasons, no
guards, nobody's access.
"""

import json
import sys
import time
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any

from parse import parse

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def main(case: str, folder: Path) -> None:
    """Print the changes, the seconds of each part, and the peak of memory."""
    seconds = {}
    began = time.process_time()
    state = parse(folder / ("base" if case == "same" else "head"))
    before = parse(folder / "base") if case in ("base", "offline") else None
    seconds["load"] = (now := time.process_time()) - began
    live = _live(folder) if case not in ("first", "offline") else {}
    seconds["decode what is live"] = (read := time.process_time()) - now
    if case == "offline":
        live = _wanted(before)
    changes = [
        {"key": key, "before": live.get(key), "after": after}
        for key, after in _wanted(state).items()
        if live.get(key) != after
    ]
    seconds["map and compare"] = (compared := time.process_time()) - read
    json.dumps(changes, default=sorted)
    seconds["json"] = time.process_time() - compared
    peak = getrusage(RUSAGE_SELF).ru_maxrss
    mebibytes = peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
    print(json.dumps({"changes": len(changes), "peak": mebibytes, "stages": seconds}))


def _live(folder: Path) -> dict[str, Any]:
    found = {}
    with (folder / "live").open() as file:
        for line in file:
            kind, _, page = line.partition("\t")
            for row in json.loads(page)["Resources"]:
                del row["id"], row["meta"]
                if kind == "group":
                    members = row.pop("members", ())
                    row["members"] = {item["value"].removeprefix("user/") for item in members}
                found[f"{kind}/{row['externalId']}"] = row
    return found


def _wanted(state: Any) -> dict[str, Any]:
    users = {f"user/{key}": _user(key, user) for key, user in state["users"].items()}
    groups = {
        f"group/{key}": {
            "externalId": key,
            "displayName": group["displayName"],
            "members": set(group["members"]),
        }
        for key, group in state["groups"].items()
    }
    return users | groups


def _user(key: str, user: dict[str, Any]) -> dict[str, Any]:
    return {
        "externalId": key,
        "userName": user["userPrincipalName"],
        "displayName": user["displayName"],
        "name": {"givenName": user["givenName"], "familyName": user["surname"]},
        "emails": [{"type": "work", "primary": True, "value": user["mail"]}],
        "title": user["jobTitle"],
        ENTERPRISE: {"department": user["department"], "employeeNumber": user["employeeId"]},
        "active": True,
    }


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
