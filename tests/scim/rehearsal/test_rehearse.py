"""What a rehearsal expects is what an apply sends, request by request, on servers of every kind."""

import json

import pytest

from reconciler.model.guard import Guard
from reconciler.pipeline import accept_guards
from reconciler.scim.rehearsal.rehearse import rehearse
from tests.world import World

URL = "https://app.example/scim/v2"
PROFILES = (
    "generic-scim",
    "aws-iam-identity-center",
    "databricks",
    "github-enterprise-managed-user",
    "slack",
    "zscaler",
)
SERVICES = (
    {},
    {"members_per_request": 3},
    {"members_bytes_per_request": 1000},
    {"quirks": ["no_patch"]},
    {"quirks": ["one_operation_each", "no_value_filter_paths"], "members_per_request": 4},
    {"quirks": ["members_by_user_filter"], "page_size": 3},
    {"quirks": ["members_by_user_filter", "cursor_paging", "no_patch"], "page_size": 3},
    {"quirks": ["replace_members"], "recheck": "always"},
    {"recheck": "never", "verify": "none"},
    {"verify": "all"},
    {"etag": "required"},
    {"etag": "none", "recheck": "when_old", "recheck_after_seconds": 0},
)


def document(service, *, later=False, profile="generic-scim"):
    keys = [f"u{number:02}" for number in range(12)]
    users = {
        key: {
            "userPrincipalName": f"{key}@contoso.example",
            "displayName": f"User {key}",
            "givenName": "Una",
            "surname": key,
            "mail": f"{key}@contoso.example",
            "mailNickname": key,
            "jobTitle": "Captain" if later and key < "u04" else "Pilot",
            "department": "Harbour" if later and key < "u02" else "Docks",
            "companyName": "Contoso",
            **({"accountEnabled": False} if later and key > "u08" else {}),
        }
        for key in keys
    }
    groups = {
        "crew": {"displayName": "Crew", "members": keys[2:] if later else keys[:8]},
        "dock": {"displayName": "Docks" if later else "Dock", "members": keys[:3]},
    }
    target = {
        "profile": profile,
        "url": URL,
        "auth": {"bearer": {"env": "APP_TOKEN"}},
        "scope": "all",
        "groups": {"provision": "all"},
        "service": service,
    }
    if profile != "generic-scim":
        target["assignments"] = [{"user": key, "role": "Viewer"} for key in keys]
    return json.dumps({"users": users, "groups": groups, "targets": {"app": target}})


def answering(*, shows):
    """Return a lie: whether the server shows an object after PATCH and PUT, or has no body."""

    def lie(app):
        def answer(environ, start_response):
            status = []

            def note(line, headers, _=None):
                status[:] = [line, headers]

            body = b"".join(app(environ, note))
            if environ["REQUEST_METHOD"] in ("PATCH", "PUT") and status[0].startswith("2"):
                if shows and not body:
                    get = {**environ, "REQUEST_METHOD": "GET", "CONTENT_LENGTH": "0"}
                    get.pop("HTTP_IF_MATCH", None)
                    body = b"".join(app(get, note))
                elif not shows:
                    status[:], body = ["204 No Content", []], b""
            start_response(*status)
            return [body]

        return answer

    return lie


def prices(world):
    """Return by method what is expected at least and at most, and what an apply really sends."""
    plan = accept_guards(world.plan(), frozenset(guard.value for guard in Guard))
    expected = rehearse(plan.targets[0], world.target.service).requests
    world.requests.clear()
    outcomes = world.apply(plan)
    assert {str(item.status) for item in outcomes} <= {"done"}
    return expected, dict(world.requests)


@pytest.mark.parametrize("shows", [True, False], ids=["shown", "silent"])
@pytest.mark.parametrize("service", SERVICES, ids=json.dumps)
def test_as_many_are_sent_as_expected(service, shows):
    check(service, shows=shows, profile="generic-scim")


@pytest.mark.parametrize("shows", [True, False], ids=["shown", "silent"])
@pytest.mark.parametrize("profile", PROFILES)
def test_as_many_are_sent_as_expected_with_the_manners_of_an_app(profile, shows):
    check({}, shows=shows, profile=profile)


def check(service, *, shows, profile):
    texts = [document(service, later=later, profile=profile) for later in (False, True)]
    world = World(texts[0], dressed=True, lie=answering(shows=shows))
    for text in texts:
        world.change(text)
        expected, sent = prices(world)
        wanted = {name: span.least if shows else span.most for name, span in expected.items()}
        assert sent == {name: number for name, number in wanted.items() if number}


def test_in_bulk_no_more_are_sent_than_expected():
    world = World(document({"bulk": {"operations": 5}}), dressed=True)
    plan = world.plan()
    expected = rehearse(plan.targets[0], world.target.service)
    world.requests.clear()
    world.apply(plan)
    assert expected.joined == 5
    assert world.requests["POST"] < expected.requests["POST"].most == 14
