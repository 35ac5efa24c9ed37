"""The first screen of a comment: whether to merge, for whom it matters, and what was compared."""

from collections.abc import Iterator

from reconciler.model.fingerprint import fingerprint
from reconciler.model.origin import ORIGINS
from reconciler.model.own_fingerprint import own_fingerprint
from reconciler.model.plan import Plan, TargetPlan
from reconciler.render.markdown.access import Side, origin_of, shown, side_of
from reconciler.render.markdown.counts import count_table
from reconciler.render.markdown.spans import code, prose
from reconciler.render.plan.access import reviewer_said
from reconciler.render.plan.compared import comparison_of, incomparable, what_holds
from reconciler.render.plan.forecast import allowance_of, cost_of, lateness_of
from reconciler.render.plan.idle import idle_noted
from reconciler.render.plan.summary import count_plan, summary_line
from reconciler.render.stamp import readable
from reconciler.render.words import count

_SHORT = 16
"""Hex digits of a fingerprint, as everywhere."""


def head_of(plan: Plan, *, waiting: int, environment: str) -> Iterator[str]:
    """Yield the lines above the sections. *waiting* things need a decision."""
    title = summary_line(plan)
    yield f"## {code(environment)} · {title}" if environment else f"## {title}"
    yield ""
    if bad := incomparable(plan):
        yield f"> [!CAUTION]\n> {code(bad[0])} {bad[1]}\n"
    if plan.settings:
        changes = f"It changes {count(len(plan.settings), 'setting')} that the base decides"
        yield f"> [!CAUTION]\n> **{changes}**, listed first below.\n"
    yield _verdict(plan, waiting)
    if plan.changes or any(target.access and target.access.people for target in plan.targets):
        yield f">\n> {_people_of(plan)}.{_elsewhere(plan)}"
    yield ""
    if found := comparison_of(plan):
        yield f"Compared with {code(found[0])} {found[1]}\\"
    yield from (_facts(plan), "")
    if plan.changes:
        yield from (count_table(plan), "")
    yield from _unread(plan)
    yield from _late(plan)
    yield from _reviewers(plan)


def foot_of(plan: Plan) -> Iterator[str]:
    """Yield what was read of each target, and what an apply costs there."""
    if plan.targets:
        # A word between: the list would go on from that of the changes.
        yield from ("**Targets**", "", *map(_target, plan.targets))


def _verdict(plan: Plan, waiting: int) -> str:
    """Say whether it is safe to merge, as far as the tool can tell."""
    if waiting:
        them = "it is" if waiting == 1 else "they are"
        need = f"{count(waiting, 'thing')} {'needs' if waiting == 1 else 'need'} a decision"
        held = f" What is held does not happen until {them} accepted for this plan."
        return f"> [!WARNING]\n> **{need}**, below.{held if plan.is_held else ''}"
    if plan.base is not None and plan.base.errors:
        return "> [!NOTE]\n> Nothing was planned."
    gains, losses = side_of(plan, gains=True), side_of(plan, gains=False)
    nothing = f"Nothing is held back: {what_holds(plan)}"
    if not plan.changes:
        unchanged = count(count_plan(plan)["unchanged"], "object")
        nothing = f"No changes. {unchanged} as the YAML says.{idle_noted(plan)}"
    if gains.privileged or losses.privileged:
        return f"> [!IMPORTANT]\n> **Look twice: privileged access changes.** {nothing}"
    return f"> [!NOTE]\n> {nothing}"


def _people_of(plan: Plan) -> str:
    """Return how many people lose and gain access; by this change, where that is known."""
    mine = origin_of(plan)
    losses = side_of(plan, gains=False, origin=mine)
    gains = side_of(plan, gains=True, origin=mine)
    by = "By this change, " if mine else ""
    loses = _count(losses, "loses", "lose")
    loses = loses[0].lower() + loses[1:] if by else loses
    gained = _count(gains, "gains", "gain")
    some = "some" if gains.free else "any"
    return (
        f"{by}**{loses} access**{_remark(losses)}; "
        f"{gained[0].lower()}{gained[1:]} {some}{_remark(gains)}"
    )


