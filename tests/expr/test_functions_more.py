"""Every documented pair of the other themes, null and empty, many values, and what must fail.

Where Microsoft's page is wrong, the comment says so; the reference of this project is followed.
"""

from datetime import UTC, datetime

import pytest

from reconciler.errors import EvaluationError, ExpressionError
from reconciler.expr import compile_expression
from reconciler.expr.functions.table import EXAMPLE, FUNCTIONS
from reconciler.expr.values import as_texts
from reconciler.values import Candidates, Complex, Context, Flow

NOON = Context(datetime(2026, 7, 1, 12, tzinfo=UTC), "envoy/user/ada/nickname")
PEOPLE = {
    "empty": "",
    "wide": "a" * 60_000,
    "half": "\ud800",
    "one": ("only",),
    "none": (),
    "long": "9223372036854775808",
    "objectId": "00aa00aa-bb11-cc22-dd33-44ee44ee44ee",
    "firstName": "PABLO GONSALVES (SECOND)",
    "lastName": "PINTO-DE'SILVA",
    "gregory": "GREGORY",
    "james": "JAMES",
    "PreferredFirstName": "John",
    "PreferredLastName": "Smith",
    "prefix": "9999",
    "known": "3444",
    "department": "Sales",
    "extensionAttribute5": "PermissionSetOne, PermissionSetTwo",
    "proxyAddresses": ("smtp:j.doe@contoso.com", "SMTP:john@contoso.com"),
    "twice": ("a", "b", "a", "A"),
    "roles": ("Admin", "User"),
    "directManager": "grace",
    "StatusHireDate": "2026-07-03",
    "Active": "1",
    "ContractEndDate": "2020-12-31-08:00",
    "stamp": "20150123105347.1Z",
}
MARCH = 'CDate("2012-03-16-07:00")'
AUGUST = 'CDate("8/25/2021 5:41:18 PM")'
ROLE = "WindowsAzureActiveDirectoryRole"

