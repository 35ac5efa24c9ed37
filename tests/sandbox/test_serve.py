"""Sandboxes over HTTP, on a free port of this machine."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from reconciler.sandbox import serving

HOST = "127.0.0.1"


def test_each_target_has_its_own_prefix(open_app):
    one, two = open_app(), open_app()
    with serving({"one": one.sandbox.app, "two": two.sandbox.app}, host=HOST) as port:
        base = f"http://{HOST}:{port}"
        body = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada"}
        made = httpx.post(f"{base}/one/scim/v2/Users", json=body)
        assert made.headers["Location"] == f"{base}/one/scim/v2/Users/{made.json()['id']}"
        assert httpx.get(f"{base}/two/scim/v2/Users").json()["totalResults"] == 0
        unknown = httpx.get(f"{base}/three/scim/v2/Users")
        assert (unknown.status_code, unknown.text) == (404, "Known are: one, two\n")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{base}/one/scim/v2/Users")


def test_many_connections_at_once_are_answered(open_app):
    with serving({"app": open_app().sandbox.app}, host=HOST) as port:
        url = f"http://{HOST}:{port}/app/scim/v2/Users"
        with ThreadPoolExecutor(16) as threads:
            answers = list(threads.map(lambda _: httpx.get(url).status_code, range(48)))
    assert answers == [200] * 48


def test_where_a_token_is_set_only_its_bearer_is_let_in(open_app):
    with serving({"app": open_app().sandbox.app}, host=HOST, token="let-me-in") as port:
        url = f"http://{HOST}:{port}/app/scim/v2/Users"
        refused = httpx.get(url)
        assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (
            401,
            'Bearer realm="sandbox"',
        )
        for wrong in ("Bearer let-me", "Basic let-me-in", "let-me-in"):
            assert httpx.get(url, headers={"Authorization": wrong}).status_code == 401
        right = {"Authorization": "Bearer let-me-in"}
        assert httpx.get(url, headers=right).status_code == 200
