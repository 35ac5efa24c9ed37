"""Pedantic about the data: a profile is read by people and trusted with accounts."""

import json
import re
from datetime import date
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator

from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.errors import InputError
from reconciler.gallery.load import load_gallery, read_profile
from reconciler.gallery.page import render_gallery_page
from reconciler.gallery.schema import (
    KindDocument,
    ProfileDocument,
    ServiceDocument,
    profile_schema,
)
from reconciler.model.meaning import MEANINGS
from reconciler.model.service import Quirk
from reconciler.model.target import OWN_ATTRIBUTES
from reconciler.model.values import Kind
from reconciler.sandbox.quirks import QUIRKS
from reconciler.yamldoc import read_yaml

GALLERY = load_gallery()
PROFILES = Path(str(files("reconciler.gallery"))) / "profiles"
ROOT = Path(__file__).parents[2]
REVIEWED = date(2026, 11, 30)
"""When the whole gallery was last gone through: every claim must have been read in the year before.

Move it only after reading the sources of every profile again.
"""
DISABLE = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'


def test_the_file_is_named_like_its_key():
    assert {path.stem for path in PROFILES.glob("*.yaml")} == set(GALLERY)


@pytest.mark.parametrize("key", GALLERY)
def test_the_keys_stand_in_the_order_of_the_schema(key):
    data = written(key)
    for form, part in (
        (ProfileDocument, data),
        (ServiceDocument, data.get("service", {})),
        (KindDocument, data["users"]),
        (KindDocument, data.get("groups", {})),
    ):
        assert list(part) == [name for name in form.model_fields if name in part]


@pytest.mark.parametrize("key", GALLERY)
def test_editors_find_the_schema_and_nothing_to_complain_about(key):
    first = (PROFILES / f"{key}.yaml").read_bytes().splitlines()[0]
    assert first == b"# yaml-language-server: $schema=../profile.schema.json"
    assert list(Draft202012Validator(profile_schema()).iter_errors(written(key))) == []


@pytest.mark.parametrize("key", GALLERY)
def test_no_attribute_and_no_note_is_said_twice(key):
    data = written(key)
    groups = data.get("groups", {}).get("attributes", [])
    for found in (data["users"]["attributes"], groups, data["notes"]):
        assert len(found) == len({item.casefold() for item in found})


@pytest.mark.parametrize("profile", GALLERY.values(), ids=GALLERY)
def test_every_claim_can_be_checked_and_was_within_the_year(profile):
    assert all(link.startswith("https://") for link in profile.docs)
    assert 0 <= (REVIEWED - profile.verified).days <= 365


@pytest.mark.parametrize("profile", GALLERY.values(), ids=GALLERY)
def test_users_and_groups_are_found_by_one_attribute_that_the_app_can_look_up(profile):
    for kind in (kind for kind in Kind if profile.of(kind).supported):
        matching = [item for item in profile.of(kind).mapping if item.match]
        assert [item.match for item in matching] == [1]
        assert str(matching[0].definition.path) in profile.service.filterable


@pytest.mark.parametrize("profile", GALLERY.values(), ids=GALLERY)
def test_disabling_is_mapped_as_entra_does_it_where_the_app_can(profile):
    texts = {str(item.definition.path): item.expression.text for item in profile.users.mapping}
    assert texts.get("active") == (DISABLE if "disable" in profile.users.actions else None)


@pytest.mark.parametrize("profile", GALLERY.values(), ids=GALLERY)
def test_what_the_app_requires_is_mapped_or_always_sent(profile):
    for kind in Kind:
        known = profile.of(kind)
        required = {key for key, item in known.attributes.items() if item.required}
        mapped = {item.definition.path.identity for item in known.mapping}
        assert required <= mapped | set(OWN_ATTRIBUTES)


@pytest.mark.parametrize("profile", GALLERY.values(), ids=GALLERY)
def test_actions_make_sense(profile):
    users, groups = profile.users.actions, profile.groups.actions
    assert "create" in users
    assert users & {"disable", "delete"}
    assert "disable" not in groups
    assert bool(groups) == profile.groups.supported
    if Quirk.DEACTIVATION_DELETES in profile.service.quirks:
        assert profile.delete_is_irreversible


@pytest.mark.parametrize("profile", GALLERY.values(), ids=GALLERY)
def test_members_are_mapped_where_there_are_groups(profile):
    mapped = {item.definition.path.identity for item in profile.groups.mapping}
    assert ("members" in mapped) == profile.groups.supported


