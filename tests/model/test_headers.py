import pytest

from reconciler.model.headers import header_fault, header_faults, merged


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("User-Agent", "contoso-sync/2 (it-ops@contoso.example)"),
        ("Accept", "application/scim+json"),
        ("Content-Type", "application/json; charset=utf-8"),
        ("X-GitHub-Api-Version", "2022-11-28"),
        ("X-Tenant", "a"),
        ("Monkey-Patch", "1"),
    ],
)
def test_a_header_that_only_tells_may_be_set(name, value):
    assert header_fault(name, value) is None


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("", "a", "no name"),
        ("X Y", "a", "no name"),
        ("X:Y", "a", "no name"),
        ("X\r\nHost", "a", "no name"),
        ("X-Ünicode", "a", "no name"),
        ("Authorization", "a", "secret"),
        ("proxy-authorization", "a", "secret"),
        ("Cookie", "a=b", "secret"),
        ("X-Api-Key", "a", "secret"),
        ("apikey", "a", "secret"),
        ("X-Auth-Token", "a", "secret"),
        ("X-Session", "a", "secret"),
        ("X-Tenant", "Bearer abc", "secret"),
        ("Host", "evil.example", "client itself"),
        ("Content-Length", "0", "client itself"),
        ("TRANSFER-ENCODING", "chunked", "client itself"),
        ("If-Match", "*", "client itself"),
        ("X-HTTP-Method-Override", "DELETE", "client itself"),
        ("X-Forwarded-For", "10.0.0.1", "client itself"),
        ("X-Tenant", "", "printable"),
        ("X-Tenant", "a\r\nHost: evil.example", "printable"),
        ("X-Tenant", "a\n", "printable"),
        ("X-Tenant", " a", "printable"),
        ("X-Tenant", "a\x00", "printable"),
        ("X-Tenant", "ä", "printable"),
        ("X-Tenant", "a" * 501, "printable"),
        ("Accept", "text/html", "JSON"),
        ("content-type", "text/plain", "JSON"),
    ],
)
def test_what_proves_who_we_are_or_makes_another_request_may_not(name, value, fault):
    assert fault in header_fault(name, value)


def test_what_is_wrong_is_said_without_the_value():
    assert header_faults({"X-Tenant": "7", "X-Api-Key": "hush", "Host": "hush"}) == [
        "'X-Api-Key' looks like a secret, which belongs under 'auth'",
        "'Host' is set by the client itself",
    ]


def test_a_target_has_its_own_instead_of_those_of_the_profile():
    assert merged({"Accept": "a", "X-Tenant": "1"}, {"accept": "b"}) == {
        "X-Tenant": "1",
        "accept": "b",
    }
