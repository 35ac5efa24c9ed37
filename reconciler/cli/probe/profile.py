"""Probe all targets, by reading or by writing, and keep what was learned as a profile."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import click

from reconciler.cli.console import can_ask, say
from reconciler.cli.environment import now
from reconciler.cli.options.settings import Settings
from reconciler.cli.probe.reading import probe_target
from reconciler.cli.probe.writing import try_target
from reconciler.cli.workspace.workspace import Workspace
from reconciler.errors import InputError
from reconciler.gallery.load import profile_data
from reconciler.model.probe import Probe
from reconciler.model.target import Target
from reconciler.render.probe.profile import write_profile
from reconciler.render.safe import escape

NOWHERE: Final = "reconciler-probe.invalid"
"""A domain that no mail reaches (RFC 2606 §2): apps write to whom they meet."""

Probed: TypeAlias = tuple[tuple[Target, Probe], ...]

_KEY: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DOMAIN: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Writing:
    """What the options of `--write` say."""

    write: bool
    yes: bool
    domain: str
    profile_file: Path | None
    overwrite: bool

    def check(self, *, probe: bool) -> None:
        """Raise `InputError` for options that do not go together, before anything is sent."""
        if self.write and not probe:
            raise InputError("--write goes with --probe", hint="Say --probe --write.")
        if self.yes and not self.write:
            raise InputError("--yes goes with --write", hint="Without --write, nothing is asked.")
        if not _DOMAIN.fullmatch(self.domain):
            raise InputError(f"'{self.domain}' is no domain", hint="Name one like contoso.example.")
        if self.profile_file is None:
            if self.overwrite:
                raise InputError("--overwrite goes with --save-profile FILE")
            return
        if not self.write:
            raise InputError("--save-profile goes with --probe --write")
        self._check_file(self.profile_file)

    def _check_file(self, file: Path) -> None:
        if file.suffix != ".yaml" or not _KEY.fullmatch(file.stem):
            raise InputError(
                f"'{file.name}' cannot hold a profile: it is called as its key is",
                hint="Use lower-case letters, digits and hyphens, as in my-app.yaml.",
            )
        if file.exists() and not self.overwrite:
            raise InputError(f"'{file}' is there already", hint="To replace it, say --overwrite.")
        if not file.parent.is_dir():
            raise InputError(f"there is no directory '{file.parent}'", hint="Make it first.")


def probe_all(workspace: Workspace, settings: Settings, writing: Writing) -> Probed:
    """Probe every target, after a yes where it is to be written to."""
    if not writing.write:
        return tuple((target, probe_target(target, settings)) for target in workspace.targets)
    if writing.profile_file and len(workspace.targets) != 1:
        raise InputError("--save-profile is for one target", hint="Name it: --target NAME.")
    if not writing.yes:
        _ask(workspace.targets)
    return tuple(
        (target, try_target(target, settings, writing.domain)) for target in workspace.targets
    )


def save_profile(file: Path, target: Target, probe: Probe) -> None:
    """Write what was learned as a profile, unless not everything could be asked."""
    if any(fact.failed for fact in probe.facts):
        say(f"{file} was not written: not everything could be asked.")
        return
    source = profile_data(target.profile.key)
    text = write_profile(source, target, probe, key=file.stem, day=now().date())
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write '{file}': {error.strerror}") from error
    say(f"Written to {file}.")


def _ask(targets: tuple[Target, ...]) -> None:
    for target in targets:
        say(f"{escape(target.key)}: at {escape(target.url)}, two users `Probe-…`")
        say("  and a group `reconciler-probe-…` are made, changed, and deleted again.")
    if not can_ask():
        raise InputError(
            "nobody is there to ask, so nothing was written",
            hint="Pass --yes to write without asking.",
        )
    click.confirm("Write to them?", abort=True, err=True)
