"""The embedded servers: each target gets one, wearing the quirks of its profile."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reconciler.model.target import Target
from reconciler.model.values import Kind
from reconciler.sandbox.server import Sandbox, open_sandbox


def sandbox_folder(state_dir: Path) -> Path:
    """Return where the embedded servers and their ledger keep their data."""
    folder = state_dir / "sandbox"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def sandbox_for(target: Target, state_dir: Path) -> Iterator[Sandbox]:
    """Open the embedded server that stands in for *target*."""
    stores = target.service.stores_external_id
    yield open_sandbox(
        sandbox_folder(state_dir) / "data.db",
        target=target.key,
        quirks=frozenset(quirk.value for quirk in target.service.quirks),
        stores_external_id={kind.value: stores.get(kind, True) for kind in Kind},
    )
