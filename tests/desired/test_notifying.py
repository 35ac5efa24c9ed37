import json

import pytest

from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.gallery.load import load_gallery
from reconciler.model.auth import SecretSource
from reconciler.model.notice import Event, Format, Notify, Webhook

SLACK = "https://hooks.slack.com/services/T0/B0/secret-path"


def load(notify):
    target = {
        "profile": "generic-scim",
        "url": "https://app.example",
        "auth": {"bearer": {"env": "TOKEN"}},
        "notify": notify,
    }
    text = json.dumps({"targets": {"app": target}}, indent=1)
    desired, problems = load_desired([SourceFile("all.yaml", text.encode())], load_gallery())
    return desired.targets.get("app"), [item for item in problems if item.severity == "error"]


def test_who_is_told_of_what():
    target, problems = load(
        {
            "email": ["it-ops@contoso.example", "it-ops@contoso.example"],
            "webhook": {"url": {"env": "OPS_HOOK"}, "format": "slack"},
            "on": ["failure", "held"],
        }
    )
    assert problems == []
    assert target.notify == Notify(
        ("it-ops@contoso.example",),
        Webhook(SecretSource("env", "OPS_HOOK"), Format.BLOCKS),
        frozenset({Event.FAILURE, Event.HELD}),
    )


def test_of_everything_where_nothing_is_said():
    target, _ = load({"webhook": {"url": {"file": "hook.txt"}}})
    assert target.notify == Notify((), Webhook(SecretSource("file", "hook.txt")), frozenset(Event))


@pytest.mark.parametrize(
    ("notify", "message"),
    [
        ({}, "'notify' tells nobody: it has neither 'email' nor 'webhook'"),
        ({"on": ["held"]}, "'notify' tells nobody: it has neither 'email' nor 'webhook'"),
        ({"webhook": {"url": {}}}, "'url' must name one of both"),
        ({"webhook": {"url": {"env": "A", "file": "b"}}}, "'url' must name one of both"),
        ({"email": ["it-ops"]}, "Item 1 of 'email' has characters that may not stand here"),
        ({"email": ["a@b\nBcc: x@y.example"]}, "Item 1 of 'email' has characters that may not"),
        ({"email": ["a@b.example", "a b@c.example"]}, "Item 2 of 'email' has characters"),
        ({"email": ["a@b.example"], "on": []}, "'on' must not be empty"),
        ({"email": ["a@b.example"], "on": ["always"]}, "Item 1 of 'on' must be 'failure'"),
        ({"email": ["a@b.example"], "sms": "1"}, "'sms' is no known key"),
        ({"webhook": {"url": {"env": "A"}, "format": "teams"}}, "'format' must be 'json' or"),
    ],
)
def test_what_is_wrong_is_a_problem_with_its_line(notify, message):
    _, problems = load(notify)
    assert [problem.message[: len(message)] for problem in problems] == [message]
    assert problems[0].at.line > 5


@pytest.mark.parametrize(
    "webhook", [SLACK, {"url": SLACK}, {"url": {"env": SLACK}}, {SLACK: {}}, {"url": {SLACK: 1}}]
)
def test_a_url_that_stands_there_as_it_is_is_refused_and_not_repeated(webhook):
    _, problems = load({"webhook": webhook})
    assert "literal-secret" in {problem.rule for problem in problems}
    assert "secret-path" not in "".join(f"{item.message} {item.hint}" for item in problems)
