"""A page from a template: the only file that knows Jinja2.

Three things keep hostile text a text: every value that a template prints goes through
`render.safe`, then through Jinja2's escaping, and the page's own Content-Security-Policy admits
one script and one style, by hash.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from reconciler.render.safe import escape

_FOLDER: Final = files("reconciler.render.html")


def render_page(template: str, **values: Any) -> str:
    """Return the page of *template* filled with *values*; the same values give the same bytes."""
    style, script = _asset("page.css"), _asset("page.js")
    page = _environment().get_template(template)
    return page.render(
        **values,
        style=style,
        script=script,
        policy=_policy(style, script),
    )


def _policy(style: str, script: str) -> str:
    """Return what the page may do: run this script, wear this style, show its own icon."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(script)}'",
            f"style-src '{_hash(style)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    """Return the hash of an inline script or style (CSP3 §2.3.1, hash-source)."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def _asset(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    """Make the one environment: a name that is not given is a bug, and never an empty text."""
    return Environment(
        autoescape=True,
        finalize=_harmless,
        loader=FunctionLoader(lambda name: _asset(f"templates/{name}")),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )


def _harmless(value: Any) -> Any:
    """Make everything visible that a template prints, but for markup that a template made."""
    return escape(value) if isinstance(value, str) and not isinstance(value, Markup) else value
