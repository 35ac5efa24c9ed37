"""Write to objects of a probe's own: every name is noted before it is sent, every id after."""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final

from reconciler.model.probe import Thing
from reconciler.model.values import Kind
from reconciler.scim.client import PATCH_SCHEMA
from reconciler.scim.http.transport import Transport
from reconciler.scim.literal import literal
from reconciler.scim.probe.asking import ENDPOINTS, Reader, Reply, Resource, address

Operations = Sequence[dict[str, Any]]
Check = Callable[[Resource], bool]

_PATIENCE: Final = (1.0, 4.0)
"""Seconds to wait before a look that shows something else is believed."""
UNCLEAR: Final = frozenset({0, 408, 500, 502, 503, 504})
"""After these, what was asked for may have happened all the same."""
_NAMED: Final = {Kind.USER: "userName", Kind.GROUP: "displayName"}


class Footprints:
    """What a probe has made and not yet taken away; *note* is told before and after each.

    *seen* are the ids of those that were read back with the probe's mark on them.
    """

    def __init__(self, note: Callable[[tuple[Thing, ...]], object]) -> None:
        self._note = note
        self._things: list[Thing] = []
        self.seen: set[str] = set()

    @property
    def things(self) -> tuple[Thing, ...]:
        """Return what there is, in the order in which it was made."""
        return tuple(self._things)

    def add(self, thing: Thing) -> None:
        """Note something that is about to be made, or was."""
        if thing not in self._things:
            self._things.append(thing)
        self._note(self.things)

    def forget(self, thing: Thing) -> None:
        """Note that something is not there, or no longer."""
        self._things = [one for one in self._things if one != thing]
        self._note(self.things)


class Editor(Reader):
    """A reader that also writes. *mark* is what every object of this probe bears.

    *wait* takes seconds; *everybody* lists all objects of a kind, and may raise `TargetError`.
    """

    def __init__(
        self,
        transport: Transport,
        footprints: Footprints,
        mark: str,
        wait: Callable[[float], object],
        everybody: Callable[[Kind], Iterable[Resource]],
    ) -> None:
        super().__init__(transport)
        self._send = transport.send
        self.wait = wait
        self.everybody = everybody
        self.footprints = footprints
        self.mark = mark

    def create(self, kind: Kind, name: str, body: Resource, label: str) -> Reply:
        """Make an object called *name*, *label* in evidence; its id is in the answer's body.

        Whatever has no clear answer counts as made until somebody has looked.
        """
        thing = Thing(kind, name)
        is_new = thing not in self.footprints.things
        self.footprints.add(thing)
        shown = f"{ENDPOINTS[kind]} {{{', '.join(body)}}}"
        reply = self._reply("POST", shown, partial(self._send, "POST", ENDPOINTS[kind], body=body))
        live_id = str(reply.body.get("id") or "")
        if reply.ok and live_id:
            self.name(kind, name, live_id, label)
        elif is_new and reply.status not in UNCLEAR and not reply.ok:
            self.footprints.forget(thing)
        return reply

    def name(self, kind: Kind, name: str, live_id: str, label: str) -> None:
        """Note the id of what was made as *name*, and what evidence calls it."""
        self.labels.setdefault(live_id, label)
        self.footprints.add(Thing(kind, name, live_id))
        self.footprints.forget(Thing(kind, name))

    def patch(
        self,
        kind: Kind,
        live_id: str,
        operations: Operations,
        version: str | None = None,
        *,
        shown: str = "",
    ) -> Reply:
        """Send *operations* to an object; *shown* stands for them in evidence."""
        body = {"schemas": [PATCH_SCHEMA], "Operations": list(operations)}
        said = f"{self.place(kind, live_id)} {shown or self._shown(operations)}"
        return self._reply(
            "PATCH",
            said,
            lambda: self._send("PATCH", address(kind, live_id), body=body, version=version),
            live_id,
        )

    def put(self, kind: Kind, live_id: str, body: Resource, shown: str) -> Reply:
        """Replace an object; *shown* says in evidence what is different about *body*."""
        said = f"{self.place(kind, live_id)} {shown}"
        return self._reply(
            "PUT", said, lambda: self._send("PUT", address(kind, live_id), body=body), live_id
        )

    def delete(self, kind: Kind, live_id: str) -> Reply:
        """Delete an object."""
        place = self.place(kind, live_id)
        return self._reply(
            "DELETE", place, lambda: self._send("DELETE", address(kind, live_id)), live_id
        )

    def until(self, kind: Kind, live_id: str, check: Check) -> Reply:
        """Read an object until *check* holds of it; a little later where it does not yet."""
        reply = self.read(kind, live_id)
        for seconds in _PATIENCE:
            if reply.ok and check(reply.body):
                break
            self.wait(seconds)
            reply = self.read(kind, live_id)
        return reply

    def locate(self, kind: Kind, name: str) -> tuple[Reply, tuple[Resource, ...]]:
        """Return the objects of this probe called *name*, however late they show, and the answer.

        Where filters are refused or ignored, all there are are looked through: only what bears the
        mark is returned.
        """
        condition = f"{_NAMED[kind]} eq {literal(name)}"
        reply = self.find(kind, condition, hidden=name)
        for seconds in _PATIENCE:
            if not reply.is_list or any(map(self.bears_mark, reply.rows)):
                break
            self.wait(seconds)
            reply = self.find(kind, condition, hidden=name)
        ours = tuple(filter(self.bears_mark, reply.rows))
        if ours or (reply.is_list and not reply.rows):
            return reply, ours
        return reply, tuple(filter(self.bears_mark, self.everybody(kind)))

    def bears_mark(self, resource: Resource) -> bool:
        """Tell whether *resource* is of this probe's making: its mark is random."""
        return self.mark.casefold() in json.dumps(resource).casefold()

    def _shown(self, operations: Operations) -> str:
        text = json.dumps(list(operations), ensure_ascii=False)
        for live_id, label in self.labels.items():
            text = text.replace(f'"{live_id}"', f'"{label}"').replace(
                f'\\"{live_id}\\"', f'\\"{label}\\"'
            )
        return text
