"""Install what does not live in our own environment: `python -m tests.servers.install`.

That is the SCIM servers, PostgreSQL, and Chromium for the tests of pages.

The registries are those that pip and npm are configured with. A server that is installed already is
left alone; without Node.js its servers are left out, with a word.
"""

import os
import shutil
import subprocess
import sys

from tests.chromium import program
from tests.servers.postgres import programs
from tests.servers.recipes import APPS, EMPTY_DATABASE, RECIPES, Launch, Recipe


def main() -> None:
    """Install what is missing, and say for each server where it stands."""
    for recipe in RECIPES.values():
        if recipe.packages and not recipe.shares:
            sys.stdout.write(f"{recipe.name}: {_install(recipe)}\n")
    # The tests start a cluster of their own from PostgreSQL's programs.
    postgresql = _install_package("postgresql", found=programs() is not None)
    chromium = _install_package("chromium", found=program() is not None)
    sys.stdout.write(f"postgresql: {postgresql}\nchromium: {chromium}\n")


def _install(recipe: Recipe) -> str:
    if recipe.installed:
        return "installed already"
    if recipe.node and not (shutil.which("node") and shutil.which("npm")):
        return "skipped, Node.js with npm is missing"
    shutil.rmtree(recipe.home, ignore_errors=True)
    recipe.home.mkdir(parents=True)
    if recipe.node:
        _install_node(recipe)
    else:
        _install_python(recipe)
    (recipe.home / "installed.txt").write_text("\n".join(recipe.packages))
    return "installed"


def _install_node(recipe: Recipe) -> None:
    (recipe.home / "package.json").write_text('{"private": true, "type": "module"}')
    quiet = ["--loglevel=error", "--no-fund", "--no-audit"]
    subprocess.run(["npm", "install", *quiet, *recipe.node], cwd=recipe.home, check=True)


def _install_python(recipe: Recipe) -> None:
    python = recipe.home / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", python.parents[1]], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *recipe.python], check=True)
    if recipe.django_app:
        _make_empty_database(recipe, str(python))


def _install_package(name: str, *, found: bool) -> str:
    """Install a package of Debian, unless what the tests need of it was *found*."""
    if found:
        return "installed already"
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return f"skipped, it takes root and apt-get: apt-get install {name}"
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", name]):
        subprocess.run(["apt-get", "--quiet=2", *arguments], env=os.environ | quiet, check=True)
    return "installed"


def _make_empty_database(recipe: Recipe, python: str) -> None:
    """Make the tables once, so that each start only copies a file."""
    migrate = (
        f"import {recipe.django_app}, django.core.management as m; "
        "m.call_command('migrate', run_syncdb=True, verbosity=0)"
    )
    nowhere = Launch(data=recipe.home.resolve(), port=0, token="unused")
    environment = os.environ | recipe.environment(nowhere)
    subprocess.run([python, "-c", migrate], cwd=APPS, env=environment, check=True)
    (recipe.home / "db.sqlite3").rename(recipe.home / EMPTY_DATABASE)


if __name__ == "__main__":
    main()
