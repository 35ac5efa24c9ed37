"""JSON as text: what the standard library gives, and no command for a runner of jobs."""

import json

from hypothesis import given
from hypothesis import strategies as st

from reconciler.render.jsontext import json_text

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
KEYS = st.text() | st.integers() | st.booleans() | st.none()
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(KEYS, inner)
)


@given(DOCUMENTS, st.sampled_from([None, 0, 2]))
def test_it_is_what_the_standard_library_gives(document, indent):
    expected = json.dumps(document, indent=indent)
    if "#" not in expected:
        assert json_text(document, indent=indent) == expected + "\n"


def test_a_command_reads_the_same_and_commands_nothing():
    text = json_text({"##[add-mask]": ["##vso[task]"]})

    assert "#[" not in text
    assert "vso[" not in text
    assert json.loads(text) == {"##[add-mask]": ["##vso[task]"]}
