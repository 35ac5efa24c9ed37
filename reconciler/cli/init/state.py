"""A first desired state for an empty repository; nothing that is there is ever overwritten."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Final

from reconciler.desired.schema import desired_schema
from reconciler.errors import InputError
from reconciler.model.target import Profile

STATE: Final = "desired-state"
_ANY_URL: Final = "https://app.example/scim/v2"
_SUFFIX: Final = "_SCIM_TOKEN"


@dataclass(frozen=True, slots=True)
class Begun:
    """What became of the files, by path from the repository's root."""

    written: tuple[str, ...]
    left: tuple[str, ...]


def default_profile() -> str:
    """Return the key of the profile that fits any app."""
    return (_starter() / "profile").read_text(encoding="utf-8").strip()


def token_variable(target: str) -> str:
    """Return the name of the variable that holds the token of *target*."""
    return f"{target.replace('-', '_').upper()}{_SUFFIX}"


def first_target(profile: Profile) -> str:
    """Return what to call the first target: as the app, or `app` where it may be any."""
    return "app" if profile.key == default_profile() else profile.key


def first_state(profile: Profile) -> dict[str, str]:
    """Return the files of a desired state with a target for the app of *profile*."""
    target = first_target(profile)
    known = {
        "key": target,
        "profile": profile.key,
        "url": f"url: {profile.url or _any_url(profile)}",
        "variable": token_variable(target),
    }
    found = {
        f"{STATE}/{path}": Template(text).substitute(known) for path, text in starter_tree(STATE)
    }
    found[f"{STATE}/targets/{target}.yaml"] = found.pop(f"{STATE}/targets/target.yaml")
    found[f"{STATE}/.schemas/desired-state.schema.json"] = (
        json.dumps(desired_schema(), indent=2) + "\n"
    )
    return found


def ignored() -> str:
    """Return what git should not keep."""
    return (_starter() / "gitignore").read_text(encoding="utf-8")


def has_state(folder: Path) -> bool:
    """Tell whether *folder* is a repository with a desired state already."""
    return any(path.suffix in (".yaml", ".yml") for path in (folder / STATE).rglob("*"))


def write_missing(found: Mapping[str, str], folder: Path) -> Begun:
    """Write those of the files that are not there; raise `InputError` where that cannot be."""
    written, left = [], []
    for name, text in found.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
        except FileExistsError:
            left.append(name)
        except OSError as error:
            raise InputError(
                f"cannot write '{path}': {error.strerror}",
                hint="Name a directory that you may write to: reconciler init DIR.",
            ) from error
        else:
            written.append(name)
    return Begun(tuple(written), tuple(left))


def starter_tree(name: str) -> tuple[tuple[str, str], ...]:
    """Return the files below one directory of what we bring along: path and text."""
    return tuple(_tree(_starter() / name))


def _any_url(profile: Profile) -> str:
    return f"{_ANY_URL} # An example. Yours: {profile.url_hint}"


def _starter() -> Traversable:
    return files("reconciler.cli.init") / "starter"


def _tree(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield every file below *folder* with its path, the same ones in the same order always."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from _tree(item, f"{prefix}{item.name}/")
        else:
            yield f"{prefix}{item.name}", item.read_text(encoding="utf-8")
