import socket
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from threading import Thread

import pytest

from reconciler.errors import UnsentError
from reconciler.notify import mail
from reconciler.notify.mail import MailServer, mail_server, send_mail
from tests.notify.conftest import PASSWORD, mail_service

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
TO = ("ops@contoso.example", "night@contoso.example")
FROM = "robot@contoso.example"


def send(server, to=TO, subject="envoy: ‖ 3 held", text="Zeile\nmit Ünicode\n"):
    return send_mail(server, to, subject, text, at=NOW)


def local(port, security="none", **more):
    return MailServer("127.0.0.1", port, security, FROM, **more)


def fault(server, **more):
    with pytest.raises(UnsentError) as caught:
        send(server, **more)
    return caught.value


def test_a_letter_arrives_whole():
    with mail_service() as box:
        assert send(local(box.port)) == ""
    (letter,) = box.letters
    assert letter.rcpt_tos == list(TO)
    message = message_from_bytes(letter.content, policy=default)
    assert message["Subject"] == "envoy: ‖ 3 held"
    assert (message["From"], message["To"]) == (FROM, ", ".join(TO))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOW
    assert message.get_content() == "Zeile\r\nmit Ünicode\r\n"


def test_what_would_begin_another_header_is_refused_before_anything_is_sent():
    with mail_service() as box:
        found = fault(local(box.port), subject="x\nBcc: evil@evil.example")
    assert box.letters == []
    assert found.message == "an address or the subject may not stand in an e-mail"


def test_who_is_refused_is_counted_and_the_others_get_theirs():
    with mail_service() as box:
        assert send(local(box.port), to=("nobody@contoso.example", TO[0])) == (
            "the mail server refused 1 of the addresses"
        )
        found = fault(local(box.port), to=("nobody@contoso.example",))
    assert [letter.rcpt_tos for letter in box.letters] == [[TO[0]]]
    assert found.message == "the mail server refused every address"


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.usefixtures("trusted")
def test_tls_is_spoken_and_the_password_goes_over_it(security, certificate):
    options = {"tls": certificate} if security == "tls" else {"starttls": certificate}
    with mail_service(auth=True, **options) as box:
        send(local(box.port, security, user="robot", password=PASSWORD))
        wrong = fault(local(box.port, security, user="robot", password="wrong-password"))
    assert len(box.letters) == 1
    assert wrong.message == "the mail server refuses user or password (535)"
    assert wrong.is_dead


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_gets_no_letter(security, certificate):
    options = {"tls": certificate} if security == "tls" else {"starttls": certificate}
    with mail_service(auth=True, **options) as box:
        found = fault(local(box.port, security, user="robot", password=PASSWORD))
    assert box.letters == []
    assert found.message == "the mail server's TLS cannot be trusted"


def test_a_server_without_starttls_gets_neither_password_nor_letter():
    with mail_service(auth=True) as box:
        found = fault(local(box.port, "starttls", user="robot", password=PASSWORD))
    assert box.letters == []
    assert found.message == "the mail server offers no STARTTLS, or no login"


def test_a_dead_server_is_named_as_one():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        found = fault(local(nobody.getsockname()[1]))
    assert (found.message, found.is_dead) == ("the mail server cannot be reached", True)


@contextmanager
def silence(letters=b""):
    """Take connections, say *letters* one by one, and never come to an end."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held = []

        def accept():
            while True:
                try:
                    taken, _ = server.accept()
                except OSError:
                    return
                held.append(taken)
                taken.sendall(letters)

        thread = Thread(target=accept, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        for taken in held:
            taken.close()
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_a_server_that_says_nothing_keeps_nobody(monkeypatch):
    monkeypatch.setattr(mail, "ONE_ANSWER", 0.1)
    with silence() as port:
        found = fault(local(port))
    assert (found.message, found.is_dead) == ("the mail server did not answer in time", True)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtps://robot@mail.example", ("mail.example", 465, "tls", "robot")),
        ("smtps://mail.example:2465", ("mail.example", 2465, "tls", "")),
        ("smtp://robot%40x@mail.example", ("mail.example", 587, "starttls", "robot@x")),
        ("smtp://localhost", ("localhost", 25, "none", "")),
        ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, "none", "")),
        ("smtp://[::1]", ("::1", 25, "none", "")),
        ("smtp://localhost.evil.example", ("localhost.evil.example", 587, "starttls", "")),
        ("smtp://127.0.0.1.evil.example", ("127.0.0.1.evil.example", 587, "starttls", "")),
    ],
)
def test_what_a_url_means(url, server):
    found = mail_server(url, sender=FROM, password="p")
    assert (found.host, found.port, found.security, found.user) == server
    assert "p'" not in repr(found)


@pytest.mark.parametrize(
    "url",
    ["mail.example", "https://mail.example", "smtp://", "smtp://[::1", "smtp://mail.example:no"],
)
def test_what_is_no_url_of_a_mail_server(url):
    with pytest.raises(UnsentError, match="the mail server's URL is none"):
        mail_server(url, sender=FROM, password=None)


def test_a_password_in_the_url_is_refused_and_not_repeated():
    with pytest.raises(UnsentError) as caught:
        mail_server("smtps://robot:hush@mail.example", sender=FROM, password=None)
    assert "hush" not in f"{caught.value.message} {caught.value.hint}"


def test_a_user_needs_a_password_and_a_letter_a_sender():
    with pytest.raises(UnsentError, match="there is no password"):
        mail_server("smtps://robot@mail.example", sender=FROM, password=None)
    with pytest.raises(UnsentError, match="nothing says who the e-mails come from"):
        mail_server("smtps://mail.example", sender=None, password=None)
    found = mail_server("smtps://robot%40contoso.example@mail.example", sender=None, password="p")
    assert found.sender == "robot@contoso.example"
