"""Every ledger twice: in a file, and in PostgreSQL."""

import pytest


@pytest.fixture
def file(tmp_path):
    return f"sqlite:///{tmp_path}/deep/ledger.sqlite3"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    return request.getfixturevalue({"sqlite": "file", "postgresql": "postgres"}[request.param])
