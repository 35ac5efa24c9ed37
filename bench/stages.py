"""Plan in this process, and say what each stage took: `python bench/stages.py CASE FOLDER`.

*FOLDER* holds the trees `base` and `head` and, as pages of JSON, what is `live`: see `plan.py`.
Seconds are those of the processor, of this process alone.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any

from reconciler import pipeline
from reconciler.cli.options.settings import Settings
from reconciler.cli.plan import access
from reconciler.cli.workspace.before import Before, prepare_targets
from reconciler.cli.workspace.workspace import Workspace
from reconciler.collector import without_collector
from reconciler.desired.entries import ReadFile, read_files
from reconciler.desired.files import SourceFile, read_tree
from reconciler.desired.load import load_desired
from reconciler.gallery.load import load_gallery
from reconciler.model.directory import Desired
from reconciler.model.formerly import UNKNOWN, Formerly
from reconciler.model.intent import Intent
from reconciler.model.plan import Plan, TargetPlan
from reconciler.model.resource import Live, Memory, Snapshot, Wanted
from reconciler.model.revision import Revision
from reconciler.model.values import Kind
from reconciler.render.html.plan import render_html
from reconciler.render.markdown.plan import render_markdown
from reconciler.render.plan.text import render_text
from reconciler.render.planfile.dump import dump_plan
from reconciler.scim.http.wire import read_list
from reconciler.scim.reading.members import aliases_of, read_members
from reconciler.stages.assume import assume_snapshot

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
PAGE = 100
SETTINGS = Settings(now=NOW)
STAGES = {
    "resolve": ("resolve_directory",),
    "scope": ("scope_directory",),
    "map": ("map_attributes",),
    "match": ("match_objects", "choose_values"),
    "diff": ("diff_pairing", "diff_memberships"),
    "order, guard, hold": ("order_changes", "guard_changes", "hold_changes"),
    "origin": ("label_origins",),
    "trust, settings": ("trust_base", "compare_settings"),
    "assume": ("assume_snapshot",),
}
READINGS: dict[str, Callable[[Plan], str]] = {
    "text": lambda plan: render_text(plan, width=100, color=False),
    "markdown": render_markdown,
    "html": render_html,
    "json": dump_plan,
}


class Clock:
    """What each stage took so far; a stage within another counts to itself alone."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inner = 0.0

    @contextmanager
    def at(self, stage: str) -> Iterator[None]:
        """Count what is done here to *stage*."""
        outer, self._inner, began = self._inner, 0.0, time.process_time()
        yield
        took = time.process_time() - began
        self.seconds[stage] = self.seconds.get(stage, 0.0) + took - self._inner
        self._inner = outer + took

    def watch(self, stage: str, name: str) -> None:
        """Count every call of the function *name* of the pipeline to *stage*."""
        function = getattr(pipeline, name)

        def watched(*given: Any, **named: Any) -> Any:
            with self.at(stage):
                return function(*given, **named)

        setattr(pipeline, name, watched)


def write_live(folder: Path) -> None:
    """Write what the tree `base` asks for as the pages of a server that has it already."""
    wanted, _ = pipeline.prepare_target(*_only(_load(_files(folder / "base"), {})), NOW)
    snapshot = assume_snapshot(wanted, NOW, "")
    with (folder / "live").open("w") as file:
        for lives in (snapshot.users, snapshot.groups):
            for start in range(0, len(lives), PAGE):
                rows = [_row(live) for live in lives[start : start + PAGE]]
                page = {"totalResults": len(lives), "Resources": rows}
                file.write(f"{lives[0].kind}\t{json.dumps(page)}\n")


def _row(live: Live) -> dict[str, Any]:
    found = {**live.resource, "meta": {"resourceType": live.kind.title()}}
    if live.members is not None and live.kind is Kind.GROUP:
        found["members"] = [{"value": member} for member in sorted(live.members)]
    return found


