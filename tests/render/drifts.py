"""One drift report with some of everything, made by hand; *bad* stands in every field for text."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from reconciler.model.drift import DriftItem, SeenItem, Sighting
from reconciler.model.drift_class import DriftClass
from reconciler.model.drift_report import Drift, DriftPoint, IgnoredItem, TargetDrift
from reconciler.model.ignore import Ignore, IgnoredFor
from reconciler.model.lapse import Lapse
from reconciler.model.path import AttributePath
from reconciler.model.plan import Action, AttributeChange, Change
from reconciler.model.problem import Position
from reconciler.model.quarantine import Quarantine, Reason
from reconciler.model.remarks import Conflict, Withheld
from reconciler.model.resource import Rewrite
from reconciler.model.values import Kind

NOW = datetime(2026, 7, 4, 6, 0, tzinfo=UTC)
FIRST = NOW - timedelta(days=3)


def item(drift_class, key, bad="", **more):
    """Return one difference of a user or, by class, of a group."""
    kind = Kind.GROUP if drift_class.value.endswith("member") else Kind.USER
    fields = {
        "display": f"{key}@contoso.example{bad}",
        "origin": "drift",
        "live_id": f"id-{key}{bad}",
        "at": Position(f"users/all.yaml{bad}", 3),
        "why": f"in scope{bad}",
        "sighting": Sighting(FIRST, FIRST, NOW, 4),
    }
    return DriftItem("envoy", drift_class, kind, f"{key}{bad}" if key else "", **{**fields, **more})


def items(bad=""):
    """Return one difference of every class, the most dangerous first."""
    came_back = Sighting(FIRST - timedelta(days=30), FIRST, NOW, 6, 2)
    new = Sighting(NOW, NOW, NOW)
    stranger = f"mallory@evil.example{bad}"
    return (
        item(
            DriftClass.EXTRA_MEMBER,
            "admins",
            bad,
            privileged=True,
            member=f"id:77{bad}",
            member_display=stranger,
            sighting=came_back,
        ),
        item(
            DriftClass.UNMANAGED,
            "",
            bad,
            display=stranger,
            sighting=new,
            left="not ours",
            made=NOW - timedelta(hours=2),
            modified=NOW - timedelta(hours=1),
        ),
        item(DriftClass.MISSING, "barbara", bad, along=2, held_by=("incomplete-snapshot",)),
        item(
            DriftClass.CHANGED,
            "linus",
            bad,
            path=AttributePath("title"),
            expected=f"Engineer{bad}",
            found=f"Boss{bad}",
            modified=NOW - timedelta(hours=5),
            left=f"ignored until 2026-12-31 because it is agreed{bad}",
        ),
        item(DriftClass.CHANGED, "linus", bad, path=AttributePath("nickName"), sensitive=True),
        item(DriftClass.MISSING_MEMBER, "crew", bad, member=f"grace{bad}", sighting=None),
    )


def ignore(bad=""):
    """Return one entry of the section `ignores`."""
    return Ignore(
        key=f"scanner{bad}",
        at=Position(f"ignores.yaml{bad}", 2),
        target="envoy",
        kind=Kind.USER,
        pattern="svc-*",
        reason=f"the landlord scans badges{bad}",
        until=date(2026, 12, 31),
        what_for=IgnoredFor.BOTH,
    )


def waiting(bad=""):
    """Return a change that waits for an apply."""
    after = AttributeChange(AttributePath("title"), f"a{bad}", f"b{bad}", origin="pending")
    return Change(
        "envoy",
        Kind.USER,
        f"ada{bad}",
        Action.UPDATE,
        f"ada@contoso.example{bad}",
        f"in scope{bad}",
        Position(f"users/all.yaml{bad}", 9),
        attributes=(after,),
    )


def drift(bad=""):
    """Return the whole report."""
    covered = item(DriftClass.UNMANAGED, "", bad, display=f"svc-1{bad}")
    part = f"title{bad}"
    seen = SeenItem(
        ("changed", "user", f"grace{bad}", part), f"grace{bad}", Sighting(FIRST, FIRST, NOW)
    )
    counts = dict.fromkeys(DriftClass, 1)
    target = TargetDrift(
        target="envoy",
        profile="envoy",
        url="https://app.envoy.com/scim/v2",
        taken=NOW,
        live_users=31,
        live_groups=8,
        complete=False,
        evidence=(f"31 users in 1 page{bad}",),
        items=items(bad),
        ignored=(IgnoredItem(covered, ignore(bad)),),
        pending=(waiting(bad),),
        spared=(
            Withheld(f"envoy/user/ada{bad}", f"change x{bad}", f"ignored{bad}", ignore(bad).at),
        ),
        conflicts=(Conflict(Kind.USER, f"kay{bad}", f"two have it{bad}", f"Rename one{bad}."),),
        withheld=(Withheld(f"envoy/user/joe{bad}", f"change title{bad}", f"never{bad}"),),
        rewritten=(Rewrite(Kind.USER, f"id-1{bad}", part, f'"A{bad}"', f'"a{bad}"'),),
        unproven={DriftClass.MISSING: 3, DriftClass.MISSING_MEMBER: 1},
        unreadable=(f"hidden{bad}",),
        unlisted=4,
        untouchable=1,
        gone=(seen,),
        unsure=(replace(seen, identity=("extra-member", "group", f"staff{bad}", f"kay{bad}")),),
        history=(DriftPoint(FIRST, counts), DriftPoint(NOW, counts, 1, 1, complete=False)),
        quarantine=Quarantine(
            Reason.TOTAL, f"many failed{bad}", FIRST, NOW + timedelta(hours=1), FIRST, 1
        ),
    )
    return Drift(
        created=NOW,
        tool="1.0",
        digest="0" * 64,
        targets=(target, replace(target, target="slack", items=(), applied=f"commit 4f1c{bad}")),
        failures=((f"broken{bad}", f"it answers 500{bad}"),),
        notes=(f"Nothing was noted{bad}",),
        expired=(ignore(bad),),
        lapsing=(
            Lapse(f"ignore known{bad}", date(2026, 7, 9), f"agreed{bad}", ignore(bad).at),
            Lapse("exception for user ada of the policy p", date(2026, 7, 18), "x", ignore().at),
        ),
        unused=(ignore(bad),),
    )
