"""A plan as one comment: the verdict, the decisions, who loses what, then every change."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from reconciler.model.plan import Plan
from reconciler.render.markdown.access import ending_rows, origin_of, person_rows
from reconciler.render.markdown.budget import Row, fit
from reconciler.render.markdown.head import foot_of, head_of
from reconciler.render.markdown.rows import altered, changes, decisions, idle, remarks, reports
from reconciler.render.markdown.spans import code
from reconciler.render.plan.compared import settings_title
from reconciler.render.plan.idle import IDLE_LEAD
from reconciler.render.safe import escape
from reconciler.render.words import ORIGIN_TITLES

COMMENT_BYTES: Final = 60_000
"""GitHub refuses comments of more than 65,536; the rest is for whoever posts it."""
MARKER: Final = "<!-- reconciler plan -->"
"""The first line: by it a job finds its own comment again and edits it."""

_FRAME: Final = 2_500
"""Bytes kept back for headings, folds, and the sentences on what was left out."""
_UNFOLDED: Final = 10
"""So many changes are shown without a click."""


class _Section(NamedTuple):
    title: str
    rows: tuple[Row, ...]
    folded: bool


def render_markdown(
    plan: Plan, *, limit: int = COMMENT_BYTES, artifact: str = "", environment: str = ""
) -> str:
    """Return *plan* as GitHub Markdown of at most *limit* bytes; the same plan, the same bytes.

    What does not fit is left out by whole rows, the least dangerous first, and counted; *artifact*
    is the SHA-256 of the plan file that holds all of it. *environment* tells the comments of one
    pull request apart, as the names of the targets do.
    """
    sections = _sections(plan)
    waiting = len(sections[1].rows)
    lines = head_of(plan, waiting=waiting, environment=environment)
    head = "\n".join([*_marks(plan, environment), *lines])
    rows = [row for section in sections for row in section.rows]
    foot = "\n".join(foot_of(plan))
    forms = list(fit(rows, limit - len(f"{head}{foot}".encode()) - _FRAME))
    parts = [head]
    for section in sections:
        shown = [form for form in forms[: len(section.rows)] if form is not None]
        del forms[: len(section.rows)]
        if section.rows:
            parts.append(_show(section, shown, artifact))
    return "\n".join([*parts, *([foot] if foot else [])]) + "\n"


def _marks(plan: Plan, environment: str) -> Iterator[str]:
    """Yield what nobody sees: the tool, then the environment and the targets."""
    names = [target.target for target in plan.targets] + [name for name, _ in plan.failures]
    told = f"{environment} {','.join(sorted(names))}".strip()
    yield MARKER
    yield f"<!-- {_unmarked(told)} -->"


def _unmarked(text: str) -> str:
    """Return *text* for a comment of HTML, which it cannot end."""
    return "".join(char if char.isalnum() or char in "._, " else "_" for char in escape(text))


def _sections(plan: Plan) -> tuple[_Section, ...]:
    return (
        _Section(settings_title(plan), tuple(altered(plan)), folded=False),
        _Section("Needs a decision", tuple(decisions(plan)), folded=False),
        _Section("Broken, and holds nothing", tuple(reports(plan)), folded=False),
        *_people(plan),
        _Section(f"Idle by this change: {IDLE_LEAD}", tuple(idle(plan)), folded=False),
        *_changes(plan),
        _Section("Access that ends within 14 days", tuple(ending_rows(plan)), folded=True),
        _Section("Not touched", tuple(remarks(plan)), folded=True),
    )


def _people(plan: Plan) -> Iterator[_Section]:
    """Yield who loses and who gains: by this change open, whatever else would be done folded."""
    mine = origin_of(plan)
    gains = person_rows(plan, gains=True, origin=mine)
    yield _Section("Who loses access", person_rows(plan, gains=False, origin=mine), folded=False)
    yield _Section("Who gains access", gains, folded=len(gains) > _UNFOLDED)
    for origin, title in ORIGIN_TITLES.items():
        if mine and origin != mine:
            sides = (person_rows(plan, gains=gains, origin=origin) for gains in (False, True))
            rows = tuple(row for side in sides for row in side)
            yield _Section(f"Who loses or gains access. {title}", rows, folded=True)


def _changes(plan: Plan) -> Iterator[_Section]:
    """Yield the changes: of this change first, then what else would be done, folded."""
    if not _has_origins(plan):
        every = tuple(changes(plan))
        yield _Section("Every change", every, folded=len(every) > _UNFOLDED)
        return
    for origin, title in ORIGIN_TITLES.items():
        found = tuple(changes(plan, origin))
        folded = origin != "this_change" or len(found) > _UNFOLDED
        yield _Section(title, found, folded=folded)


def _has_origins(plan: Plan) -> bool:
    return any(target.has_origins for target in plan.targets)


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
