"""Every documented input → output pair of the functions (Microsoft's function reference)."""

from datetime import UTC, datetime

import pytest

from reconciler.errors import EvaluationError
from reconciler.expr import compile_expression
from reconciler.values import Context

NOON = Context(datetime(2026, 7, 1, 12, tzinfo=UTC))

PEOPLE = {
    "userPrincipalName": "John.Doe@contoso.com",
    "givenName": "John",
    "surname": "Doe",
    "mail": "john.doe@contoso.com",
    "state": "QLD",
    "statusFlag": "TRUE",
    "country": "USA",
    "department": "Sales",
    "UserID": "jsmith",
    "BusinessTitle": "Product Developer",
    "telephoneNumber": "+91 9998887777",
    "mobile": "+1 (999) 888-7777",
    "otherMobile": "+91 8887779999",
    "AddressLineData": "545 Tremont Street",
    "mailNickname": "john_doe72",
    "preferredLanguage": "EN-US",
    "companyName": "Company B",
    "empty": "",
    "roles": ("Admin", "User"),
    "IsSoftDeleted": False,
    "number": 7,
}

PAIRS = [
    ('Append([userPrincipalName], ".test")', "John.Doe@contoso.com.test"),
    ("Append(Mid([givenName], 1, 3), Mid([surname], 1, 5))", "JohDoe"),
    ('Append([missing], ".test")', None),
    ("Coalesce([missing],[userPrincipalName])", "John.Doe@contoso.com"),
    ("Coalesce([empty],[userPrincipalName])", ""),
    ("Coalesce([missing],[absent])", None),
    ('IIF([country]="USA",[country],[department])', "USA"),
    ('IIF([missing]="USA","yes","no")', "no"),
    ('IIF([missing]<>"USA","yes","no")', "no"),
    ('IIF([country]="USA",IIF([state]="CA","True","False"),"False")', "False"),
    (
        'IIF([companyName] = "Company A", "A", IIF([companyName] = "Company B", "B", "External"))',
        "B",
    ),
    ("IIF([number] >= 7, 1, 0)", 1),
    ('IIF("10" > "9", "number", "text")', "number"),
    ("IsPresent([empty])", False),
    ("IsNull([empty])", False),
    ("IsNullOrEmpty([empty])", True),
    ('Join(", ", "", [surname], [givenName])', "Doe, John"),
    ('Join("", 1000, "x")', "1000x"),
    ('Join("-", [roles], [surname])', "Admin-User-Doe"),
    ("Mid([userPrincipalName], 1, 8)", "John.Doe"),
    ('Mid("Doe",1,5)', "Doe"),
    ('Mid("Doe",9,5)', ""),
    ("Not([IsSoftDeleted])", True),
    ('Not("True")', False),
    ('Not("anything")', True),
    (
        'Replace([BusinessTitle],"Product Developer", , , "Software Engineer", , )',
        "Software Engineer",
    ),
    ('Replace([UserID],"<username>", , , , , "<username>@contoso.com")', "jsmith@contoso.com"),
    (
        (
            r'Replace([telephoneNumber], , "\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})", , '
            '"${phoneNumber}", , )'
        ),
        "9998887777",
    ),
    # Microsoft's page says 19998887777, but this pattern leaves the plus sign.
    (r'Replace([mobile], , "[()\\s-]+", , "", , )', "+19998887777"),
    (
        r'Replace([AddressLineData], ,"(?<streetNumber>^\\d*)","streetNumber", "888", , )',
        "888 Tremont Street",
    ),
    ('Replace([mail], , "(?<Suffix>@(.)*)", "Suffix", "", , )', "john.doe"),
    (
        (
            r'Replace([empty], , "\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})", "phoneNumber" , , '
            "[otherMobile], )"
        ),
        "8887779999",
    ),
    ('Replace([mailNickname], , "[a-zA-Z_]*", , "", , )', "72"),
    ('Replace([mail], "@contoso.com", , ,"", ,)', "john.doe"),
    ('Replace([preferredLanguage], "-", , , "_", , )', "EN_US"),
    ('StripSpaces(" a b\tc ")', "ab\tc"),
    (
        (
            'Switch([state], "Australia/Sydney", "NSW", "Australia/Sydney","QLD", '
            '"Australia/Brisbane", "SA", "Australia/Adelaide")'
        ),
        "Australia/Brisbane",
    ),
    ('Switch(ToLower([statusFlag]), "0", "true", "1", "false", "0")', "1"),
    ('Switch([empty], "Default Value", "true", "1", "", "0")', "0"),
    ('Switch([country],[country],"","Other")', "USA"),
    ('Switch([missing],[missing],"","Other")', "Other"),
    ('Switch([IsSoftDeleted], , "False", "True", "True", "False")', "True"),
    ('Switch(SingleAppRoleAssignment([roles])," ", "Admin", "8032066")', "8032066"),
    ('ToLower("ABC")', "abc"),
    ('ToLower("I", "tr-TR")', "ı"),
    ('ToUpper("i", "tr-TR")', "İ"),
    # .NET maps letter by letter: ß has no capital, and İ no small letter without a culture.
    ('ToUpper("straße")', "STRAßE"),
    ('ToLower("İI")', "İi"),
    ('Trim(" Test ")', "Test"),
    ('Prepend("x-", [surname])', "x-Doe"),
    ('"t-" & [mailNickname]', "t-john_doe72"),
    ("[missing]", None),
    ("&HF", 15),
]


@pytest.mark.parametrize(("text", "expected"), PAIRS)
def test_a_documented_pair_holds(text, expected):
    assert compile_expression(text).evaluate(PEOPLE, NOON) == expected


SUBSTITUTIONS = [
    ("(?<a>x)(y)", "$1-$2-$3", "y-x-$3z"),
    ("(?<a>x)(y)", "${a}${1}", "xyz"),
    ("(x)", "$$$1", "$xyz"),
    ("x", "<$&>", "<x>yz"),
    ("y", "[$`|$']", "x[x|z]z"),
    ("(x)(y)", "$+", "yz"),
    ("x", "($_)", "(xyz)yz"),
    ("x", "$0$0", "xxyz"),
    ("(x)|(q)", "[$2]", "[]yz"),
]


@pytest.mark.parametrize(("pattern", "new", "expected"), SUBSTITUTIONS)
def test_a_substitution_is_that_of_net(pattern, new, expected):
    attributes = {"pattern": pattern, "new": new}
    compiled = compile_expression('Replace("xyz", , [pattern], , [new], , )')
    assert compiled.evaluate(attributes, NOON) == expected


def test_a_word_boundary_is_refused_where_the_engine_would_be_wrong():
    compiled = compile_expression(r'Replace([a], , "\\bo", , "x", , )')
    assert compiled.evaluate({"a": "a o"}, NOON) == "a x"
    with pytest.raises(EvaluationError, match="ASCII text only"):
        compiled.evaluate({"a": "ëo o"}, NOON)
