"""The storage keeps the library's contract, and its data outlives the process."""

from contextlib import contextmanager

import pytest
from scim2_server.testing import ScimStorageContract
from scim2_server.utils import load_default_provider
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from reconciler.sandbox import open_sandbox
from reconciler.sandbox.provider import build_provider
from reconciler.sandbox.quirks import Manners
from reconciler.sandbox.storage import DatabaseStorage
from tests.sandbox.conftest import USER, App


def engine(url="sqlite://"):
    return create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})


@contextmanager
def selects():
    """Collect the queries that any database is sent while the block runs."""
    sent = []

    def note(*given):
        sent.extend([given[2]] if given[2].startswith("SELECT") else [])

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


class TestDatabaseStorage(ScimStorageContract):
    @pytest.fixture
    def provider(self):
        return build_provider(Manners())

    @pytest.fixture
    def storage(self, provider):
        database = engine()
        yield DatabaseStorage(database, provider, "app")
        database.dispose()


def test_resources_and_versions_outlive_the_process(tmp_path):
    provider = load_default_provider()
    kind = next(item for item in provider.resource_types if item.id == "User")
    url = f"sqlite:///{tmp_path}/data.db"
    first = engine(url)
    storage = DatabaseStorage(first, provider, "app")
    user = storage.create(kind, provider.model_for(kind)(user_name="ada"))
    first.dispose()

    second = engine(url)
    storage = DatabaseStorage(second, provider, "app")
    again = storage.get(kind, user.id)
    assert again.user_name == "ada"
    assert storage.update(kind, again).meta.version != user.meta.version
    assert DatabaseStorage(second, provider, "other").dump() == []
    second.dispose()


@pytest.fixture(scope="module")
def crowd():
    """10,000 users in a sandbox, which tests only read."""
    users = [{"schemas": [USER], "id": f"u{n:05}", "userName": f"u{n}"} for n in range(10_000)]
    with open_sandbox(None, target="app") as sandbox, App(sandbox) as app:
        sandbox.load(users)
        yield app


def test_10_000_users_are_listed_with_two_queries_a_page(crowd):
    seen = set()
    with selects() as sent:
        for start in range(1, 10_001, 1_000):
            page = crowd.get("/Users", params={"startIndex": start, "count": 1_000}).json()
            seen |= {item["userName"] for item in page["Resources"]}
            assert page["totalResults"] == 10_000
    assert seen == {f"u{n}" for n in range(10_000)}
    assert len(sent) == 20


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('userName eq "U77"', ["u77"]),
        ('UserName EQ "u77"', ["u77"]),
        ('id eq "u00077"', ["u77"]),
        ('id eq "U00077"', []),
        ('externalId eq "u77"', []),
        ('groups.value eq "none"', []),
    ],
)
def test_an_equality_reads_only_what_it_finds(crowd, text, names):
    with selects() as sent:
        found = crowd.found("/Users", filter=text)
    assert [item["userName"] for item in found] == names
    assert len(sent) == 2
    assert all("LIMIT" in query or "count(" in query for query in sent)
