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
from pathlib import Path

APPS = Path(__file__).with_name("apps")
ROOT = Path(__file__).parents[2]


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
    environment: Callable[[Launch], Mapping[str, str]] = field(default=lambda _: {})

    @property
    def home(self) -> Path:
        """Return the folder that holds what was installed."""
        return cache_folder() / self.name

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


def _scim2_server(variant: dict[str, object]) -> Callable[[Launch], list[str]]:
    def command(launch: Launch) -> list[str]:
        program = str(Path(sys.executable).with_name("scim2-server"))
        config = launch.data / "service-provider-config.json"
        config.write_text(json.dumps(_EVERYTHING | variant))
        return [
            *(program, "--hostname", "127.0.0.1", "--port", str(launch.port)),
            *("--bearer-token", launch.token, "--service-provider-config", str(config)),
        ]

    return command


def _scimmy(launch: Launch) -> list[str]:
    # Node.js looks for packages beside the file that imports them.
    (launch.data / "node_modules").symlink_to(SCIMMY.home.resolve() / "node_modules")
    app = Path(shutil.copy(APPS / "scimmy_app.mjs", launch.data))
    return ["node", str(app)]


def _django(launch: Launch) -> list[str]:
    shutil.copy(DJANGO.home / "empty.sqlite3", launch.data / "db.sqlite3")
    return [
        *(str(DJANGO.home.resolve() / "venv" / "bin" / "gunicorn"), "--no-control-socket"),
        *("--bind", f"127.0.0.1:{launch.port}", "--workers", "1"),
        *("--worker-class", "gthread", "--threads", "4"),
        *("--chdir", str(APPS), "django_app:application"),
    ]


def django_environment(data: Path, token: str) -> dict[str, str]:
    """Return what `apps/django_app.py` reads from its environment."""
    return {"DATA": str(data), "TOKEN": token, "PYTHONDONTWRITEBYTECODE": "1"}


_ON = {"supported": True}
_OFF = {"supported": False}
_BULK: dict[str, object] = {"supported": True, "maxOperations": 1000, "maxPayloadSize": 1048576}
_EVERYTHING: dict[str, object] = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    "patch": _ON,
    "bulk": _BULK,
    "filter": {"supported": True, "maxResults": 1000},
    "changePassword": _ON,
    "sort": _ON,
    "etag": _ON,
    "authenticationSchemes": [],
}
_MINIMAL: dict[str, object] = {
    "patch": _OFF,
    "bulk": _OFF,
    "filter": _OFF,
    "changePassword": _OFF,
    "sort": _OFF,
    "etag": _OFF,
}
_TINY_PAGES: dict[str, object] = {
    "bulk": {"supported": True, "maxOperations": 3, "maxPayloadSize": 20000},
    "filter": {"supported": True, "maxResults": 7},
}
_CURSOR: dict[str, object] = {
    "pagination": {
        "cursor": True,
        "index": False,
        "defaultPaginationMethod": "cursor",
        "defaultPageSize": 10,
        "maxPageSize": 25,
        "cursorTimeout": 3600,
    }
}

SCIMMY = Recipe(
    "scimmy",
    "/scim",
    _scimmy,
    node=("scimmy@1.3.5", "scimmy-routers@1.3.2", "express@4"),
    environment=lambda launch: {"PORT": str(launch.port), "TOKEN": launch.token},
)
DJANGO = Recipe(
    "django-scim2-server",
    "/scim/v2",
    _django,
    python=("django-scim2-server==1.1.0", "Django>=5.2,<5.3", "gunicorn>=25,<26"),
    environment=lambda launch: django_environment(launch.data, launch.token),
)
RECIPES: Mapping[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe("scim2-server", "/v2", _scim2_server({})),
        Recipe("scim2-server-minimal", "/v2", _scim2_server(_MINIMAL)),
        Recipe("scim2-server-tiny-pages", "/v2", _scim2_server(_TINY_PAGES)),
        Recipe("scim2-server-cursor", "/v2", _scim2_server(_CURSOR)),
        SCIMMY,
        DJANGO,
    )
}
