"""A list whose cursor expires while it is read is read from the start."""

import time

import pytest

from reconciler.errors import ScimError
from reconciler.model.auth import Bearer, SecretSource
from reconciler.model.service import Service
from reconciler.scim.http.auth import open_credentials
from reconciler.scim.http.secret import Secret
from reconciler.scim.http.transport import open_transport
from reconciler.scim.http.wire import read_list
from reconciler.scim.lists.paging import read_cursor_pages
from tests.patience import patience
from tests.servers.test_smoke_odd import user

PEOPLE = 25
EXPIRES = 2.2
"""Seconds: the server's cursors live for two, by its own clock."""


@pytest.fixture
def reading(server):
    """Return a function that reads all users and waits before the requests with these numbers."""
    transport = open_transport(
        server.base_url,
        credentials=open_credentials(Bearer(SecretSource("env", "T")), Secret(server.token)),
        service=Service(),
        patience=patience(),
    )

    def read(*late):
        def fetch(params):
            if transport.requests in late:
                time.sleep(EXPIRES)
            return read_list("GET Users", transport.send("GET", "Users", params=params).body)

        return read_cursor_pages("users", 10, fetch)

    yield read
    transport.close()


@pytest.mark.parametrize("server", ["scim2-server-cursor-index"], indirect=True)
def test_a_cursor_that_expires_once_costs_a_second_reading(server, reading):
    server.seed([user(f"user{number}") for number in range(PEOPLE)])

    listing = reading(2)

    assert (len(listing.resources), listing.complete) == (PEOPLE, True)


@pytest.mark.parametrize("server", ["scim2-server-cursor-index"], indirect=True)
def test_cursors_that_always_expire_are_an_error(server, reading):
    server.seed([user(f"user{number}") for number in range(PEOPLE)])

    with pytest.raises(ScimError, match="expiredCursor"):
        reading(1, 3)
