"""The order of a probe that writes: make, read about what was made, change it, end it."""

from collections.abc import Iterator, Sequence

from reconciler.model.mapping import AttributeDefinition
from reconciler.model.probe import Fact, Names
from reconciler.model.service import Service
from reconciler.model.values import Kind
from reconciler.scim.probe.asking import Reader
from reconciler.scim.probe.belonging import probe_members, settle_members
from reconciler.scim.probe.changing import probe_changes
from reconciler.scim.probe.editing import Editor
from reconciler.scim.probe.ending import probe_ending
from reconciler.scim.probe.making import (
    Own,
    make_again,
    make_group,
    make_second,
    make_user,
    read_own,
)
from reconciler.scim.probe.run import read_facts

Definitions = Sequence[AttributeDefinition]


def trial_facts(
    editor: Editor,
    stranger: Reader | None,
    service: Service,
    definitions: Definitions,
    names: Names,
) -> Iterator[Fact]:
    """Yield all that can be learned by reading and writing; what was tried comes last.

    What it makes stands in the editor's footprints; to take it away is the caller's part.
    """
    first, created = make_user(editor, definitions, names)
    if first is None:
        yield from read_facts(editor, stranger, service)
        yield from created
        return
    second, more = make_second(editor, first, definitions, names)
    users = [first] if second is None else [first, second]
    group, grouped = make_group(editor, users, names)
    members = [] if group is None else list(settle_members(editor, group, users))
    yield from read_facts(editor, stranger, service, _shown(editor, users, group))
    yield from (*created, *more, *make_again(editor, first, names), *grouped, *members)
    yield from probe_changes(editor, first, definitions)
    if group is not None:
        yield from probe_members(editor, group, users)
    yield from probe_ending(editor, users, group)


def _shown(
    editor: Editor, users: Sequence[Own], group: Own | None
) -> tuple[tuple[Kind, dict[str, object]], ...]:
    """Return what was made as it is shown; the group with its members by now."""
    found = [*users, *([] if group is None else [read_own(editor, group)])]
    return tuple((own.kind, {**own.shown, "id": own.live_id}) for own in found)
