import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import PathError
from reconciler.model.path import AttributePath, ElementFilter, parse_path, read_path

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

PATHS = {
    "userName": AttributePath("userName"),
    "name.givenName": AttributePath("name", sub="givenName"),
    'emails[type eq "work"].value': AttributePath(
        "emails", element=ElementFilter("type", "work"), sub="value"
    ),
    'roles[primary eq "True"].display': AttributePath(
        "roles", element=ElementFilter("primary", "True"), sub="display"
    ),
    f"{ENTERPRISE}:department": AttributePath("department", urn=ENTERPRISE),
    f"{ENTERPRISE}:manager.value": AttributePath("manager", urn=ENTERPRISE, sub="value"),
}


@pytest.mark.parametrize(("text", "expected"), PATHS.items())
def test_a_path_is_read_and_printed_back(text, expected):
    assert parse_path(text) == expected
    assert str(expected) == text


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 0),
        ("user name", 4),
        ("emails[type ne 1].value", 6),
        ("name.", 4),
        ('a[b eq "c"', 1),
        ("1a", 0),
    ],
)
def test_what_is_no_path_is_refused_with_its_column(text, column):
    with pytest.raises(PathError) as caught:
        parse_path(text)
    assert caught.value.column == column


@given(st.text(max_size=40))
def test_any_text_is_a_path_or_a_located_error(text):
    try:
        path = parse_path(text)
    except PathError:
        return
    assert parse_path(str(path)).identity == path.identity


def test_names_ignore_case_and_a_lone_object_counts_as_a_list():
    resource = {
        "USERNAME": "ada",
        "emails": {"Type": "Work", "value": "a@b.example"},
        ENTERPRISE.upper(): {"Department": "R&D"},
    }
    assert read_path(parse_path("userName"), resource) == "ada"
    assert read_path(parse_path('emails[type eq "work"].value'), resource) == "a@b.example"
    assert read_path(parse_path(f"{ENTERPRISE}:department"), resource) == "R&D"


@pytest.mark.parametrize(
    "resource", [{}, {"emails": None}, {"emails": "text"}, {"emails": [None, 1, "x"]}]
)
def test_what_is_not_there_is_none(resource):
    assert read_path(parse_path('emails[type eq "work"].value'), resource) is None
