"""The workflows of GitHub Actions for a repository with a desired state."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any, Final

from reconciler.cli.init.state import starter_tree
from reconciler.errors import InputError
from reconciler.model.auth import SecretSource
from reconciler.model.target import Target

_ACTION: Final = ".github/actions/reconciler"
_SECRET_LINE: Final = re.compile(r"(?m)^( *)(TARGET_TOKEN|NOTICE_SECRET): .*\n")
"""Stands for one line for each variable that a target names, and for what telling people needs."""
_MAIL: Final = ("RECONCILER_SMTP_FROM", "RECONCILER_SMTP_PASSWORD", "RECONCILER_SMTP_URL")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_TOOL_HINT: Final = (
    "Name it as pip does, a commit and not a branch: "
    "--tool 'reconciler @ git+https://github.com/OWNER/REPOSITORY@COMMIT'."
)


@dataclass(frozen=True, slots=True)
class Variables:
    """The names of what jobs are given as secrets: the *tokens* of targets, and *notices*."""

    tokens: tuple[str, ...]
    notices: tuple[str, ...] = ()


def workflow_files(variables: Variables, tool: str) -> dict[str, str]:
    """Return the workflows and their action; they give jobs *variables*, and install *tool*."""
    lines = {"TARGET_TOKEN": variables.tokens, "NOTICE_SECRET": variables.notices}
    if not tool.isprintable() or not tool.strip():
        raise InputError("--tool is no requirement", hint=_TOOL_HINT)
    found = {
        f".github/{path}": _SECRET_LINE.sub(lambda line: _secrets(line[1], lines[line[2]]), text)
        for path, text in starter_tree("github")
    }
    return found | {f"{_ACTION}/requirements.txt": f"{_WHAT}{tool.strip()}\n"}


_WHAT: Final = (
    "# What the workflows install, beside tokens: keep it pinned to a commit, and what it\n"
    "# needs too (pip-compile --generate-hashes).\n"
)


def variables_of(targets: tuple[Target, ...]) -> Variables:
    """Return what the targets read: their tokens, and what people are told by."""
    told = [target.notify for target in targets if target.notify]
    hooks = _names(notify.webhook.url for notify in told if notify.webhook)
    mail = _MAIL if any(notify.email for notify in told) else ()
    tokens = _names(target.auth.secret for target in targets if target.auth)
    return Variables(tokens, tuple(sorted({*hooks, *mail} - {*tokens})))


def _names(sources: Iterable[SecretSource]) -> tuple[str, ...]:
    """Return the names of variables, each once."""
    names = {source.name for source in sources if source.kind == "env"}
    odd = sorted(name for name in names if not _NAME.fullmatch(name))
    if odd:
        raise InputError(
            f"'{odd[0]}' cannot be the name of a secret of GitHub",
            hint="Use letters, digits and _ in auth: {bearer: {env: NAME}}.",
        )
    return tuple(sorted(names))


def installed_from() -> str:
    """Return what pip was given for this very program; raise `InputError` where it cannot be had.

    The name alone is no answer: on the public index it belongs to somebody else.
    """
    try:
        text = distribution("reconciler").read_text("direct_url.json")
        found: dict[str, Any] = json.loads(text or "{}")
    except (PackageNotFoundError, ValueError):
        found = {}
    commit = found.get("vcs_info", {}).get("commit_id")
    if commit is None or not str(found.get("url", "")).startswith("https://"):
        raise InputError("it is not known where the workflows get reconciler", hint=_TOOL_HINT)
    return f"reconciler @ git+{found['url']}@{commit}"


def _secrets(indent: str, variables: tuple[str, ...]) -> str:
    return "".join(f"{indent}{name}: ${{{{ secrets.{name} }}}}\n" for name in variables)
