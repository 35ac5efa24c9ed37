"""Who is told of what happens at a target."""

from reconciler.desired.documents.auth import SecretDocument
from reconciler.desired.documents.notify import NotifyDocument, WebhookDocument
from reconciler.desired.entries import Entry
from reconciler.model.auth import SecretSource
from reconciler.model.notice import Event, Notify, Webhook
from reconciler.model.problem import Problem


def build_notify(entry: Entry, problems: list[Problem]) -> Notify | None:
    """Return who is told of the target of *entry*; None where nobody is."""
    document: NotifyDocument | None = entry.parsed.notify
    if document is None:
        return None
    if not document.email and document.webhook is None:
        message = "'notify' tells nobody: it has neither 'email' nor 'webhook'"
        hint = "Write email: [it-ops@contoso.example], or webhook: {url: {env: NAME}}."
        problems.append(Problem("wrong-value", message, entry.position("notify"), hint=hint))
        return None
    webhook = _webhook(document.webhook, entry, problems) if document.webhook else None
    on = frozenset(document.on or Event)
    return Notify(tuple(dict.fromkeys(document.email or ())), webhook, on)


def _webhook(document: WebhookDocument, entry: Entry, problems: list[Problem]) -> Webhook | None:
    source = _source(document.url)
    if source is None:
        message = "'url' must name one of both: {env: NAME} or {file: PATH}"
        at = entry.position("notify", "webhook", "url")
        problems.append(Problem("wrong-value", message, at))
        return None
    return Webhook(source, document.format)


def _source(document: SecretDocument) -> SecretSource | None:
    if (document.env is None) == (document.file is None):
        return None
    if document.env is not None:
        return SecretSource("env", document.env)
    return SecretSource("file", document.file or "")
