"""`reconciler init`: a first desired state, where there is none."""

from pathlib import Path

import click

from reconciler.cli.codes import DONE
from reconciler.cli.console import emit, look
from reconciler.cli.naming import require_profile
from reconciler.cli.options import Output
from reconciler.cli.starting import (
    STATE,
    default_profile,
    first_state,
    has_state,
    ignored,
    write_missing,
)
from reconciler.gallery.load import load_gallery
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
def command(folder: Path, profile: str | None) -> int:
    """Begin: write a desired state that validates, and plans with --sandbox.

    DIR is the root of the repository, this directory by default. Nothing is overwritten: where a
    desired state is there already it stays as it is.
    """
    app = require_profile(load_gallery(), profile or default_profile())
    found = {".gitignore": ignored()}
    there = (STATE,) if has_state(folder) else ()
    if not there:
        found |= first_state(app)
    begun = write_missing(found, folder)
    emit(render_begun(begun.written, (*there, *begun.left), app, **look(_TEXT)), _TEXT)
    return DONE
