import pytest

from reconciler.errors import ScimError
from reconciler.scim.bulk.operation import Operation, bulk_body, read_results

CREATE = Operation("POST", "Users", {"userName": "ada"})
CHANGE = Operation("PATCH", "Users/id%20of%2Fbob", {"Operations": []}, 'W/"3"')
REMOVE = Operation("DELETE", "Groups/7")
ALL = (CREATE, CHANGE, REMOVE)


def told(**fields):
    return {"Operations": [{"bulkId": "operation-1", "status": "201", **fields}]}


def created(**fields):
    (found,) = read_results([CREATE], told(**fields))
    return found and (found.status, found.body)


def test_the_request_names_each_operation_and_lets_none_stop_the_others():
    assert bulk_body(ALL) == {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [
            {
                "method": "POST",
                "bulkId": "operation-1",
                "path": "/Users",
                "data": {"userName": "ada"},
            },
            {
                "method": "PATCH",
                "bulkId": "operation-2",
                "path": "/Users/id%20of%2Fbob",
                "version": 'W/"3"',
                "data": {"Operations": []},
            },
            {"method": "DELETE", "bulkId": "operation-3", "path": "/Groups/7"},
        ],
    }


def test_answers_are_found_by_bulk_id_whatever_their_order():
    results = read_results(
        ALL,
        {
            "Operations": [
                {"bulkId": "operation-3", "status": "204"},
                {"bulkId": "operation-1", "status": "201", "location": "https://x/v2/Users/i-1"},
                {"bulkId": "operation-2", "status": 200},
            ]
        },
    )
    assert [(item.status, item.body) for item in results] == [
        (201, {"id": "i-1"}),
        (200, None),
        (204, None),
    ]


def test_without_a_bulk_id_method_and_location_say_it():
    entry = {"method": "PATCH", "location": "/tenant/v2/Users/id%20of%2Fbob", "status": "204"}
    assert [item and item.status for item in read_results(ALL, {"operations": [entry]})] == [
        None,
        204,
        None,
    ]


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({"location": "https://app.example/scim/v2/Users/i-1"}, {"id": "i-1"}),
        ({"location": "/Users/a%2Fb/"}, {"id": "a/b"}),
        ({"location": "https://evil.example/x/Users/i-1?x=1"}, {"id": "i-1"}),
        ({"response": {"id": "i-1", "userName": "ada"}}, {"id": "i-1", "userName": "ada"}),
    ],
)
def test_who_was_created_is_told_by_location_or_response(fields, body):
    assert created(**fields) == (201, body)


@pytest.mark.parametrize("status", ["201", 201, {"code": 201}, {"code": "201"}], ids=repr)
def test_a_status_may_be_text_number_or_object(status):
    assert created(status=status, location="/Users/1") == (201, {"id": "1"})


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"location": "/Groups/1"},
        {"location": "Users"},
        {"location": 7},
        {"status": "no", "location": "/Users/1"},
        {"status": True, "location": "/Users/1"},
        {"status": "302", "location": "/Users/1"},
        {"status": None, "location": "/Users/1"},
        {"bulkId": "operation-2", "location": "/Users/1"},
        {"bulkId": 1, "location": "/Users/1"},
    ],
)
def test_what_is_not_said_clearly_is_not_known(fields):
    assert created(**fields) is None


@pytest.mark.parametrize("body", [None, {}, {"Operations": None}, {"Operations": [3, None]}])
def test_an_answer_without_operations_says_nothing(body):
    assert read_results(ALL, body) == [None] * 3


def test_what_is_said_twice_is_not_known():
    twice = told(location="/Users/1")["Operations"] * 2
    assert read_results([CREATE], {"Operations": twice}) == [None]


def test_a_refusal_bears_status_type_and_words():
    response = {"status": "409", "scimType": "uniqueness", "detail": "taken"}
    (found,) = read_results([CREATE], told(status="409", response=response))
    assert isinstance(found, ScimError)
    assert (found.status, found.scim_type) == (409, "uniqueness")
    assert str(found) == "409 uniqueness: POST Users: taken"
