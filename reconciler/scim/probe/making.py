"""Make throw-away users and a group, and see what the server made of what it was sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import AttributePath, lookup, read_path
from reconciler.model.probe import Fact, Knob, Names, Part, Subject, action, quirk
from reconciler.model.service import Quirk
from reconciler.model.values import Kind
from reconciler.scim.probe.asking import Reply, Resource
from reconciler.scim.probe.bodies import (
    LEVELS,
    Sent,
    group_body,
    user_body,
    user_values,
    with_two_addresses,
)
from reconciler.scim.probe.editing import UNCLEAR, Editor

UNSUPPORTED: Final = frozenset({405, 501})
_REFUSED_VALUES: Final = frozenset({400, 413, 422})
_CONFLICT: Final = 409


@dataclass(frozen=True, slots=True)
class Own:
    """An object of the probe's own: what was sent to make it, and how the server shows it."""

    kind: Kind
    live_id: str
    sent: Sent = ()
    shown: Resource = field(default_factory=dict)


def make(editor: Editor, kind: Kind, name: str, body: Resource, label: str) -> tuple[Reply, str]:
    """Create an object; return the answer, and the id even where the answer told none."""
    reply = editor.create(kind, name, body, label)
    live_id = str(reply.body.get("id") or "") if reply.ok else ""
    if not live_id and (reply.ok or reply.status in UNCLEAR):
        for row in editor.locate(kind, name)[1][:1]:
            live_id = str(row["id"])
            editor.name(kind, name, live_id, label)
    return reply, live_id


def make_user(
    editor: Editor, definitions: Sequence[AttributeDefinition], names: Names
) -> tuple[Own | None, tuple[Fact, ...]]:
    """Create the first user, with less where more is refused; tell what came back of it."""
    replies = []
    for level in LEVELS:
        values = user_values(definitions, names, "a", level)
        reply, live_id = make(editor, Kind.USER, names.user("a"), user_body(values), "probe-a")
        replies.append(reply)
        if live_id:
            own = read_own(editor, Own(Kind.USER, live_id, values))
            says = "made" if level == LEVELS[0] else f"made with {level}: more is refused"
            return own, (_created(Kind.USER, says, replies, value=True), *_kept(own, definitions))
        if reply.status not in _REFUSED_VALUES:
            break
    return None, (_not_created(Kind.USER, replies),)


def make_again(editor: Editor, own: Own, names: Names) -> Iterator[Fact]:
    """Ask for a second user of the same name, and of the same in another case."""
    for what, name in (
        ("the same userName", names.user("a")),
        ("it in another case", names.user("a").swapcase()),
    ):
        values = tuple((path, name if _is_name(path) else value) for path, value in own.sent)
        reply, live_id = make(editor, Kind.USER, name, user_body(values), "probe-again")
        if reply.status == _CONFLICT:
            says = "conflict (409)"
        elif live_id == own.live_id:
            says = "answered with the one that is there"
        else:
            says = "another one is made" if live_id else reply.refusal
        yield Fact(Subject.CREATE, f"{what} again", says, (str(reply),))


def make_second(
    editor: Editor, own: Own, definitions: Sequence[AttributeDefinition], names: Names
) -> tuple[Own | None, tuple[Fact, ...]]:
    """Create the second user with two e-mail addresses, or with one where two are refused."""
    paths = {path.identity for path, _ in own.sent}
    values = tuple(
        item
        for level in LEVELS[:1]
        for item in user_values(definitions, names, "b", level)
        if item[0].identity in paths
    )
    one = user_body(values)
    tries = [with_two_addresses(one, names, "b"), one] if "emails" in one else [one]
    replies, live_id = [], ""
    for body in tries:
        reply, live_id = make(editor, Kind.USER, names.user("b"), body, "probe-b")
        replies.append(reply)
        if live_id:
            break
    if not live_id:
        return None, (Fact(Subject.CREATE, "a second user", replies[-1].refusal, _shown(replies)),)
    second = read_own(editor, Own(Kind.USER, live_id, values))
    if "emails" not in one:
        return second, ()
    return second, (_addresses(second, replies),)


def make_group(
    editor: Editor, users: Sequence[Own], names: Names
) -> tuple[Own | None, tuple[Fact, ...]]:
    """Create the group with *users* in it; without them or its externalId where that is refused."""
    body = group_body(names, [user.live_id for user in users])
    replies = []
    for left_out in ((), ("externalId",), ("externalId", "members")):
        said = {key: value for key, value in body.items() if key not in left_out}
        reply, live_id = make(editor, Kind.GROUP, names.group(), said, "probe-group")
        replies.append(reply)
        if live_id:
            sent = tuple((AttributePath(key), said[key]) for key in said if key == "externalId")
            own = read_own(editor, Own(Kind.GROUP, live_id, sent))
            says = f"made without {' and '.join(left_out)}" if left_out else "made"
            facts = _created(Kind.GROUP, says, replies, value=True), *_external_id(own)
            return own, facts
        if reply.status not in _REFUSED_VALUES:
            break
    return None, (_not_created(Kind.GROUP, replies),)


