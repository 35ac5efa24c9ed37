import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.entra.read import DEEPEST, LARGEST, read_export
from reconciler.errors import InputError

EMPTY = b'{"synchronizationRules": []}'


def refused(source, **more):
    with pytest.raises(InputError) as caught:
        read_export(source, file="schema.json", **more)
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"", "schema.json is not JSON: Expecting value at line 1, column 1"),
        (b'{"a": 1,}', "schema.json is not JSON: Expecting property name enclosed"),
        (b"[]", "schema.json is no synchronization schema: it is no JSON object"),
        (b"{}", "schema.json is no synchronization schema: it has no 'synchronizationRules'"),
        (b'{"a": NaN}', "schema.json is not JSON: a number in it cannot be read"),
        (b'{"a": ' + b"9" * 5000 + b"}", "schema.json is not JSON: a number in it cannot be"),
        (b'{"a": "\xff"}', "schema.json is not JSON: it is not UTF-8 at byte 7"),
        (b"[" * 100_000, "schema.json is not JSON: it is nested too deeply"),
        (b'{"a":' * 400 + b"1" + b"}" * 400, "is nested too deeply"),
        (rb'{"a": {"b": "\ud800"}}', "schema.json: /a/b holds half a character"),
        (b'{"a": {"b": 1, "c": 2, "b": 3}}', "the key 'b' stands twice in one object"),
        (rb'{"\ud800": 1}', "schema.json: /… holds half a character"),
        (
            b'{"synchronizationRules": [{"objectMappings": {"a": 1}}]}',
            "schema.json: /synchronizationRules/0/objectMappings cannot be read: it must be a",
        ),
        (
            b'{"synchronizationRules": [{"priority": "first"}]}',
            "schema.json: /synchronizationRules/0/priority cannot be read: it must be a valid int",
        ),
        (
            b'{"synchronizationRules": [], "job": {"schedule": 3}}',
            "schema.json: /job/schedule cannot be read",
        ),
    ],
)
def test_what_cannot_be_read_says_where_and_what_to_do(source, message):
    assert message in refused(source)


def test_a_file_of_any_size_is_refused_before_it_is_parsed():
    assert "larger than 16 MiB" in refused(b" " * (LARGEST + 1))


def test_depth_is_bounded_where_expressions_nest():
    source = {"type": "Attribute", "name": "a"}
    for _ in range(DEEPEST):
        source = {"type": "Function", "name": "Trim", "parameters": [{"value": source}]}
    rules = [{"objectMappings": [{"attributeMappings": [{"source": source}]}]}]

    assert "is nested too deeply" in refused(json.dumps({"synchronizationRules": rules}).encode())


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-8"])
def test_editors_may_have_put_a_mark_in_front(mark):
    assert read_export(EMPTY.decode().encode(mark), file="schema.json").schema


def test_null_is_as_good_as_missing():
    document = {
        "directories": None,
        "synchronizationRules": [
            {"name": None, "priority": None, "objectMappings": [{"attributeMappings": None}]}
        ],
        "@odata.context": "x",
    }
    (rule,) = read_export(json.dumps(document).encode(), file="a").schema.synchronization_rules
    assert (rule.name, rule.object_mappings[0].attribute_mappings) == ("", [])


@pytest.mark.parametrize(
    ("secrets", "place"),
    [
        (b'[{"key": "SyncAll", "value": true}]', "secrets:/0"),
        (b'{"value": [{"key": "SyncAll", "value": "True"}]}', "secrets:/value/0"),
    ],
)
def test_secrets_may_be_a_list_or_the_answer_of_graph(secrets, place):
    ((secret, found),) = read_export(EMPTY, file="a", secrets=secrets).secrets
    assert (secret.key, secret.value, found) == ("SyncAll", "True", place)


def test_secrets_of_another_form_are_refused_and_not_repeated():
    assert "no list of pairs" in refused(EMPTY, secrets=b'{"SecretToken": "s3cret"}')
    told = refused(EMPTY, secrets=b'[{"key": "SecretToken", "value": {"x": "s3cret"}}]')
    assert "/0/value cannot be read" in told
    assert "s3cret" not in told


def test_one_job_is_taken_and_of_several_none():
    job = read_export(EMPTY, file="a", job=b'{"value": [{"id": "x.1"}]}').job
    assert job is not None
    assert job.id == "x.1"
    assert "there are 2 jobs" in refused(EMPTY, job=b'{"value": [{}, {}]}')


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("synchronizationRules", "objectMappings", "attributeMappings", "source"),
                    *("scope", "groups", "clauses", "parameters", "directories", "secrets"),
                    *("job", "schema", "value", "schedule", "name", "type", "priority"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()))
def test_nothing_that_is_read_raises_anything_else(source):
    for more in ({}, {"secrets": source}, {"job": source}):
        with suppress(InputError):
            read_export(source if not more else EMPTY, file="schema.json", **more)
