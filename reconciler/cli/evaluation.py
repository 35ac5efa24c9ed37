"""Whose attributes an expression is evaluated with."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.cli.options.settings import Settings
from reconciler.cli.workspace.workspace import Workspace, require_workspace
from reconciler.desired.suggest import did_you_mean
from reconciler.errors import InputError
from reconciler.model.values import Kind
from reconciler.pipeline import scope_target, source_attributes
from reconciler.values import Value


@dataclass(frozen=True, slots=True)
class Source:
    """Source attributes, and the names of those that must not be shown."""

    attributes: Mapping[str, Value]
    hidden: frozenset[str] = frozenset()


def source_of(user: str | None, settings: Settings) -> Source:
    """Return the attributes of *user*, derived ones included; none where nobody is named.

    Its roles and whether it is out depend on the target: without `--target` it has no roles, and
    is out only where it is disabled everywhere.
    """
    if user is None:
        return Source({})
    if len(settings.targets) > 1:
        raise InputError("one user is evaluated at one target", hint="Give --target once.")
    workspace = require_workspace(settings)
    if user not in workspace.desired.users:
        hint = did_you_mean(user, workspace.desired.users) or "It is the key in the YAML."
        raise InputError(f"there is no user '{user}'", hint=hint)
    return Source(_attributes(user, workspace, settings), workspace.desired.sensitive)


def _attributes(key: str, workspace: Workspace, settings: Settings) -> Mapping[str, Value]:
    if not settings.targets:
        return source_attributes(workspace.desired, key, settings.now)
    scoped = scope_target(workspace.desired, workspace.targets[0], settings.now)
    return next(item.attributes for item in scoped if (item.kind, item.key) == (Kind.USER, key))
