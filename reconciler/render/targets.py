"""The targets as text, as JSON, and as the matrix of a GitHub workflow."""

from typing import Any, assert_never
from urllib.parse import urlsplit

from rich.cells import cell_len

from reconciler.model.auth import ApiKey, Auth, Basic, Bearer, ClientCredentials
from reconciler.model.target import Target
from reconciler.render.jsontext import json_text
from reconciler.render.page import Page, padded
from reconciler.render.safe import escape


def render_targets(targets: tuple[Target, ...], *, width: int = 80, color: bool = False) -> str:
    """Return two lines for each target: the app, and how it is reached."""
    page = Page(width, color)
    if not targets:
        page.line("No targets.")
    column = max((cell_len(escape(target.key)) for target in targets), default=0)
    for target in targets:
        key = padded(escape(target.key), column)
        about = escape(target.profile.title)
        off = "" if target.provisioning else ", provisioning is off"
        plain = f"{key}  {about}{off}"
        page.line(f"{page.paint(key, 'bold')}  {about}{off}", escape(str(target.at)), plain=plain)
        reached = f"{escape(target.url)}, {escape(_proof(target.auth))}"
        page.line(f"{' ' * column}  {page.paint(reached, 'dim')}")
    return page.text()


def dump_targets(targets: tuple[Target, ...]) -> str:
    """Return the targets as JSON: where each is and what it reads, never a secret."""
    document = {"format": "reconciler.targets/1", "targets": [_data(item) for item in targets]}
    return json_text(document)


def dump_matrix(targets: tuple[Target, ...]) -> str:
    """Return one line for `strategy.matrix` with the targets that are provisioned."""
    rows = [
        {"target": target.key, "profile": target.profile.key, "host": _host(target)}
        for target in targets
        if target.provisioning
    ]
    return json_text({"include": rows}, indent=None)


def _data(target: Target) -> dict[str, Any]:
    return {
        "target": target.key,
        "profile": target.profile.key,
        "url": target.url,
        "host": _host(target),
        "auth": _way(target.auth),
        "secret": str(target.auth.secret) if target.auth else None,
        "provisioning": "on" if target.provisioning else "off",
        "at": str(target.at),
    }


def _host(target: Target) -> str | None:
    return urlsplit(target.url).hostname


def _proof(auth: Auth | None) -> str:
    return f"{_way(auth)} from {auth.secret}" if auth else "no token"


def _way(auth: Auth | None) -> str | None:
    match auth:
        case None:
            return None
        case Bearer():
            return "bearer"
        case Basic():
            return "basic"
        case ApiKey():
            return "header"
        case ClientCredentials():
            return "oauth2"
    assert_never(auth)