PAIRS = [
    # text
    ('ConvertToBase64("Hello world!")', "SABlAGwAbABvACAAdwBvAHIAbABkACEA"),
    ("ConvertToBase64([missing])", None),
    ('ConvertFromBase64("SABlAGwAbABvACAAdwBvAHIAbABkACEA")', "Hello world!"),
    ('ConvertFromBase64("SGVsbG8gd29ybGQh", UTF8)', "Hello world!"),
    ('ConvertFromBase64("SGVsbG8gd29ybGQh", ASCII)', "Hello world!"),
    ('ConvertToUTF8Hex("Hello world!")', "48656C6C6F20776F726C6421"),
    # The page's sample output (100064303565…) does not belong to its sample input.
    (
        'Join("", 1000, Replace(ConvertToUTF8Hex([objectId]), , "[a-zA-Z_]*", , "", , ))',
        "100030306161303061612626231312636332322646433332343465653434656534346565",
    ),
    ('InStr("The quick brown fox","quick")', 5),
    ('InStr("repEated","e",3,vbBinaryCompare)', 7),
    ('InStr("repEated","e",3,vbTextCompare)', 4),
    ('InStr("repEated","x")', 0),
    ('InStr([missing],"x")', 0),
    ('Left("John Doe", 3)', "Joh"),
    ('Left("John Doe", 0)', ""),
    ('Left("John Doe", -1)', "John Doe"),
    ('Left("John Doe", 99)', "John Doe"),
    ("Left([missing], 3)", ""),
    ('Mid("abcdef", 4)', "def"),
    ("Mid([missing], 1, 3)", None),
    ("Mid([empty], 1, 3)", ""),
    ('NormalizeDiacritics("Zoë")', "Zoe"),
    ("PCase([firstName])", "Pablo Gonsalves (Second)"),
    ('PCase([lastName]," \'-")', "Pinto-De'Silva"),
    ("PCase([lastName])", "Pinto-De'silva"),
    ('PCase(Join(" ",[gregory],[james]))', "Gregory James"),
    ("PCase([missing])", None),
    ('Word("The quick brown fox",3," ")', "brown"),
    ('Word("This,string!has&many separators",3,",!&#")', "has"),
    ('Word("a,,b",2,",")', "b"),
    ('Word("a b",0," ")', ""),
    ('Word("a b",3," ")', ""),
    ('Word([missing],1," ")', ""),
    ('Word("", 1, "")', ""),
    ('Word("ab", 1, "")', "ab"),
    (
        (
            'Join("@", NormalizeDiacritics(StripSpaces(Join(".", [PreferredFirstName],'
            ' [PreferredLastName]))), "contoso.com")'
        ),
        "John.Smith@contoso.com",
    ),
    (
        (
            'ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [PreferredFirstName], '
            '[PreferredLastName]))), "contoso.com"))'
        ),
        "john.smith@contoso.com",
    ),
    ('ToUpper("i", "az")', "İ"),
    ("ToLower([missing])", None),
    ("Trim([twice])", ("a", "b", "a", "A")),
    # logic and null
    ("CBool([PreferredFirstName] = [PreferredFirstName])", True),
    ("CBool([PreferredFirstName] = [PreferredLastName])", False),
    ("CBool(2)", True),
    ("CBool(0)", False),
    ('CBool("true")', True),
    ("CBool([missing])", False),
    ("IgnoreFlowIfNullOrEmpty([department])", "Sales"),
    ("IgnoreFlowIfNullOrEmpty([missing])", Flow.IGNORE),
    ("IgnoreFlowIfNullOrEmpty([empty])", Flow.IGNORE),
    (
        'IgnoreFlowIfNullOrEmpty(Switch([prefix], "", "3443", "Dr.", "3444", "Prof."))',
        Flow.IGNORE,
    ),
    (
        'IgnoreFlowIfNullOrEmpty(Switch([known], "", "3443", "Dr.", "3444", "Prof."))',
        "Prof.",
    ),
    ('IIF([department]="Sales", IgnoreFlowIfNullOrEmpty([missing]), "x")', Flow.IGNORE),
    ('Join("-", IgnoreFlowIfNullOrEmpty([missing]), "x")', "x"),
    ("IsNothing([missing])", True),
    ("IsNothing([empty])", False),
    ("IsString([department])", True),
    ("IsString([missing])", False),
    ("IsString([twice])", False),
    (
        (
            "Switch(IsPresent([directManager]),[directManager], IsPresent([skiplevelManager]),"
            "[skiplevelManager], IsPresent([director]),[director])"
        ),
        "grace",
    ),
    ('Switch(IsPresent([jobTitle]), "DefaultValue", "True", [jobTitle])', "DefaultValue"),
    ('IIF(IsPresent([department]),[department],Error("needed"))', "Sales"),
    # many values
    ("Count([proxyAddresses])", 2),
    ("Count([missing])", 0),
    ("Count([empty])", 0),
    ("Count([department])", 1),
    ("Item([proxyAddresses], 1)", "smtp:j.doe@contoso.com"),
    ("Item([department], 1)", "Sales"),
    ("RemoveDuplicates([twice])", ("a", "b", "A")),
    ("RemoveDuplicates([missing])", None),
    ('Split([extensionAttribute5], ",")', ("PermissionSetOne", "PermissionSetTwo")),
    ('Split("a;b", ";")', ("a", "b")),
    ('Split("a,b")', ("a", "b")),
    ("Split([missing])", None),
    ('Split(" , ")', None),
    ('Contains([proxyAddresses], "SMTP:")', 2),
    ('Contains([proxyAddresses], "x500")', 0),
    (
        'Mid(Item([proxyAddresses],Contains([proxyAddresses], "SMTP:")),6)',
        "john@contoso.com",
    ),
    ("Append([one], 1)", "only1"),
    ("Append([none], 1)", None),
    ('Replace([department], , [missing], , "x", , )', "Sales"),
    ("Item([missing], 1)", None),
    ('Contains([proxyAddresses], "")', 0),
    ('RemoveDuplicates("one")', "one"),
    ("BitAnd([missing], 1)", None),
    ('CBool("yes")', False),
    ('ConvertFromBase64(" SGVs bG8= ", ASCII)', "Hello"),
    ('Coalesce(IgnoreFlowIfNullOrEmpty([empty]), "x")', "x"),
    ("IsNull(IgnoreFlowIfNullOrEmpty([empty]))", True),
    ("IsString([one])", True),
    ('InStr("Straße", "E", , vbTextCompare)', 6),
    # .NET: only a letter begins a word, and only the plain apostrophe does not end one.
    ('PCase("a_b a1b 1st o\u2019neil")', "A_B A1b 1St O\u2019Neil"),
    ('ToUpper("ıi")', "ıI"),
    ('ToLower("İI", "en-US")', "ii"),
    # numbers
    ("BitAnd(&HF, &HF7)", 7),
    ("BitAnd(-1, 9223372036854775807)", 9223372036854775807),
    ("CStr([IsSoftDeleted])", None),
    ("CStr(12)", "12"),
    ("CStr(1 = 1)", "True"),
    # roles
    ("AppRoleAssignments([roles])", ("Admin", "User")),
    ("AppRoleAssignments([missing])", None),
    (
        "AppRoleAssignmentsComplex([roles])",
        tuple(
            Complex((("primary", False), ("type", ROLE), ("displayName", name), ("value", name)))
            for name in ("Admin", "User")
        ),
    ),
    (
        "AssertiveAppRoleAssignmentsComplex([roles])",
        tuple(
            Complex((("primary", False), ("type", ROLE), ("display", name), ("value", name)))
            for name in ("Admin", "User")
        ),
    ),
    ("AssertiveAppRoleAssignmentsComplex([missing])", None),
    ("SingleAppRoleAssignment([missing])", None),
    (
        'SelectUniqueValue([PreferredFirstName], Join(".", [PreferredFirstName], "2"))',
        Candidates(("John", "John.2")),
    ),
    ("Redact([department])", "Sales"),
    # dates; Entra prints them as M/d/yyyy h:mm:ss tt
    ('CStr(CDate("2020-03-16-07:00"))', "3/16/2020 7:00:00 AM"),
    ('CStr(CDate("2021-06-30+08:00"))', "6/29/2021 4:00:00 PM"),
    ('CStr(CDate("2009-06-15T01:45:30-07:00"))', "6/15/2009 8:45:30 AM"),
    ('CStr(CDate("8/25/2021 5:41:18 PM"))', "8/25/2021 5:41:18 PM"),
    ('CStr(CDate("2021-08-24"))', "8/24/2021 12:00:00 AM"),
    ('CStr(CDate("Wed, 15 Jul 2026 10:00:00 GMT"))', "7/15/2026 10:00:00 AM"),
    ('CStr(CDate("July 4, 2026"))', "7/4/2026 12:00:00 AM"),
    ("CDate([missing])", None),
    ("CDate([empty])", None),
    ("CStr(Now())", "7/1/2026 12:00:00 PM"),
    (f'CStr(DateAdd("d", 7, {MARCH}))', "3/23/2012 7:00:00 AM"),
    (f'CStr(DateAdd("d", -10, {MARCH}))', "3/6/2012 7:00:00 AM"),
    (f'CStr(DateAdd("ww", 2, {MARCH}))', "3/30/2012 7:00:00 AM"),
    (f'CStr(DateAdd("m", 10, {MARCH}))', "1/16/2013 7:00:00 AM"),
    (f'CStr(DateAdd("yyyy", 2, {MARCH}))', "3/16/2014 7:00:00 AM"),
    ('CStr(DateAdd("m", 1, CDate("2024-01-31")))', "2/29/2024 12:00:00 AM"),
    ('CStr(DateAdd("h", 1, CDate("2024-01-31")))', "1/31/2024 1:00:00 AM"),
    ('DateAdd("d", 1, [missing])', None),
    ('DateDiff("d", CDate("2021-08-18+08:00"), CDate("2021-08-31+08:00"))', 13),
    (f'DateDiff("d", {AUGUST}, {MARCH})', -3449),
    (f'DateDiff("ww", {AUGUST}, {MARCH})', -493),
    (f'DateDiff("m", {AUGUST}, {MARCH})', -113),
    (f'DateDiff("yyyy", {AUGUST}, {MARCH})', -9),
    ('DateDiff("d", CDate("2021-08-31+08:00"), CDate("2021-08-31+08:00"))', 0),
    ('DateDiff("h", CDate("2021-08-24"), CDate("2021-08-25"))', 24),
    ('DateDiff("n", CDate("2021-08-24"), CDate("2021-08-25"))', 1440),
    ('DateDiff("s", CDate("2021-08-24"), CDate("2021-08-25"))', 86400),
    ('DateDiff("ww", CDate("2026-11-21"), CDate("2026-11-22"))', 1),
    ('DateDiff("d", [missing], Now())', None),
    ("CStr(DateFromNum(129699324000000000))", "1/1/2012 11:00:00 PM"),
    ("DateFromNum([missing])", None),
    (
        (
            'NumFromDate(Join("", FormatDateTime([ContractEndDate], ,"yyyy-MM-ddzzz", '
            '"yyyy-MM-dd"), " 23:59:59-08:00"))'
        ),
        132539615990000000,
    ),
    ("NumFromDate([missing])", None),
    ('FormatDateTime([stamp], , "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")', "2015-01-23"),
    ('FormatDateTime([stamp], "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")', "2015-01-23"),
    ('FormatDateTime([missing], , "yyyy", "yyyy")', None),
    ('FormatDateTime([empty], , "yyyy", "yyyy")', None),
    ('FormatDateTime(CDate("2026-07-01"), , "d", "o")', "2026-07-01T00:00:00.0000000Z"),
    (
        (
            'Switch([Active], , "1", IIF(DateDiff("d", Now(), CDate([StatusHireDate])) > 5, '
            '"False", "True"), "0", "False")'
        ),
        "True",
    ),
]


