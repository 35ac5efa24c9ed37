"""Send one e-mail by SMTP (RFC 5321): over TLS, except on this very machine."""

import smtplib
import ssl
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from ipaddress import ip_address
from typing import Literal
from urllib.parse import unquote, urlsplit

from reconciler.errors import UnsentError
from reconciler.notify.patience import ONE_ANSWER, within

_PORTS = {"tls": 465, "starttls": 587, "none": 25}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Who takes our e-mails, and who we are there."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


def mail_server(url: str, *, sender: str | None, password: str | None) -> MailServer:
    """Return the server at *url*: smtps://user@host, or smtp://user@host for STARTTLS.

    Only to this very machine goes anything without TLS. Raise `UnsentError`, naming what is wrong
    and never the URL, which may hold what it should not.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if host is None or parts.scheme not in ("smtp", "smtps"):
        raise UnsentError("the mail server's URL is none", hint=_URL)
    if parts.password is not None:
        raise UnsentError("the mail server's URL holds a password", hint=_URL)
    user = unquote(parts.username or "")
    security = _security(parts.scheme, host)
    if sender is None and "@" not in user:
        raise UnsentError("nothing says who the e-mails come from", hint=_FROM)
    if user and not password:
        raise UnsentError("there is no password for the mail server's user", hint=_URL)
    port = port or _PORTS[security]
    return MailServer(host, port, security, sender or user, user, password or "")


_URL = (
    "Set RECONCILER_SMTP_URL like smtps://user@mail.example:465, and the password in "
    "RECONCILER_SMTP_PASSWORD or in the file RECONCILER_SMTP_PASSWORD_FILE."
)
_FROM = "Set RECONCILER_SMTP_FROM to an address."


def send_mail(
    server: MailServer, to: Iterable[str], subject: str, text: str, *, at: datetime
) -> str:
    """Send *text* to everybody in *to*; raise `UnsentError` where nobody's copy was taken.

    Return what is to be said besides, for a server that refuses some of them. Nothing that it
    says is repeated: it was told the password.
    """
    try:
        message = _message(server, tuple(to), subject, text, at)
    except ValueError:
        raise UnsentError("an address or the subject may not stand in an e-mail") from None
    return within(lambda: _send(server, message), what="the mail server")


def _message(
    server: MailServer, to: tuple[str, ...], subject: str, text: str, at: datetime
) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = server.sender
    message["To"] = ", ".join(to)
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = make_msgid(domain="reconciler.invalid")
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: no vacation replies, no loops.
    message.set_content(text)
    return message


def _send(server: MailServer, message: EmailMessage) -> str:
    try:
        with _open(server) as session:
            if server.security == "starttls":
                session.starttls(context=ssl.create_default_context())
            if server.user:
                session.login(server.user, server.password)
            refused = session.send_message(message)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise _unsent(error) from None
    return f"the mail server refused {len(refused)} of the addresses" if refused else ""


def _open(server: MailServer) -> smtplib.SMTP:
    if server.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=ONE_ANSWER, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=ONE_ANSWER)


def _unsent(error: Exception) -> UnsentError:
    """Return what went wrong in our words: codes are a server's, sentences are not repeated."""
    match error:
        case ssl.SSLError():
            return UnsentError("the mail server's TLS cannot be trusted", is_dead=True)
        case smtplib.SMTPAuthenticationError():
            told = f"the mail server refuses user or password ({error.smtp_code})"
            return UnsentError(told, is_dead=True)
        case smtplib.SMTPNotSupportedError():
            return UnsentError("the mail server offers no STARTTLS, or no login", is_dead=True)
        case smtplib.SMTPRecipientsRefused():
            return UnsentError("the mail server refused every address")
        case smtplib.SMTPResponseException():
            return UnsentError(f"the mail server refused with {error.smtp_code}")
        case TimeoutError() | smtplib.SMTPServerDisconnected() if _is_late(error):
            return UnsentError("the mail server did not answer in time", is_dead=True)
        case _:
            return UnsentError("the mail server cannot be reached", is_dead=True)


def _is_late(error: Exception) -> bool:
    """Tell whether time ran out; smtplib makes a closed connection of it."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _security(scheme: str, host: str) -> Literal["tls", "starttls", "none"]:
    if scheme == "smtps":
        return "tls"
    is_loopback = host == "localhost"
    with suppress(ValueError):
        is_loopback = is_loopback or ip_address(host).is_loopback
    return "none" if is_loopback else "starttls"
