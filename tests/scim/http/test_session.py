"""What a server sets in cookies is sent again, and only that."""

from reconciler.model.service import Service
from reconciler.scim.http.session import open_session


def served(*cookies):
    """Return a session with a server that sets one of *cookies* at each answer, and what it saw."""
    seen, left = [], list(cookies)

    def app(environ, start_response):
        seen.append(environ.get("HTTP_COOKIE"))
        cookie = left.pop(0) if left else None
        start_response("200 OK", [("Set-Cookie", cookie)] if cookie else [])
        return [b"{}"]

    return open_session(Service(), app), seen


def ask(session, times):
    for _ in range(times):
        session.get("https://app.example/scim/v2/Users")


def test_a_server_that_sets_nothing_gets_nothing():
    session, seen = served()
    ask(session, 2)
    assert seen == [None, None]


def test_a_load_balancer_finds_the_machine_again_that_took_our_write():
    session, seen = served("machine=7; Path=/", None, "machine=8; Path=/")
    ask(session, 4)
    assert seen == [None, "machine=7", "machine=7", "machine=8"]


def test_what_is_put_in_by_hand_is_sent_too():
    session, seen = served("machine=7; Path=/")
    session.cookies = {"stage": "test"}
    ask(session, 2)
    assert seen[0] == "stage=test"
    assert sorted(seen[1].split("; ")) == ["machine=7", "stage=test"]
