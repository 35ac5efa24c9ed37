"""Guess which profile of the gallery a target directory is."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from reconciler.errors import InputError
from reconciler.model.target import Profile
from reconciler.yamldoc import read_yaml


def choose_profile(
    wanted: str | None, directory: str, url: str | None, profiles: Mapping[str, Profile]
) -> tuple[Profile, str]:
    """Return the profile and why it was taken; raise `InputError` where *wanted* is unknown."""
    if wanted is not None:
        if wanted not in profiles:
            known = ", ".join(sorted(profiles))
            raise InputError(f"there is no profile '{wanted}'", hint=f"There are: {known}.")
        return profiles[wanted], "it was asked for"
    host, name, table = _host(url), _plain(directory), _table()
    at_host = [item for item in profiles.values() if host and _is_at(host, item)]
    if at_host:
        return at_host[0], f"the address is at {host}"
    so_called = [
        item
        for item in profiles.values()
        if name and name in (_plain(item.key), _plain(item.title))
    ]
    if so_called:
        return so_called[0], f"the target directory is called {directory}"
    if name in table["directories"]:
        return profiles[table["directories"][name]], f"the target directory is called {directory}"
    return profiles[table["fallback"]], f"no profile is known for {directory or 'this directory'}"


def _is_at(host: str, profile: Profile) -> bool:
    """Tell whether *host* is that of the app, or one below it."""
    known = {_host(profile.url), *profile.hosts}
    return any(host == name or host.endswith(f".{name}") for name in known if name)


@cache
def _table() -> Any:
    source = (files("reconciler.entra") / "directories.yaml").read_bytes()
    document, _ = read_yaml(source, file="entra/directories.yaml")
    return document.data if document else {}


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url).hostname if url else None
    except ValueError:
        return None
