"""How lists come: how much at once, from where on, and whether their totals can be believed."""

from collections.abc import Iterator
from typing import Final

from reconciler.model.probe import Fact, Knob, Part, Setting, Subject, quirk
from reconciler.model.service import Quirk
from reconciler.model.values import Kind
from reconciler.scim.probe.asking import ENDPOINTS, Params, Reader, Reply

_MOST: Final = 1000
_LESS: Final = (500, 200, 100, 50, 20, 10)
"""What is asked for where so many are refused."""
_OTHERWISE: Final[tuple[Params, ...]] = ({"cursor": "", "count": 100}, {"cursor": ""}, {})
_ENOUGH: Final = 2
"""So many must be there before anything can be told of their order."""


def first_page(reader: Reader, kind: Kind) -> Reply:
    """Return some objects of *kind*, however the server wants to be asked; the last refusal else.

    A hundred, where it takes a count: some give all there is to whoever names none.
    """
    reply = reader.get(ENDPOINTS[kind], {"count": 100})
    for params in _OTHERWISE:
        if reply.is_list:
            break
        reply = reader.get(ENDPOINTS[kind], params)
    return reply


def probe_paging(reader: Reader) -> Iterator[Fact]:
    """Ask for users in all the ways that there are to ask for a part of them."""
    default = reader.get("Users")
    one = reader.get("Users", {"count": 1})
    yield _default(default)
    yield _size(reader)
    yield _total(default, one)
    yield _zero(reader.get("Users", {"count": 0}))
    first, second = (reader.get("Users", {"startIndex": at, "count": 1}) for at in (1, 2))
    from_zero = _counts_from_zero(first, default)
    by_index = from_zero or _obeys_index(second, default)
    yield _index((first, second), obeyed=by_index, from_zero=from_zero)
    if by_index and default.total:
        yield _beyond(reader.get("Users", {"startIndex": default.total + 1, "count": 1}))
    yield _cursor(reader, default, by_index=by_index)


def _default(reply: Reply) -> Fact:
    if not reply.is_list:
        return _fact("no count", reply.refusal, reply)
    cut = reply.following or len(reply.rows) < (reply.total or 0)
    return _fact("no count", f"{len(reply.rows)} come" if cut else "all come", reply)


def _size(reader: Reader) -> Fact:
    """Find the largest page: what is given, not what is announced."""
    replies = [reader.get("Users", {"count": _MOST})]
    asked = _MOST
    for size in _LESS:
        if replies[-1].is_list:
            break
        asked = size
        replies.append(reader.get("Users", {"count": size}))
    last = replies[-1]
    if not last.is_list:
        return _fact("page size", "every count is refused", *replies)
    came = len(last.rows)
    if came and (came == asked or last.following or came < (last.total or 0)):
        return _sized(f"at most {came:,} come at once", came, replies)
    if asked < _MOST:
        return _sized(f"{asked:,} may be asked for, more is refused", asked, replies)
    return _sized(f"all {came:,} come at once: the most is not known", None, replies)


def _sized(says: str, value: Setting | None, replies: list[Reply]) -> Fact:
    shown = tuple(map(str, replies))
    return Fact(Subject.PAGING, "page size", says, shown, Knob(Part.PAGE_SIZE), value)


def _total(default: Reply, one: Reply) -> Fact:
    if not default.is_list or default.total is None:
        return _fact("totalResults", "not given", default)
    if len(default.rows) < _ENOUGH:
        return _fact("totalResults", "not told: too few are there", default)
    if one.is_list and one.total != default.total:
        return _fact("totalResults", "no total: another one for another page", default, one)
    return _fact("totalResults", "the same whatever the page", default, one)


def _zero(reply: Reply) -> Fact:
    if not reply.is_list:
        return _fact("count=0", reply.refusal, reply)
    return _fact("count=0", f"{len(reply.rows)} come" if reply.rows else "none come", reply)


def _obeys_index(second: Reply, default: Reply) -> bool | None:
    """Tell whether startIndex is obeyed; None where too few are there to tell."""
    if not second.is_list:
        return False
    if len(default.ids) < _ENOUGH:
        # Whoever comes again may be the start of a list that begins anew beyond its end.
        return None if second.ids or not default.ids else True
    return bool(second.ids) and second.ids[0] != default.ids[0]


def _counts_from_zero(first: Reply, default: Reply) -> bool | None:
    """Tell whether what stands at 1 is the second; None where too few are there to tell."""
    if not first.is_list or len(default.ids) < _ENOUGH:
        return None
    return first.ids[:1] == default.ids[1:2]


def _index(replies: tuple[Reply, Reply], *, obeyed: bool | None, from_zero: bool | None) -> Fact:
    second = replies[1]
    if not second.is_list:
        return _fact("startIndex", second.refusal, second)
    words = {True: "obeyed", False: "ignored", None: "not told: too few are there"}
    says = "obeyed, and counts from 0" if from_zero else words[obeyed]
    told = from_zero if obeyed else None
    evidence = tuple(map(str, replies))
    return Fact(Subject.PAGING, "startIndex", says, evidence, quirk(Quirk.COUNTS_FROM_ZERO), told)


def _beyond(reply: Reply) -> Fact:
    if not reply.is_list:
        return _fact("beyond the end", reply.refusal, reply)
    return _fact("beyond the end", "others come again" if reply.rows else "nobody comes", reply)


def _cursor(reader: Reader, default: Reply, *, by_index: bool | None) -> Fact:
    """Follow a cursor from an empty one (RFC 9865 §2); by it, where the index leads nowhere."""
    replies = [reader.get("Users", {"cursor": "", "count": 1})]
    following = replies[0].following
    if following:
        replies.append(reader.get("Users", {"cursor": following, "count": 1}, hidden=following))
    moves = len(replies) > 1 and bool(replies[1].ids) and replies[1].ids != replies[0].ids
    if moves:
        says = "leads on" + (", and startIndex does too: either will do" if by_index else "")
    elif not replies[0].is_list:
        says = replies[0].refusal
    elif len(default.ids) < _ENOUGH:
        says = "not told: too few are there"
    else:
        says = "means nothing here"
    value = None
    if moves and by_index is False:
        value = True
    elif not moves and by_index:
        value = False
    shown = tuple(map(str, replies))
    return Fact(Subject.PAGING, "cursor", says, shown, quirk(Quirk.CURSOR_PAGING), value)


def _fact(name: str, says: str, *replies: Reply) -> Fact:
    return Fact(Subject.PAGING, name, says, tuple(map(str, replies)))
