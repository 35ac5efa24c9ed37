"""More of what a client must survive: servers that refuse or half do what they are sent."""

import json
from io import BytesIO

from reconciler.model.outcome import Status
from tests.test_survival import PEOPLE_ONLY, refusing, settled
from tests.world import World

BY_PUT = PEOPLE_ONLY.replace(
    "    scope: all", "    service: {quirks: [no_patch]}\n    scope: all"
).replace('displayName: "[displayName]"', 'displayName: "[displayName]"\n      title: "[jobTitle]"')
ENGINEER = BY_PUT.replace("displayName: Ada}", "displayName: Ada, jobTitle: Engineer}")


def body_of(environ):
    raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = BytesIO(raw)
    return json.loads(raw or b"{}")


def making(change):
    """Return a middleware that makes another body of that of each PUT."""

    def lie(app):
        def lying(environ, start_response):
            if environ["REQUEST_METHOD"] == "PUT":
                raw = json.dumps(change(body_of(environ))).encode()
                environ |= {"wsgi.input": BytesIO(raw), "CONTENT_LENGTH": str(len(raw))}
            return app(environ, start_response)

        return lying

    return lie


def shown(world, name):
    [found] = [item for item in world.sandbox.show() if item["userName"].startswith(name)]
    return found


def test_every_put_says_whether_somebody_is_active():
    sent = []

    def enabling(body):
        sent.append(body.get("active"))
        return {"active": True, **body}

    world = World(ENGINEER, lie=making(enabling))
    settled(world)
    world.change(ENGINEER.replace("Engineer", "Principal"))
    assert settled(world).changes == ()
    world.change(ENGINEER.replace("displayName: Ada,", "displayName: Ada, accountEnabled: false,"))

    assert settled(world).changes == ()
    assert sent == [True, False]
    assert shown(world, "ada")["active"] is False


def test_a_put_that_merges_is_seen_and_not_sent_at_every_run():
    world = World(ENGINEER, lie=making(lambda body: {"title": "Engineer", **body}))
    settled(world)
    world.change(BY_PUT)
    [outcome] = world.apply(world.plan())
    assert outcome.detail == "not taken by this server: title"

    [target] = world.plan().targets
    assert target.changes == ()
    assert [(item.path, item.kept) for item in target.rewritten] == [("title", '"Engineer"')]


def test_who_has_a_refused_attribute_is_named_and_keeps_nobody_else_out():
    def has_a_title(environ):
        return environ["REQUEST_METHOD"] == "POST" and "title" in body_of(environ)

    refusal = b'{"detail": "title is not a known attribute", "scimType": "invalidValue"}'
    by_patch = ENGINEER.replace("    service: {quirks: [no_patch]}\n", "")
    world = World(by_patch, lie=refusing("400 Bad Request", refusal, has_a_title))

    outcomes = {item.id: item for item in world.apply(world.plan())}

    assert outcomes["app/user/bob"].status is Status.DONE
    assert outcomes["app/user/ada"].status is Status.FAILED
    assert "title is not a known attribute" in outcomes["app/user/ada"].detail
    world.change(by_patch.replace('\n      title: "[jobTitle]"', ""))
    assert settled(world).changes == ()
    assert len(world.sandbox.show()) == 2
