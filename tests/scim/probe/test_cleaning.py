"""What a probe made is gone afterwards, whatever its answers were, and nobody else's is touched."""

import io
import json

import pytest

from reconciler.gallery.load import load_gallery
from reconciler.model.probe import Thing
from reconciler.model.values import Kind
from reconciler.scim.probe.cleaning import clean
from tests.scim.probe.asked import crew, person
from tests.scim.probe.tried import MARK, editor_for, sandbox_of, tried

GENERIC = load_gallery()["generic-scim"]
OTHERS = [person(1), person(2), crew("u001")]
JSON = [("Content-Type", "application/json")]


class Between:
    """Stands before a server; a test says which requests go wrong, and how."""

    def __init__(self, app, wrong):
        self.app = app
        self.wrong = wrong
        self.seen = []

    def __call__(self, environ, start_response):
        what = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO'].removeprefix('/scim/')}"
        self.seen.append(what)
        size = int(environ.get("CONTENT_LENGTH") or 0)
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(size))
        manner = self.wrong(what, self.seen)
        if manner == "refused":
            start_response("403 Forbidden", JSON)
            return [json.dumps({"detail": "not you"}).encode()]
        if manner == "lost":
            list(self.app(environ, lambda *_: None))
            start_response("502 Bad Gateway", [("Content-Type", "text/html")])
            return [b"<html>"]
        if manner == "empty":
            list(self.app(environ, lambda *_: None))
            start_response("201 Created", JSON)
            return [b""]
        return self.app(environ, start_response)


def shown(sandbox):
    return sorted(item["id"] for item in sandbox.show())


@pytest.mark.parametrize("manner", ["lost", "empty"])
@pytest.mark.parametrize("place", [1, 2, 3])
def test_what_was_made_without_a_good_answer_is_found_by_its_name(manner, place):
    def wrong(what, seen):
        posts = [one for one in seen if one.startswith("POST")]
        return manner if what.startswith("POST") and len(posts) == place else None

    with sandbox_of(GENERIC) as sandbox:
        sandbox.load(OTHERS)
        found = tried(Between(sandbox.app, wrong), GENERIC)
        assert shown(sandbox) == ["g1", "u001", "u002"]

    assert found.left == ()
    assert found.noted[-1] == ()


def test_what_cannot_be_looked_for_by_a_filter_is_found_in_the_list():
    with sandbox_of(GENERIC) as sandbox:
        sandbox.load(OTHERS)
        sandbox.load([person(3) | {"id": "ours", "userName": f"Probe-{MARK}-a@x.example"}])

        def wrong(_, seen):
            return "refused" if len(seen) == 1 else None

        with editor_for(Between(sandbox.app, wrong), []) as editor:
            editor.footprints.add(Thing(Kind.USER, f"Probe-{MARK}-a@x.example"))
            assert clean(editor) == ()

        assert shown(sandbox) == ["g1", "u001", "u002"]


def test_what_does_not_bear_the_mark_is_left_alone():
    with sandbox_of(GENERIC) as sandbox:
        sandbox.load(OTHERS)
        with editor_for(sandbox.app, []) as editor:
            editor.footprints.add(Thing(Kind.USER, "somebody", "u001"))
            (left,) = clean(editor)

        assert shown(sandbox) == ["g1", "u001", "u002"]

    assert left.why == "it does not show the mark 0badcafe, so it is not taken for the probe's"
    assert not left.inactive


def test_who_cannot_be_deleted_is_disabled_and_named_with_the_reason():
    def wrong(what, _):
        return "refused" if what.startswith("DELETE") else None

    with sandbox_of(GENERIC) as sandbox:
        found = tried(Between(sandbox.app, wrong), GENERIC)
        users = [item for item in sandbox.show() if "userName" in item]

    assert [user["active"] for user in users] == [False, False]
    assert [(item.thing.kind, item.why, item.inactive) for item in found.left] == [
        (Kind.GROUP, "to delete it was refused (403)", False),
        (Kind.USER, "to delete it was refused (403); it is disabled now", True),
        (Kind.USER, "to delete it was refused (403); it is disabled now", True),
    ]
    assert len(found.noted[-1]) == 3


@pytest.mark.parametrize("place", range(2, 60, 12))
def test_nothing_stays_though_any_one_answer_is_lost(place):
    def wrong(_, seen):
        return "lost" if len(seen) == place else None

    with sandbox_of(GENERIC) as sandbox:
        found = tried(Between(sandbox.app, wrong), GENERIC)
        assert sandbox.show() == []

    assert found.left == ()
