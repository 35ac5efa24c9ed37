"""The schemas are those of RFC 7643, widened by what a profile maps."""

BADGE = "urn:example:params:scim:schemas:extension:badge:2.0:User"


def test_a_name_becomes_a_core_attribute_of_users(open_app):
    app = open_app(extra_attributes=["department"])
    made = app.add_user("ada", department="Engines")
    assert made.status_code == 201
    assert made.json()["department"] == "Engines"
    assert app.change(
        f"/Users/{made.json()['id']}",
        {"op": "replace", "path": "department", "value": "Analysis"},
    ).is_success
    found = app.found("/Users", filter='department eq "analysis"')
    assert [item["userName"] for item in found] == ["ada"]


def test_an_attribute_that_nobody_defines_is_refused(open_app):
    assert open_app().add_user("ada", department="Engines").status_code == 400


def test_definitions_may_have_types_and_an_extension_of_their_own(open_app):
    level = {"name": "level", "type": "integer", "schema": BADGE}
    note = {"name": "note", "kind": "group"}
    app = open_app(extra_attributes=[level, note])
    made = app.add_user("ada", schemas=[*USER_SCHEMAS, BADGE], **{BADGE: {"level": 3}})
    assert made.json()[BADGE] == {"level": 3}
    kinds = {item["name"]: item for item in app.found("/ResourceTypes")}
    assert BADGE in {item["schema"] for item in kinds["User"]["schemaExtensions"]}
    group = app.post("/Groups", json={"schemas": [CORE_GROUP], "displayName": "C", "note": "x"})
    assert group.json()["note"] == "x"


def test_a_sub_attribute_widens_the_one_that_is_there(open_app):
    nick = {"name": "name", "subAttributes": [{"name": "nick", "type": "string"}]}
    made = open_app(extra_attributes=[nick]).add_user("ada", name={"givenName": "A", "nick": "N"})
    assert made.json()["name"] == {"givenName": "A", "nick": "N"}


def test_what_the_standard_defines_stays_as_it_is(open_app):
    app = open_app(extra_attributes=["userName", {"name": "active", "type": "string"}])
    assert app.add_user("ada", active=True).json()["active"] is True
    assert app.add_user("ADA").status_code == 409


USER_SCHEMAS = ["urn:ietf:params:scim:schemas:core:2.0:User"]
CORE_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
