"""Objects whose parts are of any type at all: nothing crashes, whatever is done about them."""

import pytest

from reconciler.errors import ReconcilerError
from reconciler.model.outcome import Status
from reconciler.model.path import parse_path
from reconciler.model.plan import AttributeChange
from reconciler.scim.writing.agreement import is_as_read
from tests.test_survival import PEOPLE_ONLY, WHOLE, settled, speaking
from tests.world import World

ANYTHING = (5, None, "x", [], {}, [5], {"value": 5}, [{"value": [1]}])
NAMES = {
    "user": ("id", "userName", "displayName", "active", "meta", "externalId", "groups", "schemas"),
    "group": ("id", "displayName", "meta", "externalId", "members", "schemas"),
}
WAYS = (
    "{}",
    "{quirks: [no_patch]}",
    "{quirks: [filter_only]}",
    "{quirks: [members_by_users]}",
    "{bulk: {operations: 5}}",
)


def showing(kind, name, value):
    """Return a middleware: each object of *kind* shows *value* as its *name*."""

    def odd(_, status, body):
        rows = (body or {}).get("Resources", [body or {}])
        for row in rows:
            shown = "user" if "userName" in row else "group" if "displayName" in row else ""
            if shown == kind:
                row[name] = value
        return status, body

    return speaking(odd)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("kind", "name"), [(kind, it) for kind in NAMES for it in NAMES[kind]])
def test_no_type_of_no_part_crashes_a_run(kind, name, way):
    text = WHOLE.replace("    scope: all", f"    service: {way}\n    scope: all")
    for value in ANYTHING:
        world = World(text, lie=showing(kind, name, value))
        for state in (text, text.replace("displayName: Ada", "displayName: Lady Ada")):
            world.change(state)
            try:
                plan = world.plan()
            except ReconcilerError:  # It says that it cannot read this, and has sent nothing.
                continue
            assert len(world.apply(plan)) == len(plan.changes), value


def test_a_value_that_is_nested_again_and_again_fills_no_memory():
    nested = "x"
    for _ in range(60):
        nested = {"a": [nested]}
    text = WHOLE.replace("displayName: Ada", "displayName: Lady Ada")
    world = World(WHOLE, lie=showing("user", "name", nested))
    world.apply(world.plan())
    world.change(text)
    with pytest.raises(ReconcilerError, match="no JSON came back"):  # More levels than any app has.
        world.plan()
    one, other = ({"displayName": 1, "name": nested}, {"name": nested, "displayName": 1})
    definition = AttributeChange(parse_path("name"), None, "x")
    assert is_as_read(definition, one, other)


def answering(found):
    """Return a middleware: creates are refused, or unclear; filters find an object without id."""

    def odd(environ, *_):
        if environ["REQUEST_METHOD"] == "POST":
            return found
        if "filter=" not in environ["QUERY_STRING"]:
            return None
        row = {"userName": "ada@contoso.example", "externalId": "ada"}
        return "200 OK", {"totalResults": 1, "Resources": [row]}

    return speaking(odd)


@pytest.mark.parametrize("found", [("409 Conflict", {"detail": "taken"}), ("200 OK", {})])
def test_somebody_without_an_id_is_nobody_to_go_by(found):
    world = World(PEOPLE_ONLY, lie=answering(found))
    assert {item.status for item in world.apply(world.plan())} == {Status.FAILED}


def test_a_group_whose_members_cannot_be_read_is_not_replaced():
    by_put = WHOLE.replace("    scope: all", "    service: {quirks: [no_patch]}\n    scope: all")
    world = World(by_put)
    settled(world)
    before = world.sandbox.show()
    world = World(by_put, lie=showing("group", "members", [{"value": [1]}]))
    world.sandbox.load(before)
    world.change(by_put.replace("displayName: Crew", "displayName: Team"))
    outcomes = world.apply(world.plan())
    assert all(item.status is not Status.DONE for item in outcomes if "/group/" in item.id)
    (crew,) = [item for item in world.sandbox.show() if "userName" not in item]
    assert (crew["displayName"], len(crew["members"])) == ("Crew", 2)
