import socket

import pytest

from reconciler.errors import UnsentError
from reconciler.notify import webhook
from reconciler.notify.webhook import is_safe, post_notice
from tests.notify.conftest import hook_service
from tests.notify.test_mail import silence


def fault(url):
    with pytest.raises(UnsentError) as caught:
        post_notice(url, "{}")
    assert "secret-path" not in f"{caught.value!r} {caught.value.message} {caught.value.hint}"
    return caught.value.message


def test_a_notice_is_posted_as_json(hook):
    post_notice(hook.url, '{"text": "hello"}')
    ((path, headers, body),) = hook.posted
    assert path == "/services/T0/B0/secret-path"
    assert headers["Content-Type"] == "application/json"
    assert body == '{"text": "hello"}'


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_another_answer_than_a_good_one_is_a_failure(hook, status):
    hook.status = status
    assert fault(hook.url) == f"the webhook answered {status}"


def test_no_redirect_is_followed(hook):
    with hook_service() as elsewhere:
        hook.status, hook.headers = 307, {"Location": elsewhere.url}
        assert fault(hook.url) == "the webhook answered 307"
    assert elsewhere.posted == []


def test_a_dead_one_and_a_silent_one(monkeypatch):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        assert fault(f"http://127.0.0.1:{port}/secret-path") == "the webhook cannot be reached"
    monkeypatch.setattr(webhook, "ONE_ANSWER", 0.1)
    with silence() as port:
        told = fault(f"http://127.0.0.1:{port}/secret-path")
    assert told == "the webhook did not answer in time"


@pytest.mark.usefixtures("trusted")
def test_a_certificate_is_checked(certificate):
    with hook_service(certificate) as hook:
        post_notice(hook.url.replace("http://", "https://"), "{}")
    assert len(hook.posted) == 1


def test_a_certificate_that_nobody_vouches_for_gets_nothing(certificate):
    with hook_service(certificate) as hook:
        told = fault(hook.url.replace("http://", "https://"))
    assert told == "the webhook's certificate cannot be trusted"
    assert hook.posted == []


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/secret-path",
        "http://127.0.0.1.evil.example/secret-path",
        "ftp://127.0.0.1/secret-path",
        "https:///secret-path",
        "https://[::1/secret-path",
        "https://a b/secret-path",
        "https://hooks.example/secret-path\r\nX: y",
        "secret-path",
    ],
)
def test_what_is_posted_to_nobody(url):
    assert not is_safe(url)
    assert fault(url).startswith("the webhook's URL must begin with https://")


@pytest.mark.parametrize(
    "url", ["https://hooks.slack.com/x", "http://localhost:1/x", "http://[::1]"]
)
def test_what_may_be_posted_to(url):
    assert is_safe(url)
