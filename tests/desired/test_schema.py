import jsonschema
import pytest

from reconciler.desired.schema import desired_schema

SCHEMA = desired_schema()


def described(node, path=()):
    """Yield every property of the schema with its place, attributes of people aside."""
    if isinstance(node, list):
        for item in node:
            yield from described(item, path)
    if not isinstance(node, dict):
        return
    properties = node.get("properties")
    if isinstance(properties, dict):
        yield from (((*path, name), found) for name, found in properties.items())
    for name, found in node.items():
        yield from described(found, (*path, name))


def test_it_is_a_json_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_every_key_is_described():
    bare = [path for path, found in described(SCHEMA) if "description" not in found]
    people = {"UserDocument", "GroupDocument"}
    assert [path for path in bare if path[1] not in people] == []


def test_it_offers_the_attributes_of_users_to_editors():
    offered = SCHEMA["$defs"]["UserDocument"]["properties"]
    assert {"userPrincipalName", "jobTitle", "accountEnabled", "until", "from"} <= set(offered)


@pytest.mark.parametrize(
    "state",
    [
        {"users": {"ada": {"mail": "a", "until": "2027-01-31", "badge": ["x"]}}},
        {"groups": {"g": {"members": ["ada", {"group": "h", "until": "2027-01-31"}]}}},
        {"mappings": {"m": {"for": "user", "attributes": {"title": "[x]", "nickName": {}}}}},
        {
            "targets": {
                "t": {"profile": "envoy", "provisioning": "on", "ownership": "all"},
                "u": {"profile": "envoy", "ownership": {"external_id": {"prefix": "x"}}},
            }
        },
        {"scopes": {"s": [{"name": "n", "all": [{"attribute": "a", "operator": "is_null"}]}]}},
        {"attributes": {"badge": {"type": "integer"}}, "users": None},
    ],
)
def test_it_accepts_what_the_tool_accepts(state):
    jsonschema.validate(state, SCHEMA)


@pytest.mark.parametrize(
    "state",
    [
        {"user": {}},
        {"groups": {"g": {"members": [{"usr": "ada"}]}}},
        {"targets": {"t": {"profile": "envoy", "provisioning": True}}},
        {"targets": {"t": {"profile": "envoy", "auth": {"bearer": "secret"}}}},
        {"targets": {"t": {}}},
        {"users": {"ada": {"accountEnabled": "yes"}}},
    ],
)
def test_it_refuses_what_the_tool_refuses(state):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(state, SCHEMA)
