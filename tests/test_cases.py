"""A behaviour is a directory: `desired.yaml` and `live.json` in, `plan.txt` out.

Where there is a `base.yaml` or an `applied.yaml`, that was the desired state on the base branch, or
the one that was last applied; an empty file is an empty desired state.

`pytest tests/test_cases.py --update-golden` rewrites the plans; the review is `git diff`.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.gallery.load import load_gallery
from reconciler.model.formerly import Formerly
from reconciler.model.grounds import side_of
from reconciler.model.intent import Intent
from reconciler.model.path import parse_path
from reconciler.model.plan import Plan
from reconciler.model.resource import Link, Live, LookUp, Loss, Memory, Rewrite, Snapshot
from reconciler.model.route import Routes
from reconciler.model.values import Kind
from reconciler.pipeline import leave_ignored, plan_target, police, prepare_target
from reconciler.render.plan.text import render_text
from reconciler.render.planfile.dump import dump_plan
from reconciler.stages.idle import mark_idle

CASES = Path(__file__).parent / "cases"
NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", sorted(item.name for item in CASES.iterdir() if item.is_dir()))
def test_the_plan_is_as_written(name, request):
    plan = plan_case(CASES / name)
    expected = CASES / name / "plan.txt"
    actual = render_text(plan, width=100, color=False)
    if request.config.getoption("--update-golden"):
        expected.write_text(actual, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == actual


@pytest.mark.parametrize("name", sorted(item.name for item in CASES.iterdir() if item.is_dir()))
def test_the_same_input_gives_the_same_bytes(name):
    first, second = (dump_plan(plan_case(CASES / name)) for _ in range(2))
    assert first == second


def plan_case(case):
    """Plan one case from its files."""
    desired = _load(case / "desired.yaml")
    state = json.loads((case / "live.json").read_text(encoding="utf-8"))
    target = desired.targets["app"]
    if state.get("irreversible"):
        target = replace(target, profile=replace(target.profile, delete_is_irreversible=True))
    wanted, problems = prepare_target(desired, target, NOW)
    assert problems == ()
    base_file = case / "base.yaml"
    formerly = Formerly(_formerly(base_file), _formerly(case / "applied.yaml"))
    live, memory, found = _snapshot(state), _memory(state), police(desired, NOW)
    result = plan_target(Intent(target, wanted, formerly, found), live, memory)
    result = leave_ignored(result, desired, NOW.date())
    head, base = _side(desired), _side(_load(base_file)) if base_file.exists() else None
    result = mark_idle(result, head, base, is_compared=base_file.exists())
    return Plan(NOW, "reconciler", desired.digest, None, (result,))


def _load(file):
    sources = [
        SourceFile("base.yaml", (CASES / "base.yaml").read_bytes()),
        SourceFile(file.name, file.read_bytes()),
    ]
    desired, problems = load_desired(sources, load_gallery())
    assert [str(item) for item in problems if item.severity == "error"] == []
    return desired


def _side(desired):
    if "app" not in desired.targets:
        return None
    target = desired.targets["app"]
    wanted, _ = prepare_target(desired, target, NOW)
    return side_of(target, wanted, Routes(desired, NOW.date()))


def _formerly(file):
    if not file.exists():
        return None
    desired = _load(file)
    if "app" not in desired.targets:
        return ()
    return prepare_target(desired, desired.targets["app"], NOW)[0]


def _snapshot(state):
    return Snapshot(
        taken=NOW,
        users=tuple(Live(Kind.USER, item["id"], item) for item in state["users"]),
        groups=tuple(
            Live(
                Kind.GROUP,
                item["id"],
                item,
                frozenset(member["value"] for member in item.get("members", ())),
                members_proven=item["id"] not in state.get("members_unproven", ()),
            )
            for item in state.get("groups", ())
        ),
        complete=state.get("complete", True),
        evidence=tuple(state.get("evidence", ())),
        absent=frozenset(
            LookUp(Kind(kind), parse_path(path), value)
            for kind, path, value in state.get("absent", ())
        ),
        self_id=state.get("self_id"),
        one_by_one=state.get("one_by_one", False),
    )


def _memory(state):
    return Memory(
        links=tuple(
            Link(**{**item, "kind": Kind(item["kind"])}) for item in state.get("links", ())
        ),
        rewrites=tuple(
            Rewrite(**{**item, "kind": Kind(item["kind"])}) for item in state.get("rewrites", ())
        ),
        runs=state.get("runs", 0),
        losses=tuple(
            Loss(
                Kind(item["kind"]), item["key"], item["live_id"], frozenset(item.get("members", ()))
            )
            for item in state.get("losses", ())
        ),
    )