@pytest.mark.parametrize(("text", "expected"), PAIRS)
def test_a_documented_pair_holds(text, expected):
    assert compile_expression(text).evaluate(PEOPLE, NOON) == expected


FORMATS = [
    ("2026-07-01 09:05:03", "yyyy-MM-dd HH:mm:ss", "M/d/yyyy h:mm:ss tt", "7/1/2026 9:05:03 AM"),
    ("01072026", "ddMMyyyy", "dddd, dd MMMM yyyy", "Wednesday, 01 July 2026"),
    ("1 Jul 26", "d MMM yy", "ddd d MMM y", "Wed 1 Jul 26"),
    ("1 July 1999", "d MMMM yyyy", "yy", "99"),
    ("1/7/49", "d/M/yy", "yyyy", "2049"),
    ("1/7/50", "d/M/yy", "yyyy", "1950"),
    ("12:30 AM", "h:mm tt", "HH:mm", "00:30"),
    ("12:30 p", "h:mm t", "HH:mm", "12:30"),
    ("2026-07-01T10:00:00.1234567Z", "o", "HH:mm:ss.fff", "10:00:00.123"),
    ("2026-07-01T10:00:00+02:00", "yyyy-MM-ddTHH:mm:ssK", "s", "2026-07-01T08:00:00"),
    ("2026-07-01T10:00:00Z", "yyyy-MM-ddTHH:mm:ssK", "HHK zzz zz z", "10Z +00:00 +00 +0"),
    ("2026-07-01", "yyyy-MM-dd", "HHK", "00"),
    ("2026-07-01", "yyyy-MM-dd", "d", "07/01/2026"),
    ("2026-07-01", "yyyy-MM-dd", "%d", "1"),
    ("2026-07-01", "yyyy-MM-dd", "D", "Wednesday, 01 July 2026"),
    ("2026-07-01", "yyyy-MM-dd", "R", "Wed, 01 Jul 2026 00:00:00 GMT"),
    ("2026-07-01", "yyyy-MM-dd", "u", "2026-07-01 00:00:00Z"),
    ("2026-07-01", "yyyy-MM-dd", "'day' d \\d", "day 1 d"),
    ("2026-07-01", "yyyy-MM-dd", "yyyyy gg", "02026 A.D."),
    ("10:00:00.5", "HH:mm:ss.FFF", "ss.FFF", "00.5"),
    ("10:00:00.0", "HH:mm:ss.FFF", "ss.FFF", "00"),
    ("10:00", "HH:mm", "yyyy-MM-dd", "0001-01-01"),
    ("03-04", "MM-dd", "yyyy-MM-dd", "0001-03-04"),
    ("  2026  ", "yyyy", "yyyy", "2026"),
    ("Wed 2026-07-01", "ddd yyyy-MM-dd", "s", "2026-07-01T00:00:00"),
]


@pytest.mark.parametrize(("source", "read", "write", "expected"), FORMATS)
def test_a_date_is_read_by_one_format_and_written_by_another(source, read, write, expected):
    attributes = {"source": source, "read": read, "write": write}
    compiled = compile_expression("FormatDateTime([source], , [read], [write])")
    assert compiled.evaluate(attributes, NOON) == expected


FAULTS = [
    ('InStr("a", "a", 1, [department])', "compareType is vbBinaryCompare or vbTextCompare"),
    ("Split([department], [empty])", "Split needs a delimiter"),
    ('Replace([wide], "a", , , [wide], , )', "characters is too long"),
    ('Replace([wide], , "a", , [wide], , )', "characters is too long"),
    ('Replace([half], , "a", , "b", , )', "half of a surrogate pair"),
    ('Join("", ' + ", ".join(["[wide]"] * 900) + ")", "characters is too long"),
    (" & ".join(["[wide]"] * 900), "characters is too long"),
    ("CDate([department])", "'Sales' is no date"),
    ("BitAnd([long], 1)", "has more than 64 bits"),
    ('DateAdd("yyyy", 9000, CDate("2026-07-01"))', "outside the years 1 to 9999"),
    ('DateAdd("d", [department], CDate("2026-07-01"))', "value must be a whole number"),
    ("DateDiff([department], Now(), Now())", "there is no interval 'Sales'"),
    ("DateFromNum(9223372036854775807)", "outside the years 1 to 9999"),
    ('FormatDateTime("2026", , "yyyy-MM", "yyyy")', "'2026' is no date"),
    ('FormatDateTime(" 2026", "None", "yyyy", "yyyy")', "' 2026' is no date"),
    ('FormatDateTime("2026", [department], "yyyy", "yyyy")', "there is no date style 'Sales'"),
    ("Item([twice], 9)", "there is no value 9: there are 4"),
    ('Item([twice], Contains([twice], "x"))', "index counts from 1, and it is 0"),
    ("Item([twice], [missing])", "index must be a whole number, and it is null"),
    ("Append([twice], 1)", "one value is needed here, and there are 4"),
    ('Error("mail is required")', "mail is required"),
    ('ConvertFromBase64("*")', "this is no Unicode text in Base64"),
    ("BitAnd([department], 1)", "value1 must be a whole number, and it is 'Sales'"),
    ("RandomString([n], 3, 0, 0, 3)", "Length must be a whole number"),
    ('RandomString(3, 3, 0, 0, 0, "0123456789")', "leaves nothing to choose from"),
]


@pytest.mark.parametrize(("text", "message"), FAULTS)
def test_a_value_that_cannot_be_is_named_with_its_column(text, message):
    with pytest.raises(EvaluationError) as caught:
        compile_expression(text).evaluate(PEOPLE, NOON)
    assert message in caught.value.message


REFUSED = [
    ('Replace([a], , "(a)", "n", "x")', "the pattern has no group 'n'"),
    ('Replace([a], , "(?<n>a)", , "${m}")', "the pattern has no group 'm'"),
    ('ToLower([a], "English!")', "'English!' is no culture"),
    ("9" * 5_000, "this number has more than 64 bits"),
    ("&H" + "F" * 5_000, "this number has more than 64 bits"),
    ('CDate("yesterday")', "'yesterday' is no date"),
    ('CDate("2026-02-30")', "'2026-02-30' is no date"),
    ('CDate("13/13/2026")', "is no date"),
    ('CDate("2026-07-01 25:00")', "is no date"),
    ('CDate("Mon, 1 Jul 2026")', "is no date"),
    ('BitAnd("9223372036854775808", 1)', "has more than 64 bits"),
    ("CStr(9223372036854775808)", "9223372036854775808 has more than 64 bits"),
    ('Mid([a], "one", 1)', "argument 2 of Mid must be a whole number, and it is 'one'"),
    ("Mid([a], IsNull([b]), 1)", "argument 2 of Mid must be a whole number, and this gives true"),
    ("Left([a], Split([b]))", "must be a whole number, and this gives many values"),
    ("CDate([a] = [b])", "argument 1 of CDate must be a date, and this gives true or false"),
    ('DateAdd("d", CDate([a]), [b])', "argument 2 of DateAdd must be a whole number"),
    ('Join("", SelectUniqueValue([a], [b]))', "may not stand inside another expression"),
    ("DNComponent([a], 1)", "DNComponent is not supported: it takes distinguished names apart"),
    ("Mid([a], 0, 1)", "start counts from 1, and it is 0"),
    ('Mid([a], "0", 1)', "start counts from 1, and it is 0"),
    ('InStr("a", "b", 0)', "start counts from 1, and it is 0"),
    ("Item([a], 0)", "index counts from 1, and it is 0"),
    ('DateAdd("days", 1, Now())', "there is no interval 'days'"),
    ('DateDiff("q", Now(), Now())', "there is no interval 'q'"),
    ('FormatDateTime([a], , "yyyy", "x")', "there is no date format 'x'"),
    ('FormatDateTime([a], , "yyyy\'", "yyyy")', "the date format breaks at ''"),
    ('FormatDateTime([a], , "", "yyyy")', "a date format has 1 to 200 characters"),
    ('FormatDateTime([a], , , "yyyy")', "a date format has 1 to 200 characters"),
    ('FormatDateTime([a], "Loose", "yyyy", "yyyy")', "there is no date style 'Loose'"),
    ('FormatDateTime([a], , "ffffffff", "yyyy")', "at most 7 digits"),
    ("RandomString(5, 3, 3, 0, 0)", "the minimums add up to 6, and Length is 5"),
    ("RandomString(257, 0, 0, 0, 0)", "Length is from 1 to 256, and it is 257"),
    ("RandomString(5, -1, 0, 0, 0)", "a minimum cannot be less than 0"),
    ('Switch([a], "b", "c")', "Switch takes"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_can_never_work_is_refused_before_anything_runs(text, message):
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text)
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("ä à â ã å á ą ă ā ā́ ǟ a̱ å̄", "a a a a a a a a a a a a a"),
        ("æ ǣ Æ", "ae ae AE"),
        ("ç č ć ď ë ě ḗ ğ ï ı ī́", "c c c d e e e g i i i"),
        ("ľ ł ḹ ñ ň ö ő ō̈ ȭ", "l l l n n o o o o"),
        ("ø ø̄ œ̄ œ Ø", "oe oe oe oe OE"),
        ("ř ß š ş ș ť ț ü ű u̇̄ ÿ ý ž ż", "r ss s s s t t u u u y y z z"),
        ("Ä İ Ł Ž", "A I L Z"),
        ("đ ð þ ħ ŋ", "đ ð þ ħ ŋ"),
        ("й が קֹ", "й が קֹ"),
    ],
)
def test_letters_lose_their_marks_as_the_table_says(marked, plain):
    found = compile_expression("NormalizeDiacritics([a])").evaluate({"a": marked}, NOON)
    assert found == plain


def test_guid_and_random_string_follow_from_the_value_they_are_for():
    def value(text, seed):
        return compile_expression(text).evaluate({}, Context(NOON.now, seed))

    for text in ("Guid()", "RandomString(12,2,2,2,2)"):
        assert value(text, "a") == value(text, "a")
        assert value(text, "a") != value(text, "b")
    assert (
        value('Join("", Guid(), Guid())', "a")[:36] != value('Join("", Guid(), Guid())', "a")[36:]
    )
    assert len(value("Guid()", "a")) == 36


@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_a_random_string_has_what_is_asked_for(seed):
    context = Context(NOON.now, seed)
    found = compile_expression("RandomString(6,3,0,0,3)").evaluate({}, context)
    assert (sum(map(str.isdigit, found)), sum(map(str.islower, found))) == (3, 3)
    found = compile_expression('RandomString(10,2,2,2,1,"?,")').evaluate({}, context)
    assert len(found) == 10
    assert sum(map(str.isdigit, found)) >= 2
    assert sum(map(str.isupper, found)) >= 2
    assert sum(not letter.isalnum() for letter in found) >= 2
    assert not set(found) & set("?,")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_example_gives_what_it_says(name):
    for text, expected in FUNCTIONS[name].examples:
        value = compile_expression(text).evaluate(EXAMPLE, NOON)
        assert (as_texts(value) or ("",))[0] == expected
        assert name in text


def test_only_what_varies_by_chance_has_no_example():
    assert [name for name, item in FUNCTIONS.items() if not item.examples] == [
        "Guid",
        "RandomString",
    ]


PAGE = """
    Append AppRoleAssignmentsComplex BitAnd CBool CDate Coalesce ConvertToBase64 ConvertToUTF8Hex
    Count CStr DateAdd DateDiff DateFromNum FormatDateTime Guid IgnoreFlowIfNullOrEmpty IIF InStr
    IsNull IsNullOrEmpty IsPresent IsString Item Join Left Mid NormalizeDiacritics Not Now
    NumFromDate PCase RandomString Redact RemoveDuplicates Replace SelectUniqueValue
    SingleAppRoleAssignment Split StripSpaces Switch ToLower ToUpper Word
"""
EXTRAS = """
    AssertiveAppRoleAssignmentsComplex AppRoleAssignments Contains ConvertFromBase64 Error IsNothing
    Prepend Trim
"""


def test_all_functions_of_the_page_and_the_extras_are_there():
    assert len(PAGE.split()) == 43
    assert sorted(FUNCTIONS) == sorted([*PAGE.split(), *EXTRAS.split()])