@pytest.mark.parametrize("profile", GALLERY.values(), ids=GALLERY)
def test_people_learn_where_to_begin(profile):
    assert profile.title[0].isupper() or profile.title[0].isdigit()
    assert profile.url_hint.endswith(".")
    assert all(note.endswith(".") for note in profile.notes)
    assert profile.url is None or profile.url.startswith("https://")
    assert all(host == host.lower() and "/" not in host for host in profile.hosts)


def test_no_host_and_no_title_is_claimed_twice():
    hosts = [host for profile in GALLERY.values() for host in profile.hosts]
    titles = [profile.title for profile in GALLERY.values()]
    assert len(hosts) == len(set(hosts))
    assert len(titles) == len(set(titles))


def test_the_base_url_lies_at_one_of_the_hosts():
    for profile in GALLERY.values():
        host = urlsplit(profile.url or "").hostname
        assert host is None or host.endswith(profile.hosts), profile.key


@pytest.mark.parametrize("profile", GALLERY.values(), ids=GALLERY)
def test_only_managers_and_members_are_references(profile):
    """A reference is resolved to an object of the directory; a URL such as profileUrl is none."""
    found = [*profile.users.attributes.values(), *profile.groups.attributes.values()]
    references = {item.path.name for item in found if item.type == "reference"}
    assert references <= {"manager", "members"}
    assert all(item.case_exact for item in found if item.type == "reference")


def test_every_quirk_is_a_word_of_the_sandbox_too():
    assert set(QUIRKS) == {quirk.value for quirk in Quirk}


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md"])
def test_the_number_of_apps_is_that_of_the_gallery(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    apps = sorted(
        (item.title for key, item in GALLERY.items() if key != "generic-scim"), key=str.lower
    )
    assert re.findall(r"(\d+) apps", text) == [str(len(apps))]
    assert f"from {apps[0]} to {apps[-1].split()[0]}" in text


def test_every_quirk_is_worn_by_an_app_or_by_a_server_that_the_tests_run_against():
    worn = {quirk for profile in GALLERY.values() for quirk in profile.service.quirks}
    servers = {
        Quirk.FILTER_ONLY,  # Snowflake before its bundle 2026_03
        Quirk.NO_PUT,  # the embedded server; no app is known to lack PUT altogether
        Quirk.MEMBERS_BY_GROUP,  # the embedded server; where no profile says it, it is found out
        Quirk.MEMBERS_BY_USERS,  # the embedded server
        Quirk.COUNTS_FROM_ZERO,  # SimpleIdServer
        Quirk.REMOVE_MEMBERS_BY_VALUE,  # django-scim2
        Quirk.MEMBERS_IGNORED_ON_CREATE,  # django-scim2
        # The embedded server wears these; seen on servers that are not to be named.
        Quirk.PASCAL_CASE_OPS,
        Quirk.PATHLESS_PATCH,
        Quirk.NO_SUB_ATTRIBUTE_PATHS,
        Quirk.ONE_OPERATION_EACH,
        Quirk.REPLACE_MEMBERS,
    }
    assert worn | servers == set(Quirk)
    assert set(MEANINGS) == set(Quirk)


def test_envoy_says_what_microsoft_documents():
    envoy = GALLERY["envoy"]
    assert envoy.url == "https://app.envoy.com/scim/v2"
    assert "department" in envoy.users.attributes
    assert len(envoy.users.attributes) == 20
    assert set(envoy.groups.attributes) == {"displayname", "externalid", "members"}


def test_aws_lists_by_cursor_and_hides_members():
    aws = GALLERY["aws-iam-identity-center"]
    assert aws.service.quirks == {
        Quirk.CURSOR_PAGING,
        Quirk.MEMBERS_BY_USER_FILTER,
        Quirk.ONE_VALUE_EACH,
    }
    assert aws.service.members_per_request == 100
    assert aws.users.attributes["displayname"].required
    assert {key for key, item in aws.users.attributes.items() if item.never_null} == {
        "active",
        "username",
    }
    assert aws.delete_is_irreversible


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


ACME = """\
key: acme
title: Acme Doors
docs: [https://acme.example/scim]
sources: restated
verified: 2026-11-01
url_hint: Settings.
users:
  actions: [create]
  attributes:
    - userName
    - title
  own_attributes:
    floor: {}
  mapping:
    userName: {expression: "[mail]", match: 1}
    title: "[jobTitle]"
"""


def test_the_example_of_the_page_is_a_target():
    page = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)[1].replace("NAME", "slack")
    desired, problems = load_desired([SourceFile("page.yaml", example.encode())], GALLERY)
    assert [item.rule for item in problems] == ["nobody-assigned"]
    chat = desired.targets["chat"]
    assert chat.users.attributes["username"].max_length == 80
    assert chat.users.attributes["displayname"].immutable
    assert chat.service.quirks == {Quirk.NO_PATCH, Quirk.DELETE_DEACTIVATES}


