from dataclasses import dataclass
from datetime import date

from reconciler.model.mapping import Apply, AttributeDefinition, AttributeMapping
from reconciler.model.path import parse_path
from reconciler.model.problem import Position
from reconciler.model.service import Quirk, Service
from reconciler.model.target import KindProfile, Profile
from reconciler.render.gallery import render_gallery, render_profile


@dataclass
class Written:
    text: str
    reads: frozenset = frozenset()


def mapping(path, expression=None, **options):
    definition = AttributeDefinition(parse_path(path))
    written = Written(expression) if expression else None
    return AttributeMapping(definition, written, Position("acme.yaml", 1), **options)


ACME = Profile(
    key="acme",
    title="Acme Doors",
    docs=("https://docs.acme.example/scim",),
    verified=date(2026, 8, 1),
    url=None,
    url_hint="Settings, then Provisioning.",
    notes=("A visitor is no user.",),
    service=Service(page_size=50, quirks=frozenset({Quirk.NO_PATCH})),
    users=KindProfile(
        supported=True,
        attributes={"title": AttributeDefinition(parse_path("title"))},
        mapping=(
            mapping("userName", "[userPrincipalName]", match=1),
            mapping("name.givenName", "[givenName]", default="Unknown"),
            mapping("nickName", "[givenName]", apply=Apply.CREATE),
        ),
        actions=frozenset({"update", "create"}),
    ),
    groups=KindProfile(supported=False, attributes={}, mapping=(), actions=frozenset()),
    delete_is_irreversible=True,
)


def test_the_gallery_is_one_line_for_each_app():
    assert render_gallery((ACME,), width=60) == (
        "acme  Acme Doors                 sources restated 2026-08-01\n"
    )


def test_a_profile_shows_everything_that_is_known():
    assert render_profile(ACME) == (
        "Acme Doors  (profile acme)\n"
        "  Settings, then Provisioning.\n"
        "  · A visitor is no user.\n"
        "\n"
        "Users: create, update\n"
        "  userName        [userPrincipalName] (match 1)\n"
        '  name.givenName  [givenName] default "Unknown"\n'
        "  nickName        [givenName] (only on create)\n"
        "  also: title\n"
        "\n"
        "Groups: not supported\n"
        "\n"
        "Server\n"
        "  page size           50\n"
        "  members at a time   100\n"
        "  filters             displayName, externalId, userName\n"
        "  · PATCH is missing: an object is read, changed and sent whole. (no_patch)\n"
        "  deletes             cannot be undone\n"
        "\n"
        "Sources, not read by us: written from what others restated of them, 2026-08-01\n"
        "  https://docs.acme.example/scim\n"
    )
