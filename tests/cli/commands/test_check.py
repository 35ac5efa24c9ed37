import json
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server


def test_check_finds_the_embedded_server_in_order(desk):
    desk.type("apply", "--sandbox", "--yes")
    text = desk.type("check", "--sandbox").out
    assert "✓ users        12 users read, proven complete" in text
    assert "✓ filter       userName eq finds a user that is there" in text
    assert "✓ PATCH        supported" in text


def test_check_asks_no_list_of_an_app_that_has_none_for_a_proof(desk):
    desk.document["targets"]["app"]["service"] = {"quirks": ["filter_only"]}
    desk.type("apply", "--sandbox", "--yes")
    text = desk.type("check", "--sandbox").out
    assert "✓ users        not listed by this app: each is asked for" in text
    assert "✓ groups       not listed by this app: each is asked for" in text


def test_check_says_that_an_app_lists_after_all(desk, monkeypatch):
    monkeypatch.setenv("RECONCILER_TEST_TOKEN", "s3cret")

    def two(_, start_response):
        start_response("200 OK", [("Content-Type", "application/scim+json")])
        return [b'{"totalResults": 2, "Resources": [{"id": "1"}, {"id": "2"}]}']

    with make_server("127.0.0.1", 0, two, handler_class=Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        app = desk.document["targets"]["app"]
        app["url"] = f"http://127.0.0.1:{server.server_port}/scim/v2"
        app["service"] = {"quirks": ["filter_only"]}
        told = " ".join(desk.type("check").out.split())
        server.shutdown()
    assert "2 users read" in told
    assert "remove filter_only from the quirks" in told


def test_a_missing_token_names_the_variable(desk, monkeypatch):
    monkeypatch.delenv("RECONCILER_TEST_TOKEN", raising=False)
    told = desk.type("plan", code=1).err
    assert "env:RECONCILER_TEST_TOKEN holds no token" in told
    assert "export RECONCILER_TEST_TOKEN=" in told
    checked = desk.type("check", code=4).out
    assert "export RECONCILER_TEST_TOKEN=" in checked


def test_check_as_json_says_whether_a_target_failed(desk):
    (target,) = json.loads(desk.type("check", "--sandbox", "--format", "json").out)["targets"]
    assert (target["target"], target["failed"]) == ("app", False)


def test_check_names_a_token_that_is_not_accepted(desk, monkeypatch):
    monkeypatch.setenv("RECONCILER_TEST_TOKEN", "s3cret")

    def refuse(_, start_response):
        start_response("401 Unauthorized", [("Content-Type", "application/scim+json")])
        return [b'{"detail": "no"}']

    with make_server("127.0.0.1", 0, refuse, handler_class=Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        desk.document["targets"]["app"]["url"] = f"http://127.0.0.1:{server.server_port}/scim/v2"
        told = desk.type("check", code=4).out
        server.shutdown()
    assert "✗ users" in told
    assert "The token is not accepted" in told
    assert told.endswith("Failed: app.\n")
    assert "s3cret" not in told


def test_check_says_in_words_why_a_list_is_not_proven(desk, monkeypatch):
    monkeypatch.setenv("RECONCILER_TEST_TOKEN", "s3cret")

    def promise(_, start_response):
        start_response("200 OK", [("Content-Type", "application/scim+json")])
        return [b'{"totalResults": 9, "Resources": [{"id": "1", "userName": "ada"}]}']

    with make_server("127.0.0.1", 0, promise, handler_class=Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        desk.document["targets"]["app"]["url"] = f"http://127.0.0.1:{server.server_port}/scim/v2"
        told = " ".join(desk.type("check").out.split())
        server.shutdown()
    assert "1 user read; 1 user in 2 pages, totalResults 9, 1 came twice" in told
    assert "Removals are held until the list is proven complete." in told


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass
