"""The storage keeps the library's contract, and its data outlives the process."""

import pytest
from scim2_server.testing import ScimStorageContract
from scim2_server.utils import load_default_provider
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from reconciler.sandbox.storage import DatabaseStorage


def engine(url="sqlite://"):
    return create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})


class TestDatabaseStorage(ScimStorageContract):
    @pytest.fixture
    def storage(self):
        database = engine()
        yield DatabaseStorage(database, load_default_provider(), "app")
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
