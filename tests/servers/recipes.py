"""The real SCIM servers that the tests run against: what is installed, and how each is started.

What they do differently is written down per test in `test_smoke.py`. `install.py` puts the packages
into `cache_folder()`; `process.py` runs a recipe with empty data on a free port.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import MappingProxyType

from tests.servers.variants import (
    CURSOR,
    CURSOR_AND_INDEX,
    EVERYTHING,
    MINIMAL,
    TINY_PAGES,
    acme_resource_types,
    acme_schemas,
)

APPS = Path(__file__).with_name("apps")
ROOT = Path(__file__).parents[2]
EMPTY_DATABASE = "empty.sqlite3"


@dataclass(frozen=True, slots=True)
class Launch:
    """One start: empty *data* folder, loopback *port*, bearer *token*."""

    data: Path
    port: int
    token: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """A server by *name*: packages to install, and the command that serves *base_path*."""

    name: str
    base_path: str
    command: Callable[[Launch], list[str]]
    python: tuple[str, ...] = ()
    """Packages for a virtual environment of its own; django cannot share ours."""
    node: tuple[str, ...] = ()
    """Packages for Node.js."""
    django_app: str = ""
    """The module in `apps/` whose tables are made once, when it is installed."""
    shares: str = ""
    """The server whose installed packages it uses, where it has none of its own."""
    environment: Callable[[Launch], Mapping[str, str]] = field(default=lambda _: {})

    @property
    def home(self) -> Path:
        """Return the folder that holds what was installed."""
        return cache_folder() / (self.shares or self.name)

    @property
    def packages(self) -> tuple[str, ...]:
        """Return what has to be installed; nothing for a server of our own environment."""
        return self.python + self.node

    @property
    def installed(self) -> bool:
        """Tell whether exactly these packages are installed."""
        mark = self.home / "installed.txt"
        return not self.packages or (
            mark.is_file() and mark.read_text().split() == [*self.packages]
        )


def cache_folder() -> Path:
    """Return where servers are installed: RECONCILER_TEST_SERVERS, or a folder git ignores."""
    return Path(os.environ.get("RECONCILER_TEST_SERVERS") or ROOT / ".cache" / "test-servers")


def _scim2_server(
    variant: Mapping[str, object] = MappingProxyType({}), *options: str, acme: bool = False
) -> Callable[[Launch], list[str]]:
    def command(launch: Launch) -> list[str]:
        files = {"service-provider-config": EVERYTHING | dict(variant)}
        if acme:
            files |= {"schema": acme_schemas(), "resource-type": acme_resource_types()}
        return [
            str(Path(sys.executable).with_name("scim2-server")),
            *("--hostname", "127.0.0.1", "--port", str(launch.port)),
            *("--bearer-token", launch.token, *options),
            *chain.from_iterable(_written(launch.data, *item) for item in files.items()),
        ]

    return command


def _written(folder: Path, option: str, content: object) -> tuple[str, str]:
    path = folder / f"{option}.json"
    path.write_text(json.dumps(content))
    return f"--{option}", str(path)


def _node(folder: str, app: str) -> Callable[[Launch], list[str]]:
    def command(launch: Launch) -> list[str]:
        # Node.js looks for packages beside the file that imports them.
        packages = cache_folder().resolve() / folder / "node_modules"
        (launch.data / "node_modules").symlink_to(packages)
        return ["node", str(Path(shutil.copy(APPS / app, launch.data)))]

    return command


def _django(folder: str, app: str) -> Callable[[Launch], list[str]]:
    def command(launch: Launch) -> list[str]:
        home = cache_folder().resolve() / folder
        shutil.copy(home / EMPTY_DATABASE, launch.data / "db.sqlite3")
        return [
            *(str(home / "venv" / "bin" / "gunicorn"), "--no-control-socket"),
            *("--bind", f"127.0.0.1:{launch.port}", "--workers", "1"),
            *("--worker-class", "gthread", "--threads", "4"),
            *("--chdir", str(APPS), f"{app}:application"),
        ]

    return command


def _environment(launch: Launch) -> dict[str, str]:
    """Return what every one of `apps/` reads from its environment."""
    return {
        "DATA": str(launch.data),
        "PORT": str(launch.port),
        "TOKEN": launch.token,
        "PYTHONDONTWRITEBYTECODE": "1",
        "NODE_ENV": "production",
    }


def _limited(launch: Launch) -> dict[str, str]:
    return _environment(launch) | {"LIMITED": "1"}


# Its packages demand each other in exact versions; without all of them npm ends in ERESOLVE.
_BETTER_AUTH = (
    "@better-auth/scim@1.7.5",
    "better-auth@1.7.5",
    "@better-auth/core@1.7.5",
    "@better-auth/kysely-adapter@1.7.5",
    "better-call@1.4.0",
    "@better-auth/utils@0.4.2",
    "better-sqlite3@12",
    "kysely@0.28.18",
)
_SERVERS = (
    Recipe("scim2-server", "/v2", _scim2_server()),
    Recipe("scim2-server-minimal", "/v2", _scim2_server(MINIMAL)),
    Recipe("scim2-server-tiny-pages", "/v2", _scim2_server(TINY_PAGES)),
    Recipe("scim2-server-cursor", "/v2", _scim2_server(CURSOR)),
    Recipe("scim2-server-cursor-index", "/v2", _scim2_server(CURSOR_AND_INDEX)),
    Recipe("scim2-server-acme", "/v2", _scim2_server(acme=True)),
    Recipe("scim2-server-precis", "/v2", _scim2_server({}, "--precis")),
    Recipe("scim2-server-tenant", "/acme/v2", _scim2_server({}, "--tenant", "acme")),
    Recipe(
        "scimmy",
        "/scim",
        _node("scimmy", "scimmy_app.mjs"),
        node=("scimmy@1.3.5", "scimmy-routers@1.3.2", "express@4"),
        environment=_environment,
    ),
    Recipe(
        "better-auth",
        "/api/auth/scim/v2",
        _node("better-auth", "better_auth_app.mjs"),
        node=_BETTER_AUTH,
        environment=_environment,
    ),
    Recipe(
        "better-auth-limited",
        "/api/auth/scim/v2",
        _node("better-auth", "better_auth_app.mjs"),
        node=_BETTER_AUTH,
        environment=_limited,
        shares="better-auth",
    ),
    Recipe(
        "django-scim2",
        "/scim/v2",
        _django("django-scim2", "django_scim2_app"),
        python=("django-scim2==0.23.0", "Django>=5.2,<5.3", "gunicorn>=25,<26"),
        django_app="django_scim2_app",
        environment=_environment,
    ),
    Recipe(
        "django-scim2-server",
        "/scim/v2",
        _django("django-scim2-server", "django_scim2_server_app"),
        python=("django-scim2-server==1.1.0", "Django>=5.2,<5.3", "gunicorn>=25,<26"),
        django_app="django_scim2_server_app",
        environment=_environment,
    ),
)
RECIPES: Mapping[str, Recipe] = {recipe.name: recipe for recipe in _SERVERS}
