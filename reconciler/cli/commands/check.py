"""`reconciler check`: test the connection, before anything depends on it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from reconciler.cli.apply.quarantines import quarantine_findings
from reconciler.cli.codes import DIFFERENCES, DONE, FAILED
from reconciler.cli.console import emit, look
from reconciler.cli.ledger import ledger_to_read
from reconciler.cli.notices.ways import notify_findings
from reconciler.cli.options.settings import Output, Settings
from reconciler.cli.options.shared import with_output, with_settings
from reconciler.cli.probe.connection import inspect_target
from reconciler.cli.probe.profile import NOWHERE, Probed, Writing, probe_all, save_profile
from reconciler.cli.workspace.workspace import require_workspace
from reconciler.ledger.ledger import Ledger
from reconciler.model.inspection import Inspection
from reconciler.model.learning import differences
from reconciler.model.target import Target
from reconciler.render.check import dump_check, render_check
from reconciler.render.probe.json import dump_probe
from reconciler.render.probe.text import render_probe


@click.command("check", epilog="Example: reconciler check --target front-desk --probe")
@click.option("--probe", is_flag=True, help="Learn what the server does, by reading alone.")
@click.option("--write", is_flag=True, help="With --probe: also write, to throw-away objects.")
@click.option("--yes", is_flag=True, help="With --write: do not ask; for machines.")
@click.option(
    "--domain",
    default=NOWHERE,
    show_default=True,
    metavar="NAME",
    help="With --write: the domain of the throw-away users.",
)
@click.option(
    "--save-profile",
    "profile_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="With --write: write what was learned as a profile; FILE ends with .yaml.",
)
@click.option("--overwrite", is_flag=True, help="Let --save-profile replace a file.")
@click.option(
    "--detailed-exitcode", is_flag=True, help="With --probe: exit with 2 where something differs."
)
@with_settings("desired_state", "targets", "sandbox", "state_dir", "ledger", "log")
@with_output("text", "json")
def command(
    settings: Settings, output: Output, *, probe: bool, detailed_exitcode: bool, **given: Any
) -> int:
    """Test the connection to each target, against its profile.

    Shows what the server says it supports, what the profile says, what fails and why, whether the
    target is in quarantine, and where its notices go. Reads only, and sends no notice. Exits with 4
    where a test fails.

    With --probe, asks for everything that a profile can say of an app, and shows each answer with
    the requests that it was learned from, where the profile says otherwise, and what to write.

    With --probe --write, asks first, then makes two throw-away users and a group in the app,
    changes and deletes them; what a killed probe left behind goes at the next one.
    """
    writing = Writing(**given)
    writing.check(probe=probe)
    workspace = require_workspace(settings)
    if probe:
        probes = probe_all(workspace, settings, writing)
        code = _report(probes, output, detailed=detailed_exitcode)
        if writing.profile_file:
            save_profile(writing.profile_file, *probes[0])
        return code
    with ledger_to_read(settings) as ledger:
        found = tuple(_inspect(target, ledger, settings) for target in workspace.targets)
    is_json = output.format == "json"
    emit(dump_check(found) if is_json else render_check(found, **look(output)), output)
    return FAILED if any(item.failed for item in found) else DONE


def _inspect(target: Target, ledger: Ledger, settings: Settings) -> Inspection:
    found = inspect_target(target, settings)
    known = quarantine_findings(ledger, target, settings.clock())
    told = () if settings.sandbox else notify_findings(target)
    return replace(found, findings=(*known, *found.findings, *told))


def _report(probes: Probed, output: Output, *, detailed: bool) -> int:
    is_json = output.format == "json"
    emit(dump_probe(probes) if is_json else render_probe(probes, **look(output)), output)
    if any(probe.failed for _, probe in probes):
        return FAILED
    differ = any(
        differences(probe.facts, target.service, target.profile) for target, probe in probes
    )
    return DIFFERENCES if detailed and differ else DONE
