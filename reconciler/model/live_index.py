"""An index of the live objects of one kind: found by id, by externalId, by matching value."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.model.canonical import canonical_value, comparable, is_spelt_alike
from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import read_path
from reconciler.model.resource import Link, Live, MatchKey, Memory, Wanted
from reconciler.model.target import Target
from reconciler.model.values import Kind


@dataclass(frozen=True, slots=True)
class Former:
    """Who a live object is by the base or by what was last applied, as far as the link holds."""

    key: str
    is_applied: bool

    @property
    def how(self) -> str:
        """Say what proves it."""
        return "what was last applied names it" if self.is_applied else "the base names it"


@dataclass(frozen=True, slots=True)
class LiveIndex:
    """The live objects of one kind and the ledger's links that still hold among them."""

    live: tuple[Live, ...]
    by_id: Mapping[str, Live]
    by_external_id: Mapping[str, tuple[Live, ...]]
    links_by_key: Mapping[str, Link]
    links_by_id: Mapping[str, Link]
    stores_external_id: bool
    dropped_external_id: frozenset[str]
    """Ids of objects where the server was seen to drop the externalId."""
    former: Mapping[str, Former] = field(default_factory=dict)
    """By live id: whoever the base or what was last applied gives."""
    was: Mapping[str, Live] = field(default_factory=dict)
    """The same by key."""
    _by_value: dict[str, Mapping[Any, tuple[Live, ...]]] = field(default_factory=dict)

    @classmethod
    def build(
        cls, live: tuple[Live, ...], kind: Kind, target: Target, memory: Memory
    ) -> "LiveIndex":
        """Index *live*; a link of the ledger counts only while the object bears its marks."""
        by_id = {item.id: item for item in live}
        links = [
            link
            for link in memory.links
            if link.kind is kind and link.is_borne_by(by_id.get(link.live_id))
        ]
        dropped = {
            item.live_id
            for item in memory.rewrites
            if item.kind is kind and item.path.casefold() == "externalid"
        }
        return cls(
            live=live,
            by_id=by_id,
            by_external_id=_grouped((item.external_id, item) for item in live),
            links_by_key={link.key: link for link in links},
            links_by_id={link.live_id: link for link in links},
            stores_external_id=target.service.stores_external_id.get(kind, True),
            dropped_external_id=frozenset(dropped),
        )

    def with_former(self, given: Iterable[tuple[Wanted, bool]]) -> "LiveIndex":
        """Return the index with whoever *given* names, the surest first (`Formerly.given`)."""
        former: dict[str, Former] = {}
        was: dict[str, Live] = {}
        for item, is_applied in given:
            live = self._linked(item, is_applied=is_applied)
            if live is not None:
                former.setdefault(live.id, Former(item.key, is_applied))
                was.setdefault(item.key, live)
        return replace(self, former=former, was=was)

    def _linked(self, item: Wanted, *, is_applied: bool) -> Live | None:
        """Return the live object whose link to *item* holds; a first one must agree (design §5)."""
        bearers = self.by_external_id.get(item.external_id, ())
        if bearers:
            sure = len(bearers) == 1 and (is_applied or self.agrees(item, bearers[0]))
            return bearers[0] if sure else None
        hits = next((found for key in item.matching if (found := self.holding(key))), ())
        return hits[0] if len(hits) == 1 and not self.keeps_external_id(hits[0]) else None

    def was_applied(self, wanted: Wanted, live: Live) -> bool:
        """Tell whether the target took *live* for *wanted* when something was last applied."""
        found = self.former.get(live.id)
        return found is not None and found.is_applied and found.key == wanted.key

    def link_of(self, wanted: Wanted) -> Link | None:
        """Return the ledger's link for *wanted*, also under its earlier keys."""
        keys = (wanted.key, *wanted.previously)
        return next((self.links_by_key[key] for key in keys if key in self.links_by_key), None)

    def remembered(self, wanted: Wanted) -> Live | None:
        """Return the live object that is *wanted* by the base or by what was last applied.

        It may bear other marks by now than it is to have; not one that the ledger knows better.
        """
        live = self.was.get(wanted.key)
        if live is None or self.former[live.id].key != wanted.key:
            return None
        return None if live.id in self.links_by_id else live

    def holder(self, live: Live) -> str | None:
        """Return the key of whose *live* is by the ledger, the base or what was last applied."""
        if live.id in self.links_by_id:
            return self.links_by_id[live.id].key
        return self.former[live.id].key if live.id in self.former else None

    def bearing(self, wanted: Wanted) -> tuple[Live, ...]:
        """Return the live objects that bear the externalId of *wanted*, or an earlier one."""
        for external_id in (wanted.external_id, *wanted.previously):
            if external_id in self.by_external_id:
                return self.by_external_id[external_id]
        return ()

    def holding(self, key: MatchKey) -> tuple[Live, ...]:
        """Return the live objects whose matching attribute has the value of *key*."""
        identity = key.definition.path.identity
        if identity not in self._by_value:
            pairs = ((held_value(item, key.definition), item) for item in self.live)
            self._by_value[identity] = _grouped(pairs)
        found = self._by_value[identity].get(comparable(key.value, key.definition), ())
        return tuple(live for live in found if _is_spelt_alike(live, key))

    def agrees(self, wanted: Wanted, live: Live) -> bool:
        """Tell whether at least one matching attribute of *live* is as *wanted* has it."""
        return any(
            held_value(live, key.definition) == comparable(key.value, key.definition)
            and _is_spelt_alike(live, key)
            for key in wanted.matching
        )

    def keeps_external_id(self, live: Live) -> bool:
        """Tell whether the server keeps an externalId for *live*, as far as is known."""
        return self.stores_external_id and live.id not in self.dropped_external_id

    def link_for(self, key: str, live: Live) -> Link:
        """Return the link that the ledger should hold for *live*."""
        return Link(live.kind, key, live.id, live.external_id, live.display)


def held_value(live: Live, definition: AttributeDefinition) -> Any:
    """Return what *live* has for an attribute, as it is compared; None for a list."""
    found = canonical_value(read_path(definition.path, live.resource), definition)
    return None if isinstance(found, tuple) else comparable(found, definition)


def _is_spelt_alike(live: Live, key: MatchKey) -> bool:
    found = canonical_value(read_path(key.definition.path, live.resource), key.definition)
    return is_spelt_alike(str(found), str(key.value))


def _grouped(pairs: Iterable[tuple[Any, Live]]) -> Mapping[Any, tuple[Live, ...]]:
    found: dict[Any, list[Live]] = defaultdict(list)
    for value, item in pairs:
        if value is not None:
            found[value].append(item)
    return {value: tuple(items) for value, items in found.items()}
