from pathlib import Path

import pytest

from reconciler.cli.options.again import options_again
from reconciler.cli.options.settings import Settings
from reconciler.model.shard import Shard


def test_what_is_the_default_is_not_typed_again():
    assert options_again(Settings()) == ()


def test_what_decides_of_a_plan_is_typed_again_and_quoted():
    settings = Settings(
        desired_state=Path("my state"),
        targets=("app", "two"),
        shard=Shard(1, 3),
        sandbox=True,
        state_dir=Path("/tmp/x"),
        ledger="sqlite:///l.db",
        applied="main; rm -r /",
        users=("ada",),
    )
    assert options_again(settings) == (
        "--desired-state 'my state'",
        "--target app",
        "--target two",
        "--shard 1/3",
        "--sandbox",
        "--state-dir /tmp/x",
        "--ledger sqlite:///l.db",
        "--applied 'main; rm -r /'",
        "--user ada",
    )
    assert options_again(settings, "targets", "sandbox") == (
        "--target app",
        "--target two",
        "--sandbox",
    )


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://host/name", "postgresql://host/name"),
        ("postgresql+psycopg://ada@host:5432/name", "postgresql+psycopg://ada@host:5432/name"),
        ("postgresql://ada:secret@host/name", "URL"),
        ("postgresql://ada:se/cr@et@host/name", "URL"),
        ("postgresql://host/name?password=secret", "URL"),
    ],
)
def test_a_url_that_may_hold_a_password_is_not_repeated(url, shown):
    assert options_again(Settings(ledger=url)) == (f"--ledger {shown}",)
