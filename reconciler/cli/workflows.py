"""The workflows of GitHub Actions for a repository with a desired state."""

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any, Final

from reconciler.cli.starting import starter_tree
from reconciler.errors import InputError
from reconciler.model.target import Target

_ACTION: Final = ".github/actions/reconciler"
_TOKEN_LINE: Final = re.compile(r"(?m)^( *)TARGET_TOKEN: .*\n")
"""Stands for one line for each variable that a target names."""
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_TOOL_HINT: Final = (
    "Name it as pip does, a commit and not a branch: "
    "--tool 'reconciler @ git+https://github.com/OWNER/REPOSITORY@COMMIT'."
)


def workflow_files(variables: tuple[str, ...], tool: str) -> dict[str, str]:
    """Return the workflows and their action; they give jobs *variables*, and install *tool*."""
    if not tool.isprintable() or not tool.strip():
        raise InputError("--tool is no requirement", hint=_TOOL_HINT)
    found = {
        f".github/{path}": _TOKEN_LINE.sub(lambda line: _secrets(line[1], variables), text)
        for path, text in starter_tree("github")
    }
    return found | {f"{_ACTION}/requirements.txt": f"{_WHAT}{tool.strip()}\n"}


_WHAT: Final = (
    "# What the workflows install, beside tokens: keep it pinned to a commit, and what it\n"
    "# needs too (pip-compile --generate-hashes).\n"
)


def token_variables(targets: tuple[Target, ...]) -> tuple[str, ...]:
    """Return the names of the variables that the targets read their secrets from."""
    sources = (target.auth.secret for target in targets if target.auth)
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
