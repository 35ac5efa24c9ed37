"""`reconciler gallery`: the apps that are known, as data."""

import click

from reconciler.cli.codes import DONE
from reconciler.cli.console import emit, look
from reconciler.cli.options.names import require_profile
from reconciler.cli.options.settings import Output
from reconciler.gallery.load import load_gallery
from reconciler.render.gallery import render_gallery, render_profile

_TEXT = Output("text", None)


@click.group("gallery", epilog="Example: reconciler gallery list")
def command() -> None:
    """List the profiles of apps, or show one."""


@command.command("list", epilog="Example: reconciler gallery list")
def list_profiles() -> int:
    """List every profile: its key, the app, and when it was last checked."""
    emit(render_gallery(tuple(load_gallery().values()), **look(_TEXT)), _TEXT)
    return DONE


@command.command("show", epilog="Example: reconciler gallery show NAME")
@click.argument("name")
def show_profile(name: str) -> int:
    """Show what is known of one app: its attributes, default mappings and quirks."""
    emit(render_profile(require_profile(load_gallery(), name), **look(_TEXT)), _TEXT)
    return DONE
