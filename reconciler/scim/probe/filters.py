"""Which filters find whom they should: each is asked for somebody there, and for nobody."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from reconciler.errors import PathError
from reconciler.model.path import AttributePath, lookup, parse_path
from reconciler.model.probe import Fact, Subject, filterable
from reconciler.model.values import Kind
from reconciler.scim.literal import literal
from reconciler.scim.probe.asking import ANYBODY, Reader, Reply, Resource
from reconciler.scim.probe.samples import Samples

_ASKED: Final = (
    (Kind.USER, "userName"),
    (Kind.USER, "externalId"),
    (Kind.USER, 'emails[type eq "work"].value'),
    (Kind.USER, "emails.value"),
    (Kind.USER, "id"),
    (Kind.GROUP, "displayName"),
    (Kind.GROUP, "externalId"),
    (Kind.GROUP, "id"),
)
_USUAL: Final = frozenset({"userName", "externalId", "displayName"})
"""What people are looked up by unless a profile says otherwise; the others are told, not set."""
_NOBODY: Final = f"nobody-{uuid.uuid5(uuid.NAMESPACE_URL, 'reconciler').hex[:12]}"
_TRIES: Final = 2
"""Somebody who has just been made may not be found yet: then one more is asked for."""


def probe_filters(reader: Reader, samples: Samples, known: frozenset[str]) -> Iterator[Fact]:
    """Ask by the usual attributes, and by those that the profile holds for *known* to work."""
    asked = [*_ASKED, *_more(known)]
    by_path: dict[str, list[Fact]] = {}
    for kind, text in asked:
        fact = _filter(reader, samples, kind, text)
        if text in _USUAL or text in known:
            fact = replace(fact, knob=filterable(text))
        by_path.setdefault(text, []).append(fact)
    for facts in by_path.values():
        yield from _agreed(facts)
    yield from _case(reader, samples)
    yield from _both(reader, samples)


def _more(known: frozenset[str]) -> Iterator[tuple[Kind, str]]:
    usual = {text.casefold() for _, text in _ASKED}
    for text in sorted(known):
        if text.casefold() not in usual:
            yield Kind.USER, text


def _filter(reader: Reader, samples: Samples, kind: Kind, text: str) -> Fact:
    name = f"{text} of {kind}s"
    try:
        found = list(samples.holding(kind, parse_path(text)))[:_TRIES]
    except PathError as error:
        return Fact(Subject.FILTERS, name, error.message)
    if not found:
        return Fact(Subject.FILTERS, name, f"not told: no {kind} has one")
    says, works, replies = "", None, list[Reply]()
    for resource, value in found:
        replies.append(reader.find(kind, f"{text} eq {literal(value)}", hidden=value))
        if not replies[-1].is_list:
            says, works = replies[-1].refusal, False
            break
        replies.append(reader.find(kind, f"{text} eq {literal(_NOBODY)}"))
        says, works = _judged(replies[-2], replies[-1], resource)
        if works:
            break
    shown = tuple(dict.fromkeys(map(str, replies)))
    return Fact(Subject.FILTERS, name, says, shown, value=works)


def _judged(hit: Reply, miss: Reply, resource: Resource) -> tuple[str, bool]:
    """Say what a filter did, and whether it can be relied on."""
    if not miss.is_list:
        return f"{miss.refusal} where nobody has the value", False
    if miss.rows:
        return "ignored: others come back", False
    ids = set(hit.ids)
    if str(resource["id"]) not in ids:
        return "finds nobody, though somebody is there", False
    if len(ids) > 1:
        return f"finds {len(ids)}", True
    return "finds who is there, and nobody else", True


def _agreed(facts: list[Fact]) -> Iterator[Fact]:
    """Yield what was found by one attribute: a profile has one word for users and for groups."""
    refused = any(fact.value is False for fact in facts)
    for fact in facts:
        if fact.value and refused:
            yield replace(fact, knob=None, value=None)
        else:
            yield fact


def _case(reader: Reader, samples: Samples) -> Iterator[Fact]:
    for resource, value in list(samples.holding(Kind.USER, AttributePath("userName")))[:1]:
        other = value.swapcase()
        reply = reader.find(Kind.USER, f"userName eq {literal(other)}", hidden=other)
        says = "the same" if str(resource["id"]) in reply.ids else "another name"
        says = says if reply.is_list else reply.refusal
        yield Fact(Subject.FILTERS, "userName in another case", says, (str(reply),))


def _both(reader: Reader, samples: Samples) -> Iterator[Fact]:
    for resource, value in list(samples.holding(Kind.USER, AttributePath("userName")))[:1]:
        live_id = str(lookup(resource, "id"))
        condition = f"userName eq {literal(value)} and id eq {literal(live_id)}"
        reply = reader.find(Kind.USER, condition, hidden=value)
        says = "works" if reply.ids == (live_id,) else "does not work"
        shown = str(reply).replace(literal(live_id), f'"{ANYBODY}"')
        yield Fact(Subject.FILTERS, "and", says if reply.is_list else reply.refusal, (shown,))
