"""A learned profile is read by the gallery, whatever servers answered."""

from datetime import date

from reconciler.gallery.load import load_gallery, profile_data, read_profile
from reconciler.model.probe import Fact, Knob, Part, Probe, Subject, action, filterable, quirk
from reconciler.model.service import Quirk
from reconciler.model.values import Kind
from reconciler.render.probe.profile import write_profile
from tests.scim.probe.tried import target_with

DAY = date(2026, 11, 24)
HOSTILE = "x\n  quirks: [no_put]\u2028\u202e\x1b[31m\x00# {{*&!|>'\"%@`"


def fact(knob, value, *evidence):
    return Fact(Subject.PATCH, "name", "it says", evidence, knob, value)


def written(*facts, profile="generic-scim"):
    """Return the text for *facts*, and the profile that is read from it."""
    target = target_with(load_gallery()[profile])
    probe = Probe("app", "https://app.example", profile, facts, 9, wrote=True)
    text = write_profile(profile_data(profile), target, probe, key="my-app", day=DAY)
    return text, read_profile(text.encode(), file="my-app.yaml")


def test_nothing_learned_is_the_shipped_profile_under_another_name():
    for key, shipped in load_gallery().items():
        text, profile = written(profile=key)

        assert f"Nothing differs from {key}." in text
        assert (profile.key, profile.title) == ("my-app", f"{shipped.title} (probed)")
        assert profile.service == shipped.service
        for kind in Kind:
            assert profile.of(kind).attributes == shipped.of(kind).attributes
            assert profile.of(kind).actions == shipped.of(kind).actions


def test_every_setting_that_was_learned_is_in_it():
    _, profile = written(
        fact(quirk(Quirk.NO_PUT), True),
        fact(filterable("externalId"), False),
        fact(Knob(Part.PAGE_SIZE), 50),
        fact(Knob(Part.MEMBERS_PER_REQUEST), 20),
        fact(Knob(Part.STORES_EXTERNAL_ID, kind=Kind.GROUP), False),
        fact(Knob(Part.STORED, "title", Kind.USER), False),
        fact(action("delete", Kind.USER), False),
    )

    service = profile.service
    assert service.quirks == {Quirk.NO_PUT}
    assert service.filterable == {"userName", "displayName"}
    assert (service.page_size, service.members_per_request) == (50, 20)
    assert service.stores_external_id == {Kind.USER: True, Kind.GROUP: False}
    assert not profile.users.attributes["title"].stored
    assert profile.users.actions == {"create", "update", "disable"}


def test_each_setting_stands_below_its_evidence():
    text, _ = written(fact(quirk(Quirk.NO_PUT), True, "PUT Users/probe-a → 501: no"))

    assert "    # it says; PUT Users/probe-a → 501: no\n    - no_put\n" in text
    assert "#   quirks: no_put: False -> True\n" in text


def test_groups_that_the_profile_does_not_know_are_described():
    _, profile = written(fact(action("create", Kind.GROUP), True), profile="pagerduty")

    assert profile.groups.actions == {"create"}
    assert set(profile.groups.attributes) == {"displayname", "externalid", "members"}


def test_hostile_answers_stay_in_their_comments():
    text, profile = written(
        fact(quirk(Quirk.NO_PATCH), True, HOSTILE), fact(quirk(Quirk.NO_PUT), False, HOSTILE)
    )

    assert profile.service.quirks == {Quirk.NO_PATCH}
    assert all(char.isprintable() or char == "\n" for char in text)
