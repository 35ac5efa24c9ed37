"""What was planned and with what it was compared, in words."""

from typing import Final

from reconciler.model.plan import Plan
from reconciler.render.words import count

_SHOWN: Final = 12
"""Hex digits of a commit that are shown; the JSON plan holds all of them."""


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
    return plan.base.ref, f"at the commit {base}; {planned[plan.planned]}."


def incomparable(plan: Plan) -> tuple[str, str] | None:
    """Return the name of a base that has errors, and the sentence about it; else None."""
    if plan.base is None or not plan.base.errors:
        return None
    errors = count(plan.base.errors, "error")
    return plan.base.ref, (
        f"has {errors} in its desired state, so nothing can be compared with it and no target is "
        "contacted. Correct it there first (`reconciler validate` shows the errors), then plan "
        "this again."
    )
