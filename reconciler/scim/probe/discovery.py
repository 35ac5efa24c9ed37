"""What a server says of itself (RFC 7644 §4), and whether it says so to anybody."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from reconciler.model.path import lookup
from reconciler.model.probe import Fact, Subject, quirk
from reconciler.model.service import Quirk
from reconciler.scim.probe.asking import Reader, Reply

_DOCUMENTS: Final = ("ServiceProviderConfig", "ResourceTypes", "Schemas")
_FEATURES: Final = ("patch", "bulk", "filter", "changePassword", "sort", "etag")


def probe_discovery(reader: Reader, stranger: Reader | None) -> Iterator[Fact]:
    """Ask for the discovery documents, with the token and, as *stranger*, without one."""
    replies = {name: reader.get(name) for name in _DOCUMENTS}
    for name, reply in replies.items():
        yield _document(name, reply, stranger if reply.ok else None)
    config = replies["ServiceProviderConfig"]
    if config.ok:
        yield _features(config)
        yield _patch(config)
    yield _me(reader.get("Me"))


def _document(name: str, reply: Reply, stranger: Reader | None) -> Fact:
    if not reply.ok:
        return _fact(name, f"not there: {reply.refusal}", reply)
    if stranger is None:
        return _fact(name, _contents(name, reply), reply)
    alone = stranger.get(name)
    access = "also without a token" if alone.ok else "with a token only"
    return _fact(name, f"{_contents(name, reply)}; {access}", reply, alone)


def _contents(name: str, reply: Reply) -> str:
    if name == "ServiceProviderConfig":
        return "there"
    word = "name" if name == "ResourceTypes" else "id"
    found = [str(lookup(item, word) or "?") for item in _items(reply)]
    return ", ".join(found) or "an empty list"


def _items(reply: Reply) -> list[Mapping[str, Any]]:
    found = lookup(reply.body, "Resources")
    items = found if isinstance(found, list) else []
    return [item for item in items if isinstance(item, Mapping)]


def _features(config: Reply) -> Fact:
    offered = [name for name in _FEATURES if _supports(config, name)]
    if (pages := lookup(config.body, "pagination")) and isinstance(pages, Mapping):
        kinds = ("cursor", "index")
        offered += [f"paging by {name}" for name in kinds if lookup(pages, name) is True]
    return _fact("announces", ", ".join(offered) or "nothing", config)


def _patch(config: Reply) -> Fact:
    """Take the word for PATCH as it is given: only writing could tell whether it is true."""
    offered = _supports(config, "patch")
    says = {True: "announced", False: "announced as missing", None: "not mentioned"}[offered]
    missing = None if offered is None else not offered
    return Fact(Subject.DISCOVERY, "PATCH", says, (str(config),), quirk(Quirk.NO_PATCH), missing)


def _supports(config: Reply, name: str) -> bool | None:
    part = lookup(config.body, name)
    found = lookup(part, "supported") if isinstance(part, Mapping) else None
    return found if isinstance(found, bool) else None


def _me(reply: Reply) -> Fact:
    known = reply.ok and lookup(reply.body, "id")
    says = "tells who we are" if known else "does not tell who we are"
    return _fact("Me", says, reply)


def _fact(name: str, says: str, *replies: Reply) -> Fact:
    return Fact(Subject.DISCOVERY, name, says, tuple(map(str, replies)))
