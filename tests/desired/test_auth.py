"""The key `auth`: four ways, one at a time, and never a secret in a file."""

import pytest

from reconciler.model.auth import ApiKey, Basic, Bearer, ClientCredentials, SecretSource

TARGET = """
targets:
  envoy:
    profile: envoy
    auth: %s
    scope: all
"""
PASSWORD = SecretSource("env", "PASSWORD")

WAYS = {
    "{bearer: {file: /run/token}}": Bearer(SecretSource("file", "/run/token")),
    "{basic: {username: admin, password: {env: PASSWORD}}}": Basic("admin", PASSWORD),
    "{header: {name: X-Api-Key, value: {env: PASSWORD}}}": ApiKey("X-Api-Key", PASSWORD),
    "{oauth2: {token_url: 'https://login.example/token', client_id: me, "
    "client_secret: {env: PASSWORD}, scope: scim}}": ClientCredentials(
        "https://login.example/token", "me", PASSWORD, "scim"
    ),
}


@pytest.mark.parametrize("written", WAYS)
def test_a_way_to_prove_who_we_are_is_read(load, written):
    desired, problems = load(TARGET % written)
    assert problems == ()
    assert desired.targets["envoy"].auth == WAYS[written]


PROBLEMS = {
    "{}": ("wrong-value", "'auth' must have one of bearer, basic, header, oauth2"),
    "{bearer: {env: A}, basic: {username: a, password: {env: B}}}": (
        "wrong-value",
        "'auth' must have one of",
    ),
    "{bearer: {env: A, file: B}}": ("wrong-value", "'bearer' must name one of both"),
    "{basic: {username: a, password: {}}}": ("wrong-value", "'password' must name one of both"),
    "{basic: {password: {env: A}}}": ("missing-key", "'username' is missing in 'basic'"),
    "{basic: {username: 'a:b', password: {env: A}}}": ("wrong-value", "'username' has characters"),
    "{header: {name: 'X Y', value: {env: A}}}": ("wrong-value", "'name' has characters"),
    "{oauth2: {token_url: 'http://login.example/t', client_id: a, client_secret: {env: A}}}": (
        "target-url",
        "'token_url' must begin with https://",
    ),
    "{bearer: hush-hush}": ("literal-secret", "the token itself must not stand in a file"),
    "{basic: {username: a, password: hush-hush}}": ("literal-secret", "must not stand in a file"),
    "{header: {name: X-Key, value: hush-hush}}": ("literal-secret", "must not stand in a file"),
    "{oauth2: {token_url: 'https://l.example/t', client_id: a, client_secret: hush-hush}}": (
        "literal-secret",
        "must not stand in a file",
    ),
    "{token: hush-hush}": ("literal-secret", "must not stand in a file"),
    "hush-hush": ("literal-secret", "must not stand in a file"),
}


@pytest.mark.parametrize("written", PROBLEMS)
def test_what_is_wrong_is_named_and_repeats_no_secret(load, written):
    rule, message = PROBLEMS[written]
    _, problems = load(TARGET % written)
    assert [problem.rule for problem in problems] == [rule]
    assert message in problems[0].message
    assert problems[0].at.line == 5
    assert "hush-hush" not in repr(problems)
