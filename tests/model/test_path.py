import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import PathError
from reconciler.model.path import AttributePath, ElementFilter, parse_path, parse_target, read_path

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


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (f"{ENTERPRISE}.manager.value", f"{ENTERPRISE}:manager.value"),
        ("urn:scim:schemas:core:1.0.userName", "userName"),
        ("urn:ietf:params:scim:schemas:core:2.0:User:name.givenName", "name.givenName"),
        ("urn:scim:schemas:extension:hr:1.0.floor", "urn:scim:schemas:extension:hr:1.0:floor"),
        ('emails.[type eq "work"].value', 'emails[type eq "work"].value'),
        ("roles[primary eq true].value", 'roles[primary eq "true"].value'),
        ('emails[type eq "a.[b"].value', 'emails[type eq "a.[b"].value'),
        (
            "urn:ietf:params:scim:schemas:extension:CustomExtension:2.0:User:badge",
            "urn:ietf:params:scim:schemas:extension:CustomExtension:2.0:User:badge",
        ),
    ],
)
def test_other_spellings_are_read_as_what_they_mean(text, meant):
    assert str(parse_path(text)) == meant


def test_names_types_and_quoted_booleans_are_one_path_in_any_case():
    one, other = 'Roles[Primary EQ "True"].Value', "roles[primary eq true].value"
    assert parse_path(one).identity == parse_path(other).identity


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name.given.first", "a sub-attribute has no parts itself"),
        ('emails[type eq "work"].value.x', "a sub-attribute has no parts itself"),
        ('emails[type eq "work" and primary eq true]', "a filter has one condition"),
        ('emails[type co "work"]', "a filter can only say eq"),
        ("emails[type eq work]", "the value of a filter stands in double quotes"),
        (ENTERPRISE, "it names a schema and no attribute of it"),
        (" ", "there is nothing"),
        ("[" * 501, "it has more than 500 characters"),
    ],
)
def test_what_is_wrong_with_a_path_is_said(text, reason):
    with pytest.raises(PathError) as caught:
        parse_path(text)
    assert caught.value.message.endswith(f"is not an attribute path: {reason}")


@pytest.mark.parametrize("text", ["id", "ID", "meta", "meta.version", "schemas"])
def test_what_the_server_sets_is_no_target(text):
    assert parse_path(text)
    with pytest.raises(PathError, match="is set by the target alone"):
        parse_target(text)


WORK = 'emails[type eq "work"]'


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("emails", f"{WORK}.value", True),
        (WORK, f"{WORK}.value", True),
        ("name", "name.givenName", True),
        ("emails", "EMAILS", True),
        ("name.familyName", "name.givenName", False),
        (f"{WORK}.value", f"{WORK}.display", False),
        (f"{WORK}.value", 'emails[type eq "home"].value', False),
        (WORK, 'emails[type eq "home"]', False),
        ("department", f"{ENTERPRISE}:department", False),
        (f"{ENTERPRISE}:manager", f"{ENTERPRISE}:manager.value", True),
    ],
)
def test_two_paths_overlap_where_both_stand_for_one_value(one, other, overlap):
    paths = parse_path(one), parse_path(other)
    assert paths[0].overlaps(paths[1]) is overlap
    assert paths[1].overlaps(paths[0]) is overlap


def test_a_boolean_in_a_filter_is_sent_without_quotes():
    assert parse_path('roles[primary eq "True"].value').wire == "roles[primary eq true].value"
    assert parse_path(f"{WORK}.value").wire == f"{WORK}.value"


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
