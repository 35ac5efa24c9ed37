"""What writing tells of a server, in the manners of every profile; and that nothing stays."""

from dataclasses import replace

import pytest

from reconciler.gallery.load import load_gallery
from reconciler.model.learning import differences, learned, lessons
from reconciler.model.probe import Part
from reconciler.model.service import Quirk, Service
from reconciler.model.values import Kind
from tests.scim.probe.tried import sandbox_of, tried

GALLERY = load_gallery()
GENERIC = GALLERY["generic-scim"]
NOT_SIMULATED = {("contentful", "users.stored: active"), ("contentful", "users.actions: disable")}
"""The embedded server keeps every attribute."""
NOT_TOLD = {Quirk.FILTER_ONLY, Quirk.HIDES_INACTIVE, Quirk.MEMBERS_BY_USERS}
"""What no probe tells: lists that leave somebody out look as if nobody were missing."""


@pytest.mark.parametrize("key", GALLERY)
def test_what_a_server_in_a_profiles_manners_teaches_is_the_profile(key):
    profile = GALLERY[key]
    with sandbox_of(profile) as sandbox:
        found = tried(sandbox.app, profile)
        left = sandbox.show()

    wrong = {str(item.knob) for item in differences(found.facts, profile.service, profile)}
    assert {(key, name) for name in wrong} <= NOT_SIMULATED
    assert not any(fact.failed for fact in found.facts)
    assert all(item.inactive for item in found.left)
    assert [user.get("active") for user in left] == [False] * len(left)
    assert len(left) == len(found.left)


@pytest.mark.parametrize("key", GALLERY)
def test_quirks_are_learned_whatever_was_believed_before(key):
    profile = GALLERY[key]
    with sandbox_of(profile) as sandbox:
        facts = tried(sandbox.app, profile).facts

    told = {knob.name for knob in lessons(facts) if knob.part is Part.QUIRKS}
    for believed in (frozenset(), frozenset(Quirk)):
        service = learned(Service(quirks=believed), facts)
        assert service.quirks & told == profile.service.quirks & told
    assert profile.service.quirks - NOT_TOLD <= told


@pytest.mark.parametrize("quirk", sorted(set(Quirk) - NOT_TOLD))
def test_each_quirk_is_told_from_its_absence(quirk):
    service = replace(GENERIC.service, quirks=frozenset([quirk]))
    with sandbox_of(replace(GENERIC, service=service)) as sandbox:
        found = tried(sandbox.app, GENERIC)

    implied = {Quirk.NO_VALUE_FILTER_PATHS} if quirk is Quirk.NO_SUB_ATTRIBUTE_PATHS else set()
    assert learned(Service(), found.facts).quirks == {quirk} | implied


def test_an_external_id_that_is_dropped_is_not_stored():
    service = replace(GENERIC.service, stores_external_id=dict.fromkeys(Kind, False))
    with sandbox_of(replace(GENERIC, service=service)) as sandbox:
        facts = tried(sandbox.app, GENERIC).facts

    assert learned(Service(), facts).stores_external_id == dict.fromkeys(Kind, False)


def test_members_are_counted_to_the_size_that_is_still_taken():
    service = replace(GENERIC.service, members_per_request=30)
    with sandbox_of(replace(GENERIC, service=service)) as sandbox:
        facts = tried(sandbox.app, GENERIC).facts

    assert learned(Service(), facts).members_per_request == 20


def test_every_name_is_noted_before_it_is_sent_and_the_last_note_is_empty():
    with sandbox_of(GENERIC) as sandbox:
        noted = tried(sandbox.app, GENERIC).noted

    first = noted[0][0]
    assert (first.kind, first.live_id) == (Kind.USER, None)
    assert first.name == "Probe-0badcafe-a@probe.invalid"
    assert noted[-1] == ()
