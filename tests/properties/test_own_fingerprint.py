"""A pull request's own fingerprint: what others merge, and how it is written, do not change it."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.gallery.load import load_gallery
from reconciler.model.formerly import Formerly
from reconciler.model.intent import Intent
from reconciler.model.own_fingerprint import own_fingerprint
from reconciler.model.plan import Plan
from reconciler.model.resource import Live, Memory, Snapshot
from reconciler.model.revision import Revision
from reconciler.model.values import Kind
from reconciler.pipeline import plan_target, prepare_target

NOW = datetime(2026, 7, 1, tzinfo=UTC)
MINE, OTHERS = ("ann", "abe", "amy"), ("bob", "bea", "ben")
GROUPS = ("crew", "team")
TARGET = {
    "profile": "generic-scim",
    "url": "https://app.example/scim/v2",
    "auth": {"bearer": {"env": "APP_TOKEN"}},
    "scope": "all",
    "groups": {"provision": "all"},
    "limits": {"removals": {"percent": 100, "floor": 99}},
}
PROFILES = load_gallery()

people = st.fixed_dictionaries(
    {},
    optional={
        "jobTitle": st.sampled_from(["Engineer", "Lead"]),
        "displayName": st.sampled_from(["A", "B"]),
        "accountEnabled": st.booleans(),
    },
)


def state(keys):
    """Return users by key, None for nobody, and members by group, of these people alone."""
    users = st.fixed_dictionaries({key: st.none() | people for key in keys})
    members = st.fixed_dictionaries({group: st.sets(st.sampled_from(keys)) for group in GROUPS})
    return st.tuples(users, members)


writings = st.tuples(st.integers(1, 3), st.randoms(use_true_random=False), st.sampled_from("ab"))


def compiled(parts, writing):
    """Compile the people of *parts*, spread over files in some order, with comments."""
    count, random, letter = writing
    users, members = {}, {group: set() for group in GROUPS}
    for found, groups in parts:
        users |= {key: value for key, value in found.items() if value is not None}
        for group in GROUPS:
            members[group] |= groups[group]
    entries = [("users", key, person(key, value)) for key, value in users.items()]
    entries += [
        ("groups", key, {"displayName": key, "members": shuffled(found & users.keys(), random)})
        for key, found in members.items()
    ]
    files = [[] for _ in range(count)]
    for entry in shuffled(entries, random):
        random.choice(files).append(entry)
    sources = [SourceFile("z.yaml", json.dumps({"targets": {"app": TARGET}}).encode())]
    for number, file in enumerate(files):
        text = "# A comment.\n" * number
        for section in ("users", "groups"):
            found = {key: value for name, key, value in file if name == section}
            text += f"{section}: {json.dumps(found, indent=number or None)}\n"
        sources.append(SourceFile(f"{letter}/{number}.yaml", text.encode()))
    desired, problems = load_desired(shuffled(sources, random), PROFILES)
    assert [item.message for item in problems if item.severity == "error"] == []
    return desired


def person(key, value):
    return {
        "userPrincipalName": f"{key}@contoso.example",
        "displayName": key,
        "mail": f"{key}@contoso.example",
        "givenName": key,
        "surname": key,
        **value,
    }


def shuffled(items, random):
    found = sorted(items, key=str)
    random.shuffle(found)
    return found


def live(users, members):
    there = {key: value for key, value in users.items() if value is not None}
    return Snapshot(
        taken=NOW,
        users=tuple(
            Live(
                Kind.USER,
                f"id-{key}",
                {
                    "id": f"id-{key}",
                    "externalId": key,
                    "userName": f"{key}@contoso.example",
                    "title": value.get("jobTitle"),
                    "active": value.get("accountEnabled", True),
                },
            )
            for key, value in there.items()
        ),
        groups=tuple(
            Live(
                Kind.GROUP,
                f"id-{group}",
                {"id": f"id-{group}", "displayName": group, "externalId": group},
                frozenset(f"id-{key}" for key in found & there.keys()),
            )
            for group, found in members.items()
        ),
        complete=True,
    )


def own(head, base, snapshot):
    """Return the fingerprint of what *head* causes over *base*."""
    target = head.targets["app"]
    wanted, _ = prepare_target(head, target, NOW)
    before, _ = prepare_target(base, target, NOW)
    found = plan_target(Intent(target, wanted, Formerly(before)), snapshot, Memory())
    plan = Plan(NOW, "0", head.digest, None, (found,), base=Revision("main", "c0ffee"))
    return own_fingerprint(plan)


def together(first, second):
    users = first[0] | second[0]
    return users, {group: first[1][group] | second[1][group] for group in GROUPS}


@given(
    st.tuples(state(MINE), state(MINE)),
    st.tuples(state(OTHERS), state(OTHERS), state(OTHERS)),
    st.tuples(writings, writings),
)
def test_unrelated_changes_of_the_base_and_the_way_it_is_written_do_not_change_it(
    mine, theirs, written
):
    """*mine* is a pull request, before and after; meanwhile others merge theirs, on both sides."""
    (before, after), (first, second), (early, merged, there) = mine, written, theirs
    snapshot = live(*together(before, there))
    then = own(compiled([after, early], first), compiled([before, early], second), snapshot)
    now = own(compiled([after, merged], second), compiled([before, merged], first), snapshot)
    assert then == now


@given(state(MINE), state(OTHERS), writings)
def test_it_tells_one_change_from_none_and_from_another(mine, theirs, writing):
    users, groups = mine

    def titled(title):
        return users | {"ann": {"jobTitle": title, "accountEnabled": True}}, groups

    snapshot = live(*together(titled("Engineer"), theirs))
    base, lead, chief = (
        compiled([titled(title), theirs], writing) for title in ("Engineer", "Lead", "Chief")
    )
    assert len({own(head, base, snapshot) for head in (base, lead, chief)}) == 3
