"""`reconciler check`: test the connection, before anything depends on it."""

from dataclasses import replace

import click

from reconciler.cli.codes import DIFFERENCES, DONE, FAILED
from reconciler.cli.console import emit, look
from reconciler.cli.inspecting import inspect_target
from reconciler.cli.options import Output, Settings, with_output, with_settings
from reconciler.cli.probing import probe_target
from reconciler.cli.quarantining import quarantine_findings
from reconciler.cli.records import ledger_to_read
from reconciler.cli.workspace import Workspace, require_workspace
from reconciler.ledger.ledger import Ledger
from reconciler.model.inspection import Inspection
from reconciler.model.learning import differences
from reconciler.model.target import Target
from reconciler.render.check import dump_check, render_check
from reconciler.render.probe import render_probe
from reconciler.render.probedata import dump_probe


@click.command("check", epilog="Example: reconciler check --target front-desk --probe")
@click.option("--probe", is_flag=True, help="Learn what the server does, by reading alone.")
@click.option(
    "--detailed-exitcode", is_flag=True, help="With --probe: exit with 2 where something differs."
)
@with_settings("desired_state", "targets", "sandbox", "state_dir", "ledger", "log")
@with_output("text", "json")
def command(settings: Settings, output: Output, *, probe: bool, detailed_exitcode: bool) -> int:
    """Test the connection to each target, against its profile.

    Shows what the server says it supports, what the profile says, and what fails and why, and
    whether the target is in quarantine. Reads only. Exits with 4 where a test fails.

    With --probe, asks for everything that a profile can say of an app, and shows each answer with
    the requests that it was learned from, where the profile says otherwise, and what to write.
    """
    workspace = require_workspace(settings)
    if probe:
        return _probe(workspace, settings, output, detailed=detailed_exitcode)
    with ledger_to_read(settings) as ledger:
        found = tuple(_inspect(target, ledger, settings) for target in workspace.targets)
    is_json = output.format == "json"
    emit(dump_check(found) if is_json else render_check(found, **look(output)), output)
    return FAILED if any(item.failed for item in found) else DONE


def _inspect(target: Target, ledger: Ledger, settings: Settings) -> Inspection:
    found = inspect_target(target, settings)
    known = quarantine_findings(ledger, target, settings.clock())
    return replace(found, findings=(*known, *found.findings))


def _probe(workspace: Workspace, settings: Settings, output: Output, *, detailed: bool) -> int:
    probes = tuple((target, probe_target(target, settings)) for target in workspace.targets)
    is_json = output.format == "json"
    emit(dump_probe(probes) if is_json else render_probe(probes, **look(output)), output)
    if any(probe.failed for _, probe in probes):
        return FAILED
    differ = any(
        differences(probe.facts, target.service, target.profile) for target, probe in probes
    )
    return DIFFERENCES if detailed and differ else DONE
