"""Earlier runs as text, for the person who is asked what happened."""

from collections.abc import Sequence

from reconciler.model.history import PastOperation, PastRun
from reconciler.model.notice import Delivery
from reconciler.model.plan import Action
from reconciler.render.history.steps import STATES, result_of, show_duration, steps_of
from reconciler.render.page import Page, padded
from reconciler.render.safe import escape, shorten
from reconciler.render.stamp import readable
from reconciler.render.values import show_difference, show_path
from reconciler.render.words import ACTIONS, count

_MEMBERS = 50
"""How many members of one change are listed; --format json holds all of them."""
_STEP = 11
"""Where the words about a step stand."""


def render_runs(runs: Sequence[PastRun], *, width: int = 80, color: bool = False) -> str:
    """Return one line for each run."""
    page = Page(width, color)
    rows = [_row(run) for run in runs]
    titles = ("run", "started (UTC)", "took", "result", "changes", "by")
    widths = [max(len(row[column]) for row in (titles, *rows)) for column in range(5)]
    page.line(page.paint(_columns(titles, widths), "dim"))
    for run, row in zip(runs, rows, strict=True):
        style = result_of(run).style
        painted = (*row[:3], page.paint(padded(row[3], widths[3]), style), *row[4:])
        page.line(_columns(painted, widths))
    return page.text()


def render_run_record(
    run: PastRun, operations: Sequence[PastOperation], *, width: int = 80, color: bool = False
) -> str:
    """Return all that is known of one run, and each of *operations* as a block."""
    page = Page(width, color)
    sign = result_of(run)
    page.line(page.paint(f"Run {run.number}: {sign.word}", "bold"))
    for name, value in _facts(run):
        page.wrapped(escape(value), indent=12, first=f"  {padded(name, 9)} ")
    _add_blocks(page, operations, with_run=False)
    return page.text()


def render_operations(
    operations: Sequence[PastOperation], *, width: int = 80, color: bool = False
) -> str:
    """Return operations of several runs, each as a block that names its run."""
    page = Page(width, color)
    _add_blocks(page, operations, with_run=True)
    return page.text()


def _row(run: PastRun) -> tuple[str, ...]:
    return (
        str(run.number),
        readable(run.started).removesuffix(" UTC"),
        show_duration(run.seconds),
        result_of(run).word,
        _counts(run),
        shorten(run.start.trigger, 40),
    )


def _columns(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = row
    cells = [f"{first:>{widths[0]}}", *map(padded, rest[:-1], widths[1:]), rest[-1]]
    return "  ".join(cells).rstrip()


def _counts(run: PastRun) -> str:
    parts = [f"{number:,} {STATES[state].word}" for state, number in run.counts.items()]
    parts += [f"{escape(target)} failed" for target, _ in run.failures]
    return ", ".join(parts) or "nothing to do"


def _facts(run: PastRun) -> list[tuple[str, str]]:
    start = run.start
    took = f", took {show_duration(run.seconds)}" if run.ended else "; killed, or under way"
    facts = [
        ("started", f"{readable(run.started)}{took}"),
        ("by", start.trigger),
        ("resumes", f"run {start.resumes}" if start.resumes else ""),
        ("plan", start.plan[:16]),
        ("commit", start.commit or ""),
        ("state", start.digest[:16]),
        ("tool", start.tool),
        ("changes", _counts(run)),
        *(("failed", f"{target}: {reason}") for target, reason in run.failures),
        *(("told" if item.is_sent else "not told", _delivery(item)) for item in run.notices or ()),
    ]
    return [(name, value) for name, value in facts if value]


def _delivery(item: Delivery) -> str:
    return f"{item.target}: by {item.channel}" + (f": {item.remark}" if item.remark else "")


def _add_blocks(page: Page, operations: Sequence[PastOperation], *, with_run: bool) -> None:
    for item in operations:
        sign = STATES[item.state]
        page.blank()
        title = f"{sign.word}: {_title(item)}" + (f", run {item.run}" if with_run else "")
        left = f"  {page.glyph(sign)} {page.paint(title, 'bold')}"
        page.line(left, escape(item.at or ""), plain=f"  {sign.glyph} {title}")
        for step in steps_of(item):
            page.wrapped(escape(step.detail), indent=_STEP, first=f"    {padded(step.name, 5)}  ")
        _add_values(page, item)


def _title(item: PastOperation) -> str:
    verb = ACTIONS[item.action].word if item.action else "change"
    known = item.display in (item.key, "")
    name = escape(item.key) if known else f"{escape(item.key)} ({shorten(item.display)})"
    if item.action in (Action.ADD_MEMBERS, Action.REMOVE_MEMBERS):
        members = count(len(item.add) + len(item.remove), "member")
        preposition = "to" if item.action is Action.ADD_MEMBERS else "from"
        verb = f"{verb.split()[0]} {members} {preposition}"
    return f"{verb} {item.kind} {name}, {escape(item.target)}"


def _add_values(page: Page, item: PastOperation) -> None:
    paths = [show_path(change.path) for change in item.attributes]
    column = min(max(map(len, paths), default=0), 30)
    for path, change in zip(paths, item.attributes, strict=True):
        room = page.width - 6 - max(column, len(path))
        shown = show_difference(change, is_new=item.action is Action.CREATE, room=room)
        page.line(f"    {padded(path, column)}  {shown}")
    for action, names in ((Action.ADD_MEMBERS, item.add), (Action.REMOVE_MEMBERS, item.remove)):
        for name in names[:_MEMBERS]:
            page.line(f"    {ACTIONS[action].glyph} {shorten(name, 96)}")
        if len(names) > _MEMBERS:
            page.line(f"    … and {len(names) - _MEMBERS:,} more, all of them in --format json")