def test_the_page_says_only_what_is_not_as_usual():
    plain = render_gallery_page({"acme": read_profile(ACME.encode(), file="acme.yaml")})
    assert "| [Acme Doors](#acme-doors) | `acme` | create | – |  | restated 2026-11-01 |" in plain
    assert "in a page" not in plain
    knobs = "service: {page_size: 50, members_per_request: 9, filterable: [userName]}\nusers:"
    source = ACME.replace("users:", knobs, 1)
    source = source.replace("  mapping:", "  stores_external_id: false\n  mapping:")
    page = render_gallery_page({"acme": read_profile(source.encode(), file="acme.yaml")})
    for line in (
        "- 50 objects in a page.",
        "- 9 members in a request.",
        "- Found by `userName` only.",
        "- The app keeps no externalId of users: they are known by the matching value.",
    ):
        assert line in page.splitlines()


def test_the_page_names_apart_what_the_app_takes_and_what_it_does_not_keep():
    source = ACME.replace("floor: {}", "floor: {max_length: 2}\n    active: {stored: false}")
    page = render_gallery_page({"acme": read_profile(source.encode(), file="acme.yaml")})
    assert "Also taken: `floor` (at most 2 characters).\n" in page
    assert "Not kept by the app: `active`.\n" in page


def test_a_short_profile_is_a_profile():
    acme = read_profile(ACME.encode(), file="acme.yaml")
    assert list(acme.users.attributes) == ["username", "title", "floor"]
    assert not acme.groups.supported


def test_a_pipe_in_an_expression_does_not_end_the_cell_of_the_page():
    source = ACME.replace('"[jobTitle]"', "'Append([jobTitle], \"|\")'").encode()
    page = render_gallery_page({"acme": read_profile(source, file="acme.yaml")})
    assert '| `title` | `Append([jobTitle], "\\|")` |  |' in page


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("url_hint:", "urlhint:", "gallery/acme.yaml:1: url_hint: Field required"),
        ("verified:", "limit: 3\nverified:", "gallery/acme.yaml:5: limit: Extra inputs are not"),
        ("[create]", "[creates]", "gallery/acme.yaml:8: users.actions.0: Input should be"),
        ("key: acme", "key: other", "gallery/acme.yaml:1: the file of 'other' must be named"),
        ("key: acme", "key: acme\nkey: acme", "gallery/acme.yaml:2: "),
        ("- userName", "- nonsense", "gallery/acme.yaml:10: nonsense is not in core.yaml"),
        ("- userName", "- emails[", "gallery/acme.yaml:10: 'emails[' is not an attribute path"),
        ("floor: {}", "a b: {}", "gallery/acme.yaml:13: 'a b' is not an attribute path"),
        ("    title:", "    nickName:", "gallery/acme.yaml:16: nickName is not among the attrib"),
        ("    title:", "    a b:", "gallery/acme.yaml:16: 'a b' is not an attribute path"),
        ('"[jobTitle]"', '"[jobTitle"', "gallery/acme.yaml:16: "),
        (
            '"[jobTitle]"',
            '{expression: "[mail]", constant: b}',
            "gallery/acme.yaml:16: users.mapping.title: has both an expression and a constant",
        ),
    ],
)
def test_a_mistake_in_a_profile_names_its_line(old, new, says):
    assert ACME.count(old) == 1
    with pytest.raises(InputError) as caught:
        read_profile(ACME.replace(old, new).encode(), file="acme.yaml")
    assert caught.value.message.startswith(says)


def written(key):
    """Return the plain data of a profile."""
    document, problems = read_yaml((PROFILES / f"{key}.yaml").read_bytes(), file=key)
    assert problems == ()
    return document.data
