"""A PUT puts back what a server shows only when asked for it."""

import pytest

from reconciler.model.auth import Bearer, SecretSource
from reconciler.model.path import parse_path
from reconciler.model.plan import Action, AttributeChange, Change
from reconciler.model.resource import Live
from reconciler.model.service import Quirk, Service
from reconciler.model.values import Kind
from reconciler.scim.client import ScimClient
from reconciler.scim.http.auth import open_credentials
from reconciler.scim.http.secret import Secret
from reconciler.scim.http.transport import open_transport
from reconciler.scim.writing.writer import write_change
from tests.patience import patience
from tests.servers.test_smoke_odd import acme
from tests.servers.variants import ACME

LOCKERS = [{"value": "L1", "floor": 2}]


@pytest.mark.parametrize("server", ["scim2-server-acme"], indirect=True)
def test_lockers_that_no_list_shows_are_still_there_after_a_put(server):
    [ada] = server.seed([acme("ada", "CC1", lockers=LOCKERS)])
    service = Service(quirks=frozenset({Quirk.NO_PATCH}))
    transport = open_transport(
        server.base_url,
        credentials=open_credentials(Bearer(SecretSource("env", "T")), Secret(server.token)),
        service=service,
        patience=patience(),
    )
    client = ScimClient(transport, service)
    shown = client.reader.read(Kind.USER, ada["id"])
    assert "lockers" not in shown[ACME]
    title = AttributeChange(parse_path("title"), None, "Engineer")
    live = Live(Kind.USER, ada["id"], shown)
    update = Change(
        "app", Kind.USER, "ada", Action.UPDATE, "ada", "", live=live, attributes=(title,)
    )

    write_change(client, update, {})

    with server.client() as http:
        found = http.get(f"Users/{ada['id']}", params={"attributes": f"title,{ACME}:lockers"})
    assert found.json()["title"] == "Engineer"
    assert found.json()[ACME]["lockers"] == LOCKERS
    transport.close()
