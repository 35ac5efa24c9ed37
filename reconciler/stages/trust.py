"""Trust: what a change under review may decide for its own plan, and what its base decides.

A pull request can neither send a token to a new host nor lift a guard, and what is masked at the
base stays masked (design §7). New fields come from the base unless they are named here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from reconciler.model.directory import Desired, Group, User
from reconciler.model.limit import Limit
from reconciler.model.mapping import AttributeDefinition, AttributeMapping
from reconciler.model.path import AttributePath
from reconciler.model.target import OWN_ATTRIBUTES, KindRules, Target
from reconciler.model.trust import Trusted


def trust_base(head: Desired, base: Desired) -> Trusted:
    """Return *head* with everything that its *base* decides, and whom it must not contact."""
    sensitive = head.sensitive | base.sensitive
    strange = {key: _strangeness(item, base.targets.get(key)) for key, item in head.targets.items()}
    return Trusted(
        replace(
            head,
            users={key: _user(item, base.users.get(key)) for key, item in head.users.items()},
            groups={key: _group(item, base.groups) for key, item in head.groups.items()},
            targets={
                key: _target(item, base.targets.get(key), sensitive)
                for key, item in head.targets.items()
            },
            sensitive=sensitive,
            ignores=base.ignores,
            policies=base.policies,
        ),
        strangers={key: why for key, why in strange.items() if why is not None},
    )


def _strangeness(head: Target, base: Target | None) -> str | None:
    """Return why a target must not be contacted, None where the base names all that it needs."""
    if base is None:
        return "it is new here"
    return None if head.connection == base.connection else "its connection changes"


def _user(head: User, base: User | None) -> User:
    if base is None:
        return head
    if (base.required, base.owner, base.sensitive) == (head.required, head.owner, head.sensitive):
        return head
    return replace(
        head,
        required=head.required or base.required,
        owner=base.owner or head.owner,
        sensitive=head.sensitive or base.sensitive,
    )


def _group(head: Group, base: Mapping[str, Group]) -> Group:
    """Return the group with what the base says of it, under whatever key it had there."""
    former = [base[key] for key in (head.key, *head.previously) if key in base]
    if not former or all(_marks(item) == _marks(head) for item in former):
        return head
    return replace(
        head,
        owner=next((item.owner for item in former if item.owner), head.owner),
        sensitive=head.sensitive or any(item.sensitive for item in former),
        revocations=former[0].revocations,
    )


def _marks(group: Group) -> tuple[str | None, bool, Limit | None]:
    return group.owner, group.sensitive, group.revocations


def _target(head: Target, base: Target | None, sensitive: frozenset[str]) -> Target:
    if base is None:
        return replace(head, auth=None)
    is_same_app = head.profile.key == base.profile.key
    found = replace(
        base,
        at=head.at,
        lines=head.lines,
        assignments=head.assignments,
        users=_rules(head.users, base.users, sensitive, is_same_app=is_same_app),
        groups=_rules(head.groups, base.groups, sensitive, is_same_app=is_same_app),
    )
    if head.connection == base.connection:
        return found
    # It is planned as it would be once merged, and has nothing to be contacted with.
    return replace(found, url=head.url, profile=head.profile, service=head.service, auth=None)


def _rules(
    head: KindRules, base: KindRules, sensitive: frozenset[str], *, is_same_app: bool
) -> KindRules:
    """Return the base's rules with the head's mapping and filter, and what only it declares."""
    known = _definitions(head, base) if is_same_app else head.attributes
    masked = [item.definition.path for item in base.mapping if item.sensitive]
    mapping = (
        replace(item, definition=known.get(item.definition.path.identity, item.definition))
        for item in head.mapping
    )
    return replace(
        base,
        mapping=tuple(_masked(mapping, masked, sensitive)),
        attributes=known,
        filter=head.filter,
    )


def _definitions(head: KindRules, base: KindRules) -> Mapping[str, AttributeDefinition]:
    """Return what the base says of each attribute: one that is called unstored is not compared."""
    own = {name: OWN_ATTRIBUTES[name] for name in OWN_ATTRIBUTES if name in head.attributes}
    return {**head.attributes, **own, **base.attributes}


def _masked(
    mapping: Iterable[AttributeMapping], masked: Iterable[AttributePath], sensitive: frozenset[str]
) -> Iterable[AttributeMapping]:
    for item in mapping:
        reads = item.expression.reads if item.expression else frozenset()
        hides = not sensitive.isdisjoint(reads) or any(
            item.definition.path.may_show(path) for path in masked
        )
        yield replace(item, sensitive=True) if hides and not item.sensitive else item
