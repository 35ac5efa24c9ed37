import pytest

from reconciler.desired.urls import url_fault


@pytest.mark.parametrize(
    "url",
    [
        "https://app.envoy.com/scim/v2",
        "https://app.example.com:8443/scim",
        "http://localhost:8080",
        "http://127.0.0.1:8080/scim",
        "http://[::1]:8080/scim",
    ],
)
def test_https_is_sound_and_so_is_http_to_this_machine(url):
    assert url_fault(url) is None


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://app.envoy.com", "https"),
        ("http://127.0.0.1.evil.example", "https"),
        ("http://localhost.evil.example", "https"),
        ("http://10.0.0.1", "https"),
        ("ftp://app.envoy.com", "https"),
        ("app.envoy.com/scim", "https"),
        ("https:///scim", "no host"),
        ("https://a@b.example", "password"),
        ("https://b.example/?x", "query"),
        ("https://b.example/#x", "fragment"),
        ("https://b.example/a b", "spaces"),
        ("https://[::1", "not a URL"),
        ("https://b.example:99999/", "not a URL"),
        ("https://b\u202e.example/", "characters"),
        ("https://b.example/\n", "characters"),
    ],
)
def test_anything_else_is_a_fault_named_without_the_url(url, fault):
    assert fault in url_fault(url)