def measure(case: str, folder: Path) -> None:
    """Plan *case*, and print its stages, the peak of memory, and what was found."""
    clock = Clock()
    for stage, names in STAGES.items():
        for name in names:
            clock.watch(stage, name)
    with without_collector():  # As the cli does.
        plan = _plan(case, folder, clock)
    for name, render in READINGS.items():
        with clock.at(name), without_collector():
            text = render(plan)
        del text
    peak = getrusage(RUSAGE_SELF).ru_maxrss
    mebibytes = peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
    told = {"changes": len(plan.changes), "peak": mebibytes, "stages": clock.seconds}
    print(json.dumps(told))


def _plan(case: str, folder: Path, clock: Clock) -> Plan:
    head, before = _desired(case, folder, clock)
    with clock.at("the rest of planning"):
        trusted = pipeline.trust(head, before.desired) if before and before.desired else None
        desired = trusted.desired if trusted else head
        target = desired.targets["bench"]
        wanted, _ = prepare_targets(desired, [target], SETTINGS)["bench"]
        found = pipeline.police(desired, NOW, before.desired if before else None)
    base = before.of("bench") if before else None
    with clock.at("decode what is live"):
        snapshot = None if case == "offline" else _live(folder if case != "first" else None)
    with clock.at("the rest of planning"):
        formerly = Formerly(base) if before else UNKNOWN
        intent = Intent(target, wanted, formerly, found)
        if snapshot is None:
            part = pipeline.plan_unread(intent, NOW, "")
        else:
            part = pipeline.plan_target(intent, snapshot, Memory())
    return _viewed(_whole(part, desired), _workspace(desired, wanted, before), clock)


def _desired(case: str, folder: Path, clock: Clock) -> tuple[Desired, Before | None]:
    tree = "base" if case == "same" else "head"
    with clock.at("load"):
        files = _files(folder / tree)
        read = read_files(files)
        head = _load(files, read)
    if case not in ("base", "offline"):
        return head, None
    with clock.at("load the base"):
        files = _files(folder / "base")
        read = {file: read[file] for file in files if file in read}
        base = _load(files, read)
    del read
    with clock.at("the rest of planning"):
        prepared = prepare_targets(base, base.targets.values(), SETTINGS)
    given = {key: wanted for key, (wanted, _) in prepared.items()}
    return head, Before(Revision("base", "0" * 40), base, given)


def _workspace(desired: Desired, wanted: Sequence[Wanted], before: Before | None) -> Workspace:
    targets = tuple(desired.targets.values())
    return Workspace(desired, (), targets, {"bench": tuple(wanted)}, before=before)


def _whole(part: TargetPlan, desired: Desired) -> Plan:
    return Plan(NOW, "bench", desired.digest, None, (part,))


def _viewed(plan: Plan, workspace: Workspace, clock: Clock) -> Plan:
    with clock.at("access view"):
        return access.view(plan, workspace, SETTINGS)


def _files(tree: Path) -> tuple[SourceFile, ...]:
    files, unread = read_tree(tree)
    assert not unread, unread[:3]
    return files


def _load(files: tuple[SourceFile, ...], read: Mapping[SourceFile, ReadFile]) -> Desired:
    desired, problems = load_desired(files, load_gallery(), read)
    assert not problems, problems[:3]
    return desired


def _only(desired: Desired) -> tuple[Desired, Any]:
    return desired, desired.targets["bench"]


def _live(folder: Path | None) -> Snapshot:
    """Read the pages as a snapshot does, without the network; *folder* None: nothing is there."""
    rows: dict[str, list[dict[str, Any]]] = {"user": [], "group": []}
    for line in _lines(folder):
        kind, _, page = line.partition("\t")
        rows[kind] += read_list("GET", json.loads(page)).resources
    users = tuple(Live(Kind.USER, str(row["id"]), row) for row in rows["user"])
    aliases = aliases_of(users)
    groups = tuple(
        Live(Kind.GROUP, str(row["id"]), row, read_members(row, aliases)) for row in rows["group"]
    )
    return Snapshot(NOW, users, groups, complete=True)


def _lines(folder: Path | None) -> Iterable[str]:
    if folder is not None:
        with (folder / "live").open() as file:
            yield from file


if __name__ == "__main__":
    if sys.argv[1] == "live":
        write_live(Path(sys.argv[2]))
    else:
        measure(sys.argv[1], Path(sys.argv[2]))
