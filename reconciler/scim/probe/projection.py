"""What reading shows: attributes asked for and left out, order, versions, and what is ever seen."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from reconciler.model.path import lookup
from reconciler.model.probe import Fact, Knob, Part, Subject
from reconciler.model.values import Kind
from reconciler.scim.probe.asking import ENDPOINTS, Reader, Reply, Resource
from reconciler.scim.probe.samples import Samples

_ALWAYS: Final = frozenset({"schemas", "id", "meta", "username", "externalid"})
_EVERYWHERE: Final = frozenset({"schemas", "id", "meta"})
_MEDIA: Final = "application/scim+json"
_ENOUGH: Final = 2


def probe_reading(reader: Reader, samples: Samples) -> Iterator[Fact]:
    """Look at how objects are shown."""
    yield _content_type(samples.users)
    yield _attributes(reader)
    yield _excluded(reader)
    yield _sorted(reader)
    yield from _version(reader, samples)
    for kind in Kind:
        yield from _seen(samples, kind)
    yield from _external_ids(samples)


def _content_type(reply: Reply) -> Fact:
    found = reply.headers.get("content-type", "none")
    says = "as it should be" if found.startswith(_MEDIA) else "another one is accepted all the same"
    return Fact(Subject.READING, "content type", f"{found}: {says}", (str(reply),))


def _attributes(reader: Reader) -> Fact:
    reply = reader.get("Users", {"attributes": "userName", "count": 1})
    return _projected("attributes=", reply, lambda names: names <= _ALWAYS)


def _excluded(reader: Reader) -> Fact:
    reply = reader.get("Users", {"excludedAttributes": "userName,name", "count": 1})
    return _projected("excludedAttributes=", reply, lambda names: "name" not in names)


def _projected(name: str, reply: Reply, is_obeyed: Callable[[set[str]], bool]) -> Fact:
    names = {key.casefold() for row in reply.rows for key in row}
    if not reply.is_list:
        says = reply.refusal
    elif not names:
        says = "not told: nobody is there"
    else:
        says = "obeyed" if is_obeyed(names) else "ignored"
    return Fact(Subject.READING, name, says, (str(reply),))


def _sorted(reader: Reader) -> Fact:
    orders = ("ascending", "descending")
    up, down = (
        reader.get("Users", {"sortBy": "userName", "sortOrder": order, "count": 2})
        for order in orders
    )
    if not (up.is_list and down.is_list):
        says = (down if up.is_list else up).refusal
    elif len(up.ids) < _ENOUGH:
        says = "not told: too few are there"
    else:
        says = "obeyed" if up.ids[0] != down.ids[0] else "ignored"
    return Fact(Subject.READING, "sortBy", says, (str(up), str(down)))


def _version(reader: Reader, samples: Samples) -> Iterator[Fact]:
    for resource in list(samples.of(Kind.USER))[:1]:
        reply = reader.read(Kind.USER, str(resource["id"]))
        meta = lookup(reply.body, "meta")
        shown = isinstance(meta, dict) and bool(meta.get("version"))
        marks = {"meta.version": shown, "ETag": "etag" in reply.headers}
        says = " and ".join(name for name, there in marks.items() if there) or "none shown"
        yield Fact(Subject.READING, "version of a user", says, (str(reply),))


def _seen(samples: Samples, kind: Kind) -> Iterator[Fact]:
    """Count the attributes of the objects of one page: what never appears may not be kept."""
    rows = (samples.users if kind is Kind.USER else samples.groups).rows
    if rows:
        counts = Counter(name for row in rows for name in _told(row))
        said = ", ".join(f"{name} {count}" for name, count in counts.most_common())
        looked = f"of {len(rows)} {kind}s that were looked at"
        yield Fact(Subject.READING, f"{ENDPOINTS[kind]} show", f"{said or 'nothing'} {looked}")


def _told(row: Resource) -> Iterator[str]:
    """Yield what *row* says, beside what every object says."""
    for name, value in row.items():
        if value not in (None, [], "") and name.casefold() not in _EVERYWHERE:
            yield name


def _external_ids(samples: Samples) -> Iterator[Fact]:
    """One that is live proves that they are kept; none proves nothing."""
    for kind in Kind:
        rows = (samples.users if kind is Kind.USER else samples.groups).rows
        bearing = sum(bool(lookup(row, "externalId")) for row in rows)
        knob = Knob(Part.STORES_EXTERNAL_ID, kind=kind)
        says = f"{bearing} of {len(rows)} bear one" if bearing else "not told: none was seen"
        yield Fact(
            Subject.READING, f"externalId of {kind}s", says, (), knob, True if bearing else None
        )
