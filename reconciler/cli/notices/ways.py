"""Where notices go: the mail server and the webhooks that the environment names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reconciler.cli.environment import variable
from reconciler.errors import UnsentError
from reconciler.model.auth import SecretSource
from reconciler.model.inspection import Finding, Verdict
from reconciler.model.notice import Webhook
from reconciler.model.target import Target
from reconciler.notify.mail import MailServer, mail_server
from reconciler.notify.webhook import require_safe

_URL: Final = "RECONCILER_SMTP_URL"
_SENDER, _PASSWORD = "RECONCILER_SMTP_FROM", "RECONCILER_SMTP_PASSWORD"
_PASSWORD_FILE = f"{_PASSWORD}_FILE"

_SAID = {
    "tls": "over TLS",
    "starttls": "by STARTTLS",
    "none": "without TLS, to this very machine",
}


def mail_way() -> MailServer:
    """Return the mail server; raise `UnsentError` where the environment does not say it right."""
    url = variable(_URL)
    if url is None:
        raise UnsentError(
            f"{_URL} is not set",
            is_dead=True,
            hint="Set it like smtps://user@mail.example:465 (docs/operations.md).",
        )
    return mail_server(url, sender=variable(_SENDER), password=_password())


def webhook_way(webhook: Webhook) -> str:
    """Return the URL, which is a secret; raise `UnsentError` where none can be posted to."""
    url = _read_source(webhook.url)
    require_safe(url)
    return url


def notify_findings(target: Target) -> Iterator[Finding]:
    """Yield what `check` says of a target's notices: nothing is sent, and no run depends on it."""
    if target.notify is None:
        return
    if target.notify.email:
        try:
            server = mail_way()
        except UnsentError as error:
            yield Finding(Verdict.NOTE, "e-mail", error.message, hint=error.hint)
        else:
            said = f"by {server.host}:{server.port} {_SAID[server.security]}, from {server.sender}"
            yield Finding(Verdict.GOOD, "e-mail", said)
    if target.notify.webhook is not None:
        source = target.notify.webhook.url
        try:
            webhook_way(target.notify.webhook)
        except UnsentError as error:
            hint = "No notice can be posted; no run depends on it."
            yield Finding(Verdict.NOTE, "webhook", f"{source}: {error.message}", hint=hint)
        else:
            yield Finding(Verdict.GOOD, "webhook", f"its URL is in {source}")


def _password() -> str | None:
    path = variable(_PASSWORD_FILE)
    return variable(_PASSWORD) if path is None else _read(Path(path), _PASSWORD_FILE)


def _read_source(source: SecretSource) -> str:
    is_variable = source.kind == "env"
    text = variable(source.name) if is_variable else _read(Path(source.name), "the webhook")
    if not (text and text.strip()):
        raise UnsentError("the webhook's URL is not set", is_dead=True)
    return text.strip()


def _read(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise UnsentError(f"the file of {name} cannot be read: {reason}", is_dead=True) from error
