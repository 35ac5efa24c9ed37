"""A plan as one comment: the verdict, the decisions, who loses what, then every change."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from reconciler.model.fingerprint import fingerprint
from reconciler.model.plan import Plan, TargetPlan
from reconciler.render.compared import comparison_of, incomparable, settings_title
from reconciler.render.forecast import allowance_of, cost_of, lateness_of
from reconciler.render.markdown.access import Access, access_of
from reconciler.render.markdown.budget import Row, fit
from reconciler.render.markdown.rows import altered, changes, decisions, remarks, reports
from reconciler.render.markdown.spans import code, prose
from reconciler.render.stamp import readable
from reconciler.render.summary import count_plan, summary_line
from reconciler.render.words import ORIGIN_TITLES, count

COMMENT_BYTES: Final = 60_000
"""GitHub refuses comments of more than 65,536; the rest is for whoever posts it."""
MARKER: Final = "<!-- reconciler plan -->"
"""The first line: by it a job finds its own comment again and edits it."""

_FRAME: Final = 2_000
"""Bytes kept back for headings, folds, and the sentence on what was left out."""
_UNFOLDED: Final = 10
"""So many changes are shown without a click."""


class _Section(NamedTuple):
    title: str
    rows: tuple[Row, ...]
    folded: bool


def render_markdown(plan: Plan, *, limit: int = COMMENT_BYTES, artifact: str = "") -> str:
    """Return *plan* as GitHub Markdown of at most *limit* bytes; the same plan, the same bytes.

    What does not fit is left out by whole rows, the least dangerous first, and counted; *artifact*
    is the SHA-256 of the plan file that holds all of it.
    """
    access = access_of(plan)
    sections = _sections(plan, access)
    head = _head(plan, access, waiting=len(sections[1].rows))
    rows = [row for section in sections for row in section.rows]
    forms = list(fit(rows, limit - len(head.encode()) - _FRAME))
    parts = [head]
    for section in sections:
        shown = [form for form in forms[: len(section.rows)] if form is not None]
        del forms[: len(section.rows)]
        if section.rows:
            parts.append(_show(section, shown, artifact))
    return "\n".join(parts) + "\n"


def _sections(plan: Plan, access: Access) -> tuple[_Section, ...]:
    return (
        _Section(settings_title(plan), tuple(altered(plan)), folded=False),
        _Section("Needs a decision", tuple(decisions(plan)), folded=False),
        _Section("Broken, and holds nothing", tuple(reports(plan)), folded=False),
        _Section("Who loses access", access.losses, folded=False),
        _Section("Who gains access", access.gains, folded=len(access.gains) > _UNFOLDED),
        *_changes(plan),
        _Section("Not touched", tuple(remarks(plan)), folded=True),
    )


def _changes(plan: Plan) -> Iterator[_Section]:
    """Yield the changes: of this change first, then what else would be done, folded."""
    if not any(target.has_origins for target in plan.targets):
        every = tuple(changes(plan))
        yield _Section("Every change", every, folded=len(every) > _UNFOLDED)
        return
    for origin, title in ORIGIN_TITLES.items():
        found = tuple(changes(plan, origin))
        folded = origin != "this_change" or len(found) > _UNFOLDED
        yield _Section(title, found, folded=folded)


def _head(plan: Plan, access: Access, *, waiting: int) -> str:
    lines = [MARKER, f"## {summary_line(plan)}", "", *_comparison(plan)]
    lines += [_verdict(plan, waiting), ""]
    if plan.changes:
        free = len(access.losses) - access.losses_held
        loses = f"**{_people(free, 'loses', 'lose')} access**{_held(access.losses_held, free)}"
        free = len(access.gains) - access.gains_held
        gains = f"{_people(free, 'gains', 'gain').lower()} some{_held(access.gains_held, free)}"
        lines += [f"{loses}; {gains}.", ""]
    lines += [*map(_target, plan.targets), "", *_late(plan), _origin(plan), ""]
    return "\n".join(lines)


def _comparison(plan: Plan) -> Iterator[str]:
    if bad := incomparable(plan):
        yield f"> [!WARNING]\n> {code(bad[0])} {bad[1]}\n"
    if found := comparison_of(plan):
        yield f"Compared with {code(found[0])} {found[1]}\n"


def _verdict(plan: Plan, waiting: int) -> str:
    if waiting:
        them = "it is" if waiting == 1 else "they are"
        return (
            f"> [!WARNING]\n> {count(waiting, 'thing')} {'needs' if waiting == 1 else 'need'} a "
            f"decision, below. What is held does not happen until {them} accepted for this plan."
        )
    if plan.base is not None and plan.base.errors:
        return "> [!NOTE]\n> Nothing was planned."
    if not plan.changes:
        unchanged = count(count_plan(plan)["unchanged"], "object")
        return f"> [!NOTE]\n> No changes. {unchanged} as the YAML says."
    return "> [!NOTE]\n> Nothing is held back: what is listed here is what will happen."


def _people(number: int, one: str, many: str) -> str:
    who = count(number, "person", "people") if number else "Nobody"
    return f"{who} {many if number > 1 else one}"


def _held(number: int, free: int) -> str:
    """Return how many more are not counted, because all that would happen to them is held."""
    if not number:
        return ""
    return f" ({number:,} {'more ' if free else ''}{'is' if number == 1 else 'are'} held back)"


def _target(target: TargetPlan) -> str:
    users, groups = count(target.live_users, "user"), count(target.live_groups, "group")
    state = "complete" if target.complete else "**not proven complete**"
    name = f"{code(target.target)} ({code(target.url)}, profile {code(target.profile)})"
    read = f"- {name}: {users} and {groups} read {readable(target.taken)}, {state}"
    if target.unread is not None:
        why = f"**not contacted**, because {prose(target.unread)}"
        read = f"- {name}: {why}; {users} and {groups} are taken to be live"
    if target.forecast is None:
        return read
    budgets = (f" {prose(allowance_of(item))}." for item in target.forecast.allowances)
    return f"{read}. {cost_of(target.forecast)}{''.join(budgets)}"


def _late(plan: Plan) -> Iterator[str]:
    """Yield a warning for each target that the deadline leaves no time for."""
    for target in plan.targets:
        if target.forecast and (late := lateness_of(target.forecast)):
            yield f"> [!WARNING]\n> {code(target.target)}: {late}\n"


def _origin(plan: Plan) -> str:
    parts = [f"Fingerprint {code(fingerprint(plan)[:16])}"]
    if plan.commit:
        parts.append(f"commit {code(plan.commit, 40)}")
    return " · ".join([*parts, f"reconciler {prose(plan.tool)}"])


def _show(section: _Section, shown: Sequence[str], artifact: str) -> str:
    total = len(section.rows)
    title = section.title if section.title.endswith(")") else f"{section.title} ({total:,})"
    lines: Iterable[str] = shown
    if len(shown) < total:
        lines = [*shown, "", _left_out(len(shown), total, artifact)]
    body = "\n".join(lines)
    if section.folded:
        return f"<details><summary><b>{title}</b></summary>\n\n{body}\n\n</details>\n"
    return f"### {title}\n\n{body}\n"


def _left_out(shown: int, total: int, artifact: str) -> str:
    mark = f" (SHA-256 {code(artifact)})" if artifact else ""
    return (
        f"**{shown:,} of {total:,} are shown here, {total - shown:,} are left out** for want of "
        f"room; the plan file{mark} holds all of them."
    )
