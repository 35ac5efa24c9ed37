"""The commands that a notice names: whole, so that whoever is woken can paste them."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.cli.options.again import options_again
from reconciler.cli.options.settings import Settings
from reconciler.model.notice import Commands
from reconciler.model.shard import WHOLE

_HISTORY = ("targets", "state_dir", "ledger")


def commands_at(
    target: str, settings: Settings, run: int | None, accept: Mapping[str, str] | None = None
) -> Commands:
    """Return what helps at *target* after *run*; *accept* lets each guard there pass."""
    alone = replace(settings, targets=(target,), shard=WHOLE, users=())
    places = (*_HISTORY, "desired_state")
    show = f"reconciler history{'' if run is None else f' show {run}'}"
    return Commands(
        look=_line(show, *options_again(alone, *_HISTORY)),
        check=_line("reconciler check", *options_again(alone, *places)),
        plan=_line("reconciler plan", *options_again(replace(alone, users=settings.users))),
        apply=_line("reconciler apply", *options_again(alone)),
        leave=_line("reconciler apply --leave-quarantine", *options_again(alone)),
        drift=_line("reconciler drift", *options_again(alone)),
        accept=accept or {},
    )


def _line(*words: str) -> str:
    return " ".join(words)