def read_own(editor: Editor, own: Own) -> Own:
    """Return *own* as the server shows it now, once it shows the mark."""
    reply = editor.until(own.kind, own.live_id, editor.bears_mark)
    if reply.ok and editor.bears_mark(reply.body):
        editor.footprints.seen.add(own.live_id)
    return Own(own.kind, own.live_id, own.sent, reply.body)


def is_kept(value: Any, found: Any) -> bool:
    """Tell whether *found* is *value*; some servers write numbers and booleans as text."""
    if isinstance(value, str):
        return bool(value == found)
    return found is not None and str(value).casefold() == str(found).casefold()


def _created(kind: Kind, says: str, replies: Sequence[Reply], *, value: bool) -> Fact:
    return Fact(Subject.CREATE, str(kind), says, _shown(replies), action("create", kind), value)


def _not_created(kind: Kind, replies: Sequence[Reply]) -> Fact:
    """Take its word of a server that says it creates none; else the question stays open."""
    last, never = replies[-1], replies[-1].status in UNSUPPORTED
    return Fact(
        Subject.CREATE,
        str(kind),
        last.refusal if not last.ok else "the answer names no id, and it was not found",
        _shown(replies),
        action("create", kind),
        False if never else None,
        failed=not never,
    )


def _kept(own: Own, definitions: Sequence[AttributeDefinition]) -> Iterator[Fact]:
    """Hold what is shown against what was sent, attribute by attribute."""
    known = {item.path.identity: item for item in definitions}
    evidence = ("GET Users/probe-a, held against what was sent",)
    dropped, same = [], 0
    for path, value in own.sent:
        found = read_path(path, own.shown)
        if path.identity in ("externalid", "username"):
            continue
        if found is None:
            dropped.append(path)
        elif is_kept(value, found):
            same += 1
        else:
            says = f"{value!r} comes back as {found!r}"
            yield Fact(Subject.CREATE, str(path), says, evidence)
        if found is None or not known[path.identity].stored:
            knob = Knob(Part.STORED, str(path), Kind.USER)
            says = "not kept" if found is None else "kept"
            yield Fact(Subject.CREATE, str(path), says, evidence, knob, found is not None)
    yield Fact(Subject.CREATE, "attributes", f"{same} come back as sent", evidence)
    yield from _user_name(own, evidence)
    yield from _external_id(own)


def _user_name(own: Own, evidence: tuple[str, ...]) -> Iterator[Fact]:
    sent = next((value for path, value in own.sent if _is_name(path)), None)
    found = lookup(own.shown, "userName")
    if not isinstance(sent, str) or not isinstance(found, str):
        return
    said = {sent.lower(): "comes back in lower case", sent: "comes back as sent"}
    says = said.get(found, f"comes back as {found!r}")
    is_lower = found != sent if found in said else None
    knob = quirk(Quirk.LOWERCASES_USER_NAME)
    yield Fact(Subject.CREATE, "userName", says, evidence, knob, is_lower)


def _external_id(own: Own) -> Iterator[Fact]:
    for path, value in own.sent:
        if path.identity == "externalid":
            found = lookup(own.shown, "externalId")
            says = "not kept" if found is None else f"comes back as {found!r}"
            place = "Users/probe-a" if own.kind is Kind.USER else "Groups/probe-group"
            yield Fact(
                Subject.CREATE,
                f"externalId of a {own.kind}",
                "kept" if found == value else says,
                (f"GET {place}, held against what was sent",),
                Knob(Part.STORES_EXTERNAL_ID, kind=own.kind),
                found == value,
            )


def _addresses(own: Own, replies: Sequence[Reply]) -> Fact:
    """Two that were refused where one was taken, or of which one is gone: one is all it holds."""
    found = lookup(own.shown, "emails")
    count = len(found) if isinstance(found, list) else 0
    says, value = f"of two, {count} are kept", {0: None, 1: True}.get(count, False)
    if len(replies) > 1:
        says, value = "two are refused, one is taken", True
    knob = quirk(Quirk.ONE_VALUE_EACH)
    return Fact(Subject.CREATE, "two e-mail addresses", says, _shown(replies), knob, value)


def _is_name(path: AttributePath) -> bool:
    return path.identity == "username"


def _shown(replies: Sequence[Reply] | Mapping[str, Reply]) -> tuple[str, ...]:
    return tuple(map(str, replies))
