import json

import pytest

from tests.entra.exports import CASES


@pytest.fixture
def sample():
    """The reference's sample, as data that may be changed."""
    return json.loads((CASES / "reference-sample" / "schema.json").read_text(encoding="utf-8"))
