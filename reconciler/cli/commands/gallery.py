"""`reconciler gallery`: the apps that are known, as data."""

from collections.abc import Mapping

import click

from reconciler.cli.codes import DONE
from reconciler.cli.console import emit, look
from reconciler.cli.options import Output
from reconciler.errors import InputError
from reconciler.gallery.load import load_gallery
from reconciler.model.target import Profile
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
    emit(render_profile(_profile(load_gallery(), name), **look(_TEXT)), _TEXT)
    return DONE


def _profile(gallery: Mapping[str, Profile], name: str) -> Profile:
    if name not in gallery:
        raise InputError(
            f"there is no profile '{name}'", hint=f"There are: {', '.join(sorted(gallery))}."
        )
    return gallery[name]
