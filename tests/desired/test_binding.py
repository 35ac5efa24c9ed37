"""What a mapping extends, and what only shows once it meets its target."""

import pytest

USERS = """
targets:
  app: {profile: envoy, auth: {bearer: {env: A}}, scope: all, users: {mapping: m}}
mappings:
"""


def mapping_of(found):
    desired, problems = found
    assert [item for item in problems if item.severity == "error"] == []
    return {
        str(item.definition.path): item.expression.text if item.expression else None
        for item in desired.targets["app"].users.mapping
    }


def test_a_mapping_extends_another_which_extends_the_profile(load):
    base = load("targets: {app: {profile: envoy, auth: {bearer: {env: A}}, scope: all}}")
    profile = mapping_of(base)
    found = mapping_of(
        load(
            USERS
            + """
  m: {for: user, extends: base, attributes: {title: "[department]", name.givenName: {}}}
  base: {for: user, extends: profile, attributes: {title: "[jobTitle]"}}
"""
        )
    )
    assert found["title"] == "[department]"
    assert "name.givenName" not in found
    assert {path: found[path] for path in profile if path in found and path != "title"} == {
        path: text for path, text in profile.items() if path not in ("title", "name.givenName")
    }


PROBLEMS = {
    "m: {for: user, extends: profil, attributes: {}}": (
        "missing-reference",
        "There is no mapping 'profil' to extend",
    ),
    "m: {for: user, extends: m, attributes: {}}": ("wrong-value", "'m' extends itself"),
    "{m: {for: user, extends: n, attributes: {}}, n: {for: user, extends: m, attributes: {}}}": (
        "wrong-value",
        "extends itself, through",
    ),
    "{m: {for: user, extends: g, attributes: {}}, "
    "g: {for: group, attributes: {displayName: {expression: '[displayName]', match: 1}}}}": (
        "wrong-value",
        "'g' maps a group, and 'm' a user",
    ),
    "m: {for: user, extends: profile, attributes: {userName: {}}}": (
        "no-match",
        "No attribute has 'match'",
    ),
    "m: {for: user, extends: profile, attributes: {title: {expression: '[mail]', apply: add}}}": (
        "wrong-value",
        "'title' holds one value, and apply: add is for many",
    ),
    "m: {for: user, extends: profile, attributes: {active: {constant: perhaps}}}": (
        "wrong-value",
        "The constant does not fit: active is true or false, and this is 'perhaps'",
    ),
    "m: {for: user, extends: profile, attributes: {active: {expression: '[mail]', default: 7}}}": (
        "wrong-value",
        "The default does not fit: active is true or false, and this is '7'",
    ),
    "m: {for: user, extends: profile, attributes: {id: '[mail]'}}": (
        "attribute-path",
        "'id' is set by the target alone",
    ),
    "m: {for: user, extends: profile, attributes: {title: 'Guid()'}}": (
        "expression",
        "Guid or RandomString flows into it, so it would change at every run",
    ),
    "m: {for: user, extends: profile, attributes: {title: 'CStr(Now())'}}": (
        "expression",
        "Now flows into it",
    ),
    "m: {for: user, extends: profile, attributes: {"
    "externalId: {expression: 'Guid()', apply: create}}}": (
        "expression",
        "so it would change at every run",
    ),
    "m: {for: user, extends: profile, attributes: {"
    "userName: {expression: 'SelectUniqueValue([mail], [mail])', apply: create, match: 1}}}": (
        "expression",
        "SelectUniqueValue gives what is free at the time",
    ),
    "m: {for: user, extends: profile, attributes: {emails: '[mail]'}}": (
        "unknown-attribute",
        "'emails' is no user attribute",
    ),
    "m: {for: user, attributes: {userName: {expression: '[mail]', match: 1}, name: '[mail]', "
    "name.givenName: '[mail]'}}": ("duplicate-key", "'name.givenName' and 'name', mapped at"),
}


@pytest.mark.parametrize("written", PROBLEMS)
def test_what_cannot_be_bound_is_named(load, written):
    rule, message = PROBLEMS[written]
    lines = written[1:-1].replace("}}, ", "}}\n  ") if written.startswith("{") else written
    _, problems = load(f"{USERS}  {lines}\n")
    assert any(item.rule == rule and message in item.message for item in problems), problems


TITLE = "{USERS}  m: {for: user, extends: profile, attributes: {title: 'TEXT'}}\n"


def test_what_entra_calls_unsupported_is_a_warning_with_its_place(load):
    text = 'IIF(IsPresent([mail]),[mail],"none")'
    _, problems = load(TITLE.replace("{USERS}", USERS).replace("TEXT", text))
    warnings = [item for item in problems if item.rule == "expression"]
    assert [item.severity for item in warnings] == ["warning"]
    assert warnings[0].excerpt.column == 0


def test_redact_makes_an_attribute_sensitive(load):
    desired, _ = load(TITLE.replace("{USERS}", USERS).replace("TEXT", "Redact([mail])"))
    mapping = desired.targets["app"].users.mapping
    assert [str(item.definition.path) for item in mapping if item.sensitive] == ["title"]


def test_whoever_is_referred_to_must_exist(load):
    text = """\
attributes:
  mentor: {type: user}
  deputies: {type: users}
users:
  ada: {mentor: bbo, deputies: [ada, zoe]}
  bob: {mentor: [ada], deputies: ada}
"""
    _, problems = load(text)
    assert [(str(item.at), item.message) for item in problems] == [
        ("a.yaml:5", "There is no user 'bbo'"),
        ("a.yaml:5", "There is no user 'zoe'"),
        ("a.yaml:6", "'mentor' must be the key of a user"),
        ("a.yaml:6", "'deputies' must be a list of keys of users"),
    ]


def test_a_chain_of_mappings_may_be_as_long_as_a_file(load):
    names = [*(f"n{number}" for number in range(3000)), "profile"]
    pairs = zip(["m", *names], names, strict=False)
    chain = "".join(
        f"  {one}: {{for: user, extends: {other}, attributes: {{}}}}\n" for one, other in pairs
    )
    desired, problems = load(f"{USERS}{chain}")
    assert [item for item in problems if item.severity == "error"] == []
    assert "title" in [str(x.definition.path) for x in desired.targets["app"].users.mapping]


def test_an_attribute_that_is_left_empty_is_taken_out(load):
    text = f"{USERS}  m: {{for: user, extends: profile, attributes: {{title: }}}}\n"
    desired, problems = load(text)
    assert [item for item in problems if item.severity == "error"] == []
    assert "title" not in [str(x.definition.path) for x in desired.targets["app"].users.mapping]
