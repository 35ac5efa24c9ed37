"""`reconciler init`: a first desired state, where there is none."""

from pathlib import Path

import click

from reconciler.cli.codes import DONE
from reconciler.cli.console import emit, look
from reconciler.cli.init.state import (
    STATE,
    default_profile,
    first_state,
    first_target,
    has_state,
    ignored,
    token_variable,
    write_missing,
)
from reconciler.cli.init.workflows import Variables, installed_from, variables_of, workflow_files
from reconciler.cli.options.names import require_profile
from reconciler.cli.options.settings import Output, Settings
from reconciler.cli.workspace.workspace import require_desired
from reconciler.gallery.load import load_gallery
from reconciler.model.target import Profile
from reconciler.render.begun import render_begun

_TEXT = Output("text", None)


@click.command("init", epilog="Example: reconciler init --profile NAME")
@click.argument(
    "folder",
    metavar="[DIR]",
    required=False,
    default=Path(),
    type=click.Path(file_okay=False, path_type=Path),
)
@click.option(
    "--profile",
    metavar="NAME",
    help="The app of the first target; `reconciler gallery list` has them.  [default: any app]",
)
@click.option("--github", is_flag=True, help="Also write workflows of GitHub Actions.")
@click.option(
    "--tool",
    metavar="REQUIREMENT",
    help="What the workflows install, as pip takes it.  [default: what this was installed from]",
)
def command(folder: Path, profile: str | None, tool: str | None, *, github: bool) -> int:
    """Begin: write a desired state that validates, and plans with --sandbox.

    DIR is the root of the repository, this directory by default. Nothing is overwritten: where a
    desired state is there already it stays as it is, and --github adds workflows for its targets.
    """
    app = require_profile(load_gallery(), profile or default_profile())
    found = {".gitignore": ignored()}
    there = (STATE,) if has_state(folder) else ()
    if not there:
        found |= first_state(app)
    if github:
        variables = _variables(folder, app, is_there=bool(there))
        found |= workflow_files(variables, tool or installed_from())
    begun = write_missing(found, folder)
    emit(render_begun(begun.written, (*there, *begun.left), app, **look(_TEXT)), _TEXT)
    return DONE


def _variables(folder: Path, app: Profile, *, is_there: bool) -> Variables:
    """Return what the targets of the desired state read, be it there already or about to be."""
    if not is_there:
        return Variables((token_variable(first_target(app)),))
    _, targets = require_desired(Settings(desired_state=folder / STATE))
    return variables_of(targets)
