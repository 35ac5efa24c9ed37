"""Test a target's connection: ask the server what it is, and compare that with the profile."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from reconciler.cli.connect import host_of, open_reader, service_of
from reconciler.cli.options.settings import Settings
from reconciler.errors import InputError, TargetError
from reconciler.model.inspection import Finding, Inspection, Verdict
from reconciler.model.path import lookup, parse_path
from reconciler.model.resource import LookUp
from reconciler.model.service import Quirk
from reconciler.model.target import Target
from reconciler.model.values import Kind
from reconciler.render.plan.forecast import allowance_of
from reconciler.render.words import count
from reconciler.scim.lists.listing import Listing
from reconciler.scim.reader import ScimReader


def inspect_target(target: Target, settings: Settings) -> Inspection:
    """Try everything that a plan needs of *target*; reads only."""
    return Inspection(
        target.key, target.url, target.profile.key, tuple(_findings(target, settings))
    )


def _findings(target: Target, settings: Settings) -> Iterator[Finding]:
    try:
        with open_reader(target, settings) as reader:
            for subject, probe in _PROBES.items():
                yield from _guarded(subject, probe, reader, target)
        rate = service_of(target, settings).rate
        for allowance in settings.budgets.allowances(host_of(target, settings), rate):
            verdict = Verdict.NOTE if allowance.left == 0 else Verdict.GOOD
            yield Finding(verdict, "budget", allowance_of(allowance))
    except InputError as error:
        yield Finding(Verdict.BAD, "connection", error.message, hint=error.hint)


_MADE_UP = 1
"""Snowflake lists one made-up user or group."""

_Probe = Callable[[ScimReader, Target], Iterator[Finding]]


def _guarded(subject: str, probe: _Probe, reader: ScimReader, target: Target) -> Iterator[Finding]:
    """Run one probe; what the target does not do is a finding, and the next probe still runs."""
    try:
        yield from probe(reader, target)
    except TargetError as error:
        yield Finding(Verdict.BAD, subject, error.message, hint=error.hint)


def _users(reader: ScimReader, target: Target) -> Iterator[Finding]:
    listing = reader.list_all(Kind.USER)
    yield _listing("users", listing, target)
    first = next(iter(listing.resources), {})
    yield _filter(first, reader, target)


def _groups(reader: ScimReader, target: Target) -> Iterator[Finding]:
    if target.groups.provision == "none" or not target.profile.groups.supported:
        yield Finding(Verdict.GOOD, "groups", "not asked for, as no groups are provisioned")
    else:
        yield _listing("groups", reader.list_all(Kind.GROUP), target)


def _listing(subject: str, listing: Listing, target: Target) -> Finding:
    found = f"{count(len(listing.resources), subject.removesuffix('s'))} read"
    if Quirk.FILTER_ONLY in target.service.quirks:
        if len(listing.resources) <= _MADE_UP:
            return Finding(Verdict.GOOD, subject, "not listed by this app: each is asked for")
        hint = "If these are all of them, remove filter_only from the quirks."
        return Finding(Verdict.NOTE, subject, found, "none are listed", hint)
    if listing.complete:
        return Finding(Verdict.GOOD, subject, f"{found}, proven complete")
    hint = "Removals are held until the list is proven complete."
    return Finding(Verdict.NOTE, subject, f"{found}; {listing.evidence}", hint=hint)


def _filter(live: Mapping[str, Any], reader: ScimReader, target: Target) -> Finding:
    """Look one live user up by name: servers that ignore filters answer with everybody."""
    says = "supported" if "userName" in target.service.filterable else "not supported"
    name = lookup(live, "userName")
    if not name:
        return Finding(Verdict.GOOD, "filter", "not tested, as nobody is there to look up")
    found = reader.find(LookUp(Kind.USER, parse_path("userName"), str(name)))
    if any(item.get("id") == live.get("id") for item in found):
        return Finding(Verdict.GOOD, "filter", "userName eq finds a user that is there")
    hint = "Where a list is not proven complete, nothing will be created."
    return Finding(Verdict.NOTE, "filter", "userName eq finds nobody", says, hint)


def _features(reader: ScimReader, target: Target) -> Iterator[Finding]:
    """Compare ServiceProviderConfig (RFC 7643 §5) with the quirks; many servers have none."""
    try:
        document = reader.describe("ServiceProviderConfig") or {}
    except TargetError as error:
        yield Finding(Verdict.NOTE, "discovery", f"no ServiceProviderConfig: {error.message}")
        return
    yield _patch(document, target)
    others = [name for name in ("bulk", "sort", "etag") if _supports(document, name)]
    yield Finding(Verdict.GOOD, "also offers", ", ".join(others) or "nothing more")


def _patch(document: Mapping[str, Any], target: Target) -> Finding:
    offered = _supports(document, "patch")
    expected = Quirk.NO_PATCH not in target.service.quirks
    words = {True: "supported", False: "not supported"}
    if offered == expected:
        return Finding(Verdict.GOOD, "PATCH", words[offered])
    hint = (
        "Remove no_patch from the quirks: changes would be smaller."
        if offered
        else "Add no_patch to service.quirks of the target: changes then go as PUT."
    )
    return Finding(Verdict.NOTE, "PATCH", words[offered], words[expected], hint)


def _supports(document: Mapping[str, Any], name: str) -> bool:
    part = lookup(document, name)
    return isinstance(part, Mapping) and lookup(part, "supported") is True


_PROBES: dict[str, _Probe] = {
    "users": _users,
    "groups": _groups,
    "discovery": _features,
}
