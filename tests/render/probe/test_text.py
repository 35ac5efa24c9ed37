from dataclasses import replace

import pytest

from reconciler.gallery.load import load_gallery
from reconciler.model.probe import (
    Fact,
    Knob,
    Leftover,
    Part,
    Probe,
    Subject,
    Thing,
    filterable,
    quirk,
)
from reconciler.model.problem import Position
from reconciler.model.service import Quirk
from reconciler.model.target import KindRules, Target
from reconciler.model.values import Kind
from reconciler.render.probe.settings import overrides
from reconciler.render.probe.text import render_probe

URL = "https://app.example/scim/v2"
RULES = KindRules((), {}, frozenset())
PROFILE = load_gallery()["generic-scim"]
TARGET = Target(
    "app", Position("app.yaml", 1), PROFILE, URL, None, PROFILE.service, users=RULES, groups=RULES
)
NO_PATCH = Fact(
    Subject.PATCH,
    "PATCH",
    "refused (501)",
    ("PATCH Users/A → 501: no\x1b[2J",),
    quirk(Quirk.NO_PATCH),
    value=True,
)
FACTS = (
    Fact(Subject.PAGING, "page size", "all 3 come", (), Knob(Part.PAGE_SIZE)),
    Fact(Subject.FILTERS, "userName", "works", ("GET …",), filterable("userName"), value=True),
    Fact(Subject.READING, "sortBy", "ignored"),
    NO_PATCH,
)


def probe(*facts, **more):
    return Probe("app", URL, "generic-scim", facts, 12, **more)


def test_facts_stand_under_their_subject_with_sign_and_evidence():
    assert render_probe(((TARGET, probe(*FACTS)),)) == (
        "app  https://app.example/scim/v2  (profile generic-scim)\n"
        "\n"
        "  Paging\n"
        "  ○ page size  all 3 come\n"
        "\n"
        "  Filters\n"
        "  ✓ userName  works\n"
        "        GET …\n"
        "\n"
        "  Reading\n"
        "  · sortBy  ignored\n"
        "\n"
        "  Patch\n"
        "  ! PATCH  refused (501) (known: quirks: no_patch no)\n"
        "        PATCH Users/A → 501: no\\x1b[2J\n"
        "\n"
        "1 difference from what is known of it (12 requests):\n"
        "  quirks: no_patch  no → yes\n"
        "\n"
        "To go by what was learned, say under the target:\n"
        "\n"
        "    targets:\n"
        "      app:\n"
        "        service:\n"
        "          quirks:\n"
        "            - no_patch\n"
    )


def test_what_was_left_behind_is_named_with_its_id():
    left = Leftover(Thing(Kind.USER, "probe\x07@x.example", "7"), "refused (403)")

    text = render_probe(((TARGET, probe(wrote=True, leftovers=(left,))),))

    assert "  ✗ user probe\\x07@x.example, Users/7: refused (403)\n" in text
    assert "Remove them in the app" in text


SETTINGS = {
    "page-size": (Knob(Part.PAGE_SIZE), 20, {"service": {"page_size": 20}}),
    "filter": (
        filterable("externalId"),
        False,
        {"service": {"filterable": ["displayName", "userName"]}},
    ),
    "external-id": (
        Knob(Part.STORES_EXTERNAL_ID, kind=Kind.GROUP),
        False,
        {"service": {"stores_external_id": {"group": False}}},
    ),
    "stored": (
        Knob(Part.STORED, "title", Kind.USER),
        False,
        {"users": {"attributes": {"title": {"stored": False}}}},
    ),
    "action": (Knob(Part.ACTIONS, "delete", Kind.USER), False, {}),
    "agreement": (filterable("userName"), True, {}),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_only_what_differs_is_to_be_written(name):
    knob, value, written = SETTINGS[name]

    assert overrides(TARGET, (Fact(Subject.PUT, "x", "y", (), knob, value),)) == written


def test_lists_are_written_whole_for_they_replace_those_of_the_profile():
    worn = replace(TARGET.service, quirks=frozenset({Quirk.NO_PUT}))

    said = overrides(replace(TARGET, service=worn), (NO_PATCH,))

    assert said == {"service": {"quirks": ["no_patch", "no_put"]}}


def test_the_last_fact_counts_for_what_was_tried_comes_after_what_was_announced():
    announced = replace(NO_PATCH, subject=Subject.DISCOVERY, value=False)

    assert overrides(TARGET, (announced, NO_PATCH))["service"] == {"quirks": ["no_patch"]}
    assert overrides(TARGET, (NO_PATCH, announced)) == {}
