"""Where the ledger is: beside the state, or beside the embedded server's data."""

from pathlib import Path

from reconciler.cli.environment import variable
from reconciler.cli.options.settings import Settings
from reconciler.cli.sandboxes import sandbox_folder
from reconciler.ledger.ledger import Ledger, open_ledger

VARIABLE = "RECONCILER_LEDGER"
"""What `--ledger` goes by where it is not given."""


def ledger_to_read(settings: Settings) -> Ledger:
    """Open the ledger for a command that writes nothing: one that is not there is empty."""
    url = _url(settings)
    if settings.offline:
        return settings.budgets.use(open_ledger("sqlite://"), is_kept=False)
    missing = url is None and not _file(settings).exists()
    ledger = open_ledger("sqlite://" if missing else url or f"sqlite:///{_file(settings)}")
    return settings.budgets.use(ledger, is_kept=not missing)


def ledger_to_write(settings: Settings) -> Ledger:
    """Open the ledger for an apply, and make it where it is not there."""
    ledger = open_ledger(_url(settings) or f"sqlite:///{_file(settings)}")
    return settings.budgets.use(ledger, is_kept=True)


def _url(settings: Settings) -> str | None:
    """Return the URL that somebody chose; the embedded server goes by the option alone."""
    return settings.ledger or (None if settings.sandbox else variable(VARIABLE))


def _file(settings: Settings) -> Path:
    folder = sandbox_folder(settings.state_dir) if settings.sandbox else settings.state_dir
    return folder / "ledger.db"
