"""What was planned, with what it was compared, and which settings its base decides; in words."""

from typing import Final, NamedTuple

from reconciler.model.plan import Plan
from reconciler.model.trust import Effect, SettingChange
from reconciler.render.safe import shorten
from reconciler.render.values import ARROW, NOTHING, show_place
from reconciler.render.words import count

_SHOWN: Final = 12
"""Hex digits of a commit that are shown; the JSON plan holds all of them."""

LISTED: Final = 40
"""So many settings are listed, the gravest first; the JSON plan holds all of them."""

_EFFECTS: Final = {
    Effect.NOT_CONTACTED: "Nothing is sent to this target and its secret is not read before this "
    "is merged.",
    Effect.BASE_HOLDS: "This plan goes by the base; the new value holds once this is merged.",
    Effect.LEFT_ALONE: "The target is gone: nothing of it is planned, and who is live there stays.",
}
_VALUE: Final = 300
"""Characters of a value: more than a URL has up to the end of its host, which tells whose it is."""
_BEFORE: Final = 30
"""Of two longer values, so much is shown of what they have in common before they differ."""


class Setting(NamedTuple):
    """One changed setting, escaped: its path, old and new value, what becomes of it, and where."""

    name: str
    values: str
    effect: str
    place: str


def settings_of(plan: Plan) -> tuple[tuple[Setting, ...], str]:
    """Return the settings to list, and a sentence about the others where there are more."""
    shown = tuple(
        Setting(
            shorten(item.name, _VALUE),
            ARROW.join(shorten(side, _VALUE) for side in _sides(item)),
            _EFFECTS[item.effect],
            show_place(item.at),
        )
        for item in plan.settings[:LISTED]
    )
    left = len(plan.settings) - len(shown)
    return shown, f"… and {left:,} more, all of them in --format json" if left else ""


def _sides(item: SettingChange) -> tuple[str, str]:
    """Return both values; of long ones from where they differ, for that may stand at the end."""
    before, after = item.before or NOTHING, item.after or NOTHING
    pairs = enumerate(zip(before, after, strict=False))
    alike = next((place for place, (one, other) in pairs if one != other), 0)
    start = max(0, alike - _BEFORE)
    if max(len(before), len(after)) <= _VALUE or not start:
        return before, after
    return f"…{before[start:]}", f"…{after[start:]}"


def settings_title(plan: Plan) -> str:
    """Return what stands above the list."""
    return f"Not for this change to decide ({count(len(plan.settings), 'setting')})"


def comparison_of(plan: Plan) -> tuple[str, str] | None:
    """Return the name of the base and the sentence that goes on from it; None without a base."""
    if plan.base is None:
        return None
    base, head = plan.base.commit[:_SHOWN], (plan.commit or "")[:_SHOWN]
    planned = {
        "files": f"planned are the files as they stand, which no commit holds (HEAD is {head})",
        "commit": f"planned is the commit {head}",
        "merge": f"planned is what merging the commit {head} into it gives",
    }
    return plan.base.name, f"at the commit {base}; {planned[plan.planned]}."


def incomparable(plan: Plan) -> tuple[str, str] | None:
    """Return the name of a base that has errors, and the sentence about it; else None."""
    if plan.base is None or not plan.base.errors:
        return None
    errors = count(plan.base.errors, "error")
    return plan.base.name, (
        f"has {errors} in its desired state, so nothing can be compared with it and no target is "
        "contacted. If this change corrects it (`reconciler validate`), merge this and plan what "
        "comes of it; else correct it there first, then plan this again."
    )


def what_holds(plan: Plan) -> str:
    """Return how far a plan that holds nothing back is what will happen."""
    unread = sum(target.unread is not None for target in plan.targets)
    if unread:
        targets = f"{count(unread, 'target')} {'was' if unread == 1 else 'were'} not looked at"
        return f"{targets}, so more or less may happen there."
    if plan.settings:
        return "once this is merged, the altered settings hold too, and more or less may happen."
    return "what is listed here is what will happen."
