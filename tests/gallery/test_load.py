"""Pedantic about the data: a profile is read by people and trusted with accounts."""

import json
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from reconciler.gallery.load import load_gallery
from reconciler.gallery.page import render_gallery_page
from reconciler.gallery.schema import ProfileDocument, profile_schema
from reconciler.model.target import Quirk
from reconciler.model.values import Kind
from reconciler.sandbox.quirks import QUIRKS
from reconciler.yamldoc import read_yaml

GALLERY = load_gallery()
PROFILES = Path(str(files("reconciler.gallery"))) / "profiles"
ROOT = Path(__file__).parents[2]
DISABLE = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'


def test_the_file_is_named_like_its_key():
    assert {path.stem for path in PROFILES.glob("*.yaml")} == set(GALLERY)


@pytest.mark.parametrize("key", GALLERY)
def test_the_keys_stand_in_the_order_of_the_schema(key):
    source = (PROFILES / f"{key}.yaml").read_bytes()
    document, problems = read_yaml(source, file=key)
    assert problems == ()
    order = [name for name in ProfileDocument.model_fields if name in document.data]
    assert list(document.data) == order
    assert source.startswith(b"# yaml-language-server: $schema=../profile.schema.json\n")


@pytest.mark.parametrize("profile", GALLERY.values(), ids=GALLERY)
def test_every_claim_can_be_checked(profile):
    assert all(link.startswith("https://") for link in profile.docs)
    assert date(2026, 1, 1) <= profile.verified <= datetime.now(UTC).date()


@pytest.mark.parametrize("profile", GALLERY.values(), ids=GALLERY)
def test_users_match_on_user_name_and_groups_on_display_name(profile):
    for kind, name in ((Kind.USER, "userName"), (Kind.GROUP, "displayName")):
        matching = [item for item in profile.of(kind).mapping if item.match]
        assert [(str(item.definition.path), item.match) for item in matching] == [(name, 1)]


@pytest.mark.parametrize("profile", GALLERY.values(), ids=GALLERY)
def test_disabling_is_mapped_as_entra_does_it(profile):
    texts = {str(item.definition.path): item.expression.text for item in profile.users.mapping}
    assert texts["active"] == DISABLE


@pytest.mark.parametrize("profile", GALLERY.values(), ids=GALLERY)
def test_what_the_app_requires_is_mapped(profile):
    for kind in Kind:
        known = profile.of(kind)
        required = {key for key, item in known.attributes.items() if item.required}
        assert required <= {item.definition.path.identity for item in known.mapping}


def test_every_quirk_is_a_word_of_the_sandbox_too():
    assert set(QUIRKS) == {quirk.value for quirk in Quirk}


def test_envoy_says_what_microsoft_documents():
    envoy = GALLERY["envoy"]
    assert envoy.url == "https://app.envoy.com/scim/v2"
    assert "department" in envoy.users.attributes
    assert len(envoy.users.attributes) == 20
    assert set(envoy.groups.attributes) == {"displayname", "externalid", "members"}


def test_aws_lists_by_cursor_and_hides_members():
    aws = GALLERY["aws-iam-identity-center"]
    assert aws.service.quirks == {Quirk.CURSOR_PAGING, Quirk.MEMBERS_BY_USER_FILTER}
    assert aws.service.members_per_request == 100
    assert aws.users.attributes["displayname"].required


def test_the_schema_for_editors_is_current(request):
    file = PROFILES.parent / "profile.schema.json"
    if request.config.getoption("--update-golden"):
        file.write_text(json.dumps(profile_schema(), indent=2) + "\n", encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8")) == profile_schema()


def test_the_page_is_current(request):
    page, expected = ROOT / "docs" / "gallery.md", render_gallery_page(GALLERY)
    if request.config.getoption("--update-golden"):
        page.write_text(expected, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == expected
