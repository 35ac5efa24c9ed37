"""Guards against a lock-out: who must stay, and the last one who can still open a door."""

from collections.abc import Iterable, Iterator, Mapping

from reconciler.model.directory import Group
from reconciler.model.evidence import Evidence
from reconciler.model.guard import Guard
from reconciler.model.plan import Action, Change, Violation
from reconciler.model.values import Kind
from reconciler.stages.guard.taking import REMOVALS, ids_at_the_base, leaving_ids

_NAMED = 5


def guard_required(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Hold what disables or deletes a required user, or takes it from a group."""
    lines = evidence.required()
    stay = _accounts(lines, evidence) if lines else {}
    held: dict[str, set[str]] = {}
    members: set[tuple[str, str]] = set()
    for change in changes:
        for key in _losers(change, stay):
            held.setdefault(key, set()).add(change.id)
            if change.action is Action.REMOVE_MEMBERS:
                members.add((change.id, key))
    if held:
        first = min(held)
        yield Violation(
            Guard.REQUIRED,
            f"{_names(sorted(held))} must stay enabled and in every group (required: true)",
            f"users.{first}.required",
            (("required", len(held)),),
            frozenset().union(*held.values()),
            frozenset(members),
            at=lines[first],
        )


def _accounts(keys: Iterable[str], evidence: Evidence) -> Mapping[str, str]:
    """Return the accounts of these users, by live id; also of who left, or got another key."""
    pairing, wanted = evidence.pairing, frozenset(keys)
    found = [(ref.kind, ref.key, live_id) for ref, live_id in pairing.ids().items()]
    found += [(item.kind, item.key, item.live.id) for item in pairing.leavers]
    return {
        **ids_at_the_base(evidence, Kind.USER, wanted),
        **{live_id: key for kind, key, live_id in found if kind is Kind.USER and key in wanted},
    }


def _losers(change: Change, stay: Mapping[str, str]) -> Iterator[str]:
    """Yield the keys of those who must *stay* (by live id) and would lose something."""
    if change.action is Action.REMOVE_MEMBERS:
        yield from (stay[live_id] for live_id in leaving_ids(change) if live_id in stay)
    elif change.live is not None and change.action in REMOVALS:
        gone = change.live.members or frozenset() if change.kind is Kind.GROUP else [change.live.id]
        yield from (stay[live_id] for live_id in gone if live_id in stay)


def guard_last_member(changes: tuple[Change, ...], evidence: Evidence) -> Iterator[Violation]:
    """Hold what would leave nobody active in a sensitive group that has such members now.

    Who joins in the same plan counts, unless the account is yet to be made.
    """
    going = {item.live_id: item for item in changes if item.action in REMOVALS}
    removed = {item.key: item for item in changes if item.action is Action.REMOVE_MEMBERS}
    joining = {item.key: item for item in changes if item.action is Action.ADD_MEMBERS}
    asleep = {live.id for live in evidence.snapshot.users if not live.active}
    former = evidence.former_groups()
    for pair in evidence.pairing.pairs:
        source, members = pair.wanted.source, (pair.live.members or frozenset()) - asleep
        if not (members and isinstance(source, Group) and _is_sensitive(source, former)):
            continue
        change, added = removed.get(source.key), joining.get(source.key)
        leaving = leaving_ids(change) if change else frozenset()
        stays = members - leaving - going.keys()
        if stays or (added and any(item.live_id for item in added.add)):
            continue
        ends = [going[live_id].id for live_id in members if live_id in going]
        yield Violation(
            Guard.LAST_MEMBER,
            f"{source.key} is sensitive, and nobody would be left in it",
            f"groups.{source.key}.sensitive",
            (("members", len(members)), ("left", 0)),
            frozenset([*ends, *([change.id] if change else [])]),
            at=source.position_of("sensitive") or source.at,
        )


def _is_sensitive(group: Group, former: Mapping[str, Group]) -> bool:
    """Tell whether the group is sensitive, or was in the base, perhaps under an earlier key."""
    before = (former[key] for key in (group.key, *group.previously) if key in former)
    return group.sensitive or any(item.sensitive for item in before)


def _names(keys: Iterable[str]) -> str:
    found = list(keys)
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return f"{', '.join(found[:_NAMED])}{more}"
