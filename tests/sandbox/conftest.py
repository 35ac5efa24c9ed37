"""A sandbox in memory, and an HTTP client that reaches it without a socket."""

import httpx
import pytest

from reconciler.sandbox import open_sandbox

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class App(httpx.Client):
    """One sandbox, and the requests that tests send most."""

    def __init__(self, sandbox, base="/app/scim/v2"):
        self.sandbox = sandbox
        transport = httpx.WSGITransport(app=sandbox.app)
        super().__init__(transport=transport, base_url=f"http://sandbox.localhost{base}")

    def add_user(self, user_name, **values):
        return self.post("/Users", json={"schemas": [USER], "userName": user_name, **values})

    def add_group(self, name, *ids):
        members = [{"value": item} for item in ids]
        body = {"schemas": [GROUP], "displayName": name, "members": members}
        return self.post("/Groups", json=body)

    def change(self, path, *operations):
        return self.patch(path, json={"schemas": [PATCH], "Operations": list(operations)})

    def found(self, path, **query):
        """Return what a search lists, whatever its order."""
        answer = self.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["Resources"]

    def members(self, group_id):
        stored = next(item for item in self.sandbox.show() if item["id"] == group_id)
        return {member["value"] for member in stored.get("members", ())}


@pytest.fixture
def open_app():
    """Open sandboxes in memory, each with an HTTP client."""
    opened = []

    def build(*quirks, **options):
        sandbox = open_sandbox(None, target="app", quirks=frozenset(quirks), **options)
        opened.append(App(sandbox))
        return opened[-1]

    yield build
    for app in opened:
        app.close()
        app.sandbox.close()
