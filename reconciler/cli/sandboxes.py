"""The embedded servers: each target gets one, wearing the quirks of its profile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from reconciler.model.target import Target
from reconciler.model.values import Kind
from reconciler.sandbox import Sandbox, open_sandbox


def sandbox_folder(state_dir: Path) -> Path:
    """Return where the embedded servers and their ledger keep their data."""
    folder = state_dir / "sandbox"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sandboxed(target: Target) -> Target:
    """Return *target* at its embedded server: a plan for that must never fit the real one."""
    return replace(target, url=f"http://sandbox.localhost/{target.key}/scim/v2", token=None)


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


def forget_records(state_dir: Path) -> None:
    """Remove the ledger of the embedded servers: it speaks of accounts that are gone."""
    (sandbox_folder(state_dir) / "ledger.db").unlink(missing_ok=True)