def _elsewhere(plan: Plan) -> str:
    """Return who else is concerned by what would be done besides."""
    if origin_of(plan) is None:
        return ""
    numbers = [
        sum(
            side_of(plan, gains=gains, origin=origin).free
            for origin in ORIGINS
            if origin != "this_change"
        )
        for gains in (False, True)
    ]
    if not any(numbers):
        return ""
    parts = [
        f"{number:,} {one if number == 1 else many}"
        for number, one, many in zip(numbers, ("loses", "gains"), ("lose", "gain"), strict=True)
        if number
    ]
    return f" Besides, not by this change: {' and '.join(parts)} access."


def _count(side: Side, one: str, many: str) -> str:
    who = count(side.free, "person", "people") if side.free else "Nobody"
    return f"{who} {many if side.free > 1 else one}"


def _remark(side: Side) -> str:
    """Return what the number does not say: who is only held back, and who is privileged."""
    parts = []
    if side.held:
        more = "more " if side.free else ""
        parts.append(f"{side.held:,} {more}{'is' if side.held == 1 else 'are'} held back")
    if side.privileged:
        parts.append(f"**{side.privileged:,} privileged**")
    return f" ({', '.join(parts)})" if parts else ""


def _facts(plan: Plan) -> str:
    """Return what binds the page to a plan: fingerprint, commit, when live was read."""
    parts = [f"Fingerprint {code(fingerprint(plan)[:_SHORT])}"]
    if own := own_fingerprint(plan):
        parts.append(f"of this change alone {code(own[:_SHORT])}")
    if plan.commit and plan.base is None:
        parts.append(f"commit {code(plan.commit, 40)}")
    read = [target for target in plan.targets if target.unread is None]
    if read:
        whole = all(target.complete for target in read)
        state = "" if whole else ", **not proven complete**"
        parts.append(f"live read {readable(min(item.taken for item in read))}{state}")
    return " · ".join([*parts, f"reconciler {prose(plan.tool)}"])


def _target(target: TargetPlan) -> str:
    users, groups = count(target.live_users, "user"), count(target.live_groups, "group")
    state = "complete" if target.complete else "**not proven complete**"
    name = f"{code(target.target)} ({code(target.url)}, profile {code(target.profile)})"
    read = f"- {name}: {users} and {groups} read {readable(target.taken)}, {state}"
    if target.unread is not None:
        read = f"- {name}: not contacted; {users} and {groups} are taken to be live"
    if target.forecast is None:
        return read
    budgets = (f" {prose(allowance_of(item))}." for item in target.forecast.allowances)
    return f"{read}. {cost_of(target.forecast)}{''.join(budgets)}"


def _unread(plan: Plan) -> Iterator[str]:
    """Yield a warning for each target that was planned without a look at it."""
    for target in plan.targets:
        if target.unread is not None:
            why = f"**not contacted**, because {prose(target.unread)}"
            yield f"> [!NOTE]\n> {code(target.target)} is {why}\n"


def _late(plan: Plan) -> Iterator[str]:
    """Yield a warning for each target that the deadline leaves no time for."""
    for target in plan.targets:
        if target.forecast and (late := lateness_of(target.forecast)):
            yield f"> [!WARNING]\n> {code(target.target)}: {late}\n"


def _reviewers(plan: Plan) -> Iterator[str]:
    if plan.reviewers:
        names = "; ".join(shown(reviewer_said(item)) for item in plan.reviewers[:_REVIEWERS])
        more = len(plan.reviewers) - _REVIEWERS
        rest = f"; and {more:,} more" if more > 0 else ""
        yield f"Suggested reviewers, by `owner`: {names}{rest}."
        yield ""


_REVIEWERS = 8
