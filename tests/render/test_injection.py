"""Hostile text in every field, through every renderer: it is shown, and it does nothing.

A renderer that is not in the table fails `test_every_renderer_is_known`: add it, with the surface
that its text reaches.
"""

import csv
import importlib
import inspect
import io
import json
import pkgutil
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

import reconciler.render
from reconciler.model.explanation import Course, Explanation, Fact, SourceAttribute, Trial, Verdict
from reconciler.model.outcome import Dropped, Outcome, Run, Status
from reconciler.model.plan import Violation
from reconciler.model.problem import Excerpt, Position, Problem
from reconciler.model.quarantine import PastQuarantine, Reason, impose
from reconciler.model.target import Standing
from reconciler.model.trust import Effect, SettingChange
from reconciler.model.values import Kind, Ref
from reconciler.render.check import dump_check, render_check
from reconciler.render.ci.annotations import annotate_plan, annotate_problems, annotate_run
from reconciler.render.ci.commands import Annotation, write_annotations
from reconciler.render.ci.outputs import outputs_of_plan, render_outputs
from reconciler.render.ci.sarif import dump_sarif
from reconciler.render.ci.status import render_status
from reconciler.render.drift.json import dump_drift
from reconciler.render.drift.text import render_drift
from reconciler.render.explain.json import dump_explanations
from reconciler.render.explain.text import render_explanations
from reconciler.render.history.data import (
    dump_operations,
    dump_runs,
    operations_as_csv,
    runs_as_csv,
)
from reconciler.render.history.text import render_operations, render_run_record, render_runs
from reconciler.render.html.drift import render_drift_html
from reconciler.render.html.plan import render_html
from reconciler.render.imported import dump_imported, render_imported
from reconciler.render.live import render_live
from reconciler.render.markdown.drift import render_drift_markdown
from reconciler.render.markdown.plan import render_markdown
from reconciler.render.markdown.run import render_run_markdown
from reconciler.render.notice import dump_blocks, dump_notice, notice_as_markdown, render_notice
from reconciler.render.plan.text import render_text
from reconciler.render.planfile.dump import dump_plan
from reconciler.render.probe.json import dump_probe
from reconciler.render.probe.text import render_probe
from reconciler.render.problems import dump_problems, render_problems
from reconciler.render.quarantine import dump_quarantines, quarantines_as_csv, render_quarantines
from reconciler.render.run import dump_run, render_outcome, render_run
from reconciler.render.targets import dump_matrix, dump_targets, render_targets
from tests.render.corpus import CORPUS, Reading, poisoned, read
from tests.render.drifts import drift
from tests.render.history.test_text import KILLED, OPERATIONS
from tests.render.probe.test_text import FACTS, TARGET, probe
from tests.render.test_check import BROKEN, ENVOY
from tests.render.test_imported import FOUND
from tests.render.test_notice import NOTICE

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
# --- one of everything ------------------------------------------------------------------------

PROBLEM = Problem(
    "unknown-key", "message", Position("a.yaml", 1, 2), "hint", "error", Excerpt("l", 0)
)
RUN = Run(
    "f" * 64,
    tuple(Outcome(f"app/user/{status}", status, "detail") for status in Status),
    stale=(Dropped("app/user/d", "why", "hint"),),
    failures=(("app", "reason"),),
)
HOLD = Violation("policy:apart", "message", "policies.apart", at=Position("a.yaml", 1))
EXPLANATION = Explanation(
    ref=Ref(Kind.USER, "ada"),
    display="Ada",
    at=Position("a.yaml", 1),
    target="app",
    profile="envoy",
    url="https://app.example",
    now=NOW,
    standing=Standing.ACTIVE,
    why="assigned",
    source=(SourceAttribute("mail", "value", Position("a.yaml", 1)),),
    facts=(Fact(Verdict.YES, "text", Position("a.yaml", 1), (Fact(Verdict.NO, "part"),)),),
    trials=(Trial("userName", "value", note="note"),),
    attributes=(),
    courses=(Course("where", "text", violations=(HOLD,), joining=(HOLD,)),),
    notes=("note",),
)
QUARANTINE = PastQuarantine("app", "https://x", impose(None, Reason.EXCEPTION, "error", NOW), 3)


SETTING = SettingChange("a", "b", "c", Effect.BASE_HOLDS, Position("a.yaml", 1))


def of_plan(render):
    return lambda text, plan: render(poisoned(replace(plan, settings=(SETTING,)), text))


def of_drift(render):
    return lambda text, _: render(drift(text))


def of(render, value, *more, **named):
    """Return a renderer of *value*, whose texts are replaced."""
    return lambda text, _: render(poisoned(value, text), *more, **named)


RENDERERS = {
    "check.dump_check": ("json", of(dump_check, (ENVOY, BROKEN))),
    "check.render_check": ("terminal", of(render_check, (ENVOY, BROKEN))),
    "ci.annotations.annotate_plan": ("commands", of_plan(annotate_plan)),
    "ci.annotations.annotate_problems": ("commands", of(annotate_problems, (PROBLEM,))),
    "ci.annotations.annotate_run": ("commands", of(annotate_run, RUN)),
    "ci.commands.write_annotations": (
        "commands",
        lambda text, _: write_annotations(
            [Annotation("error", text, (text,), Position(text, 1))], text.replace("\n", "/")
        ),
    ),
    "ci.outputs.render_outputs": (
        "outputs",
        lambda text, plan: render_outputs({**outputs_of_plan(poisoned(plan, text)), "one": text}),
    ),
    "ci.sarif.dump_sarif": ("json", of(dump_sarif, (PROBLEM,), tool="1")),
    "ci.status.render_status": ("terminal", of_plan(render_status)),
    "drift.json.dump_drift": ("json", of_drift(dump_drift)),
    "drift.text.render_drift": ("terminal", of_drift(render_drift)),
    "explain.json.dump_explanations": ("json", of(dump_explanations, (EXPLANATION,))),
    "explain.text.render_explanations": ("terminal", of(render_explanations, (EXPLANATION,))),
    "history.data.dump_operations": ("json", of(dump_operations, OPERATIONS)),
    "history.data.dump_runs": ("json", of(dump_runs, (KILLED,))),
    "history.data.operations_as_csv": ("csv", of(operations_as_csv, OPERATIONS)),
    "history.data.runs_as_csv": ("csv", of(runs_as_csv, (KILLED,))),
    "history.text.render_operations": ("terminal", of(render_operations, OPERATIONS)),
    "history.text.render_run_record": (
        "terminal",
        lambda text, _: render_run_record(poisoned(KILLED, text), poisoned(OPERATIONS, text)),
    ),
    "history.text.render_runs": ("terminal", of(render_runs, (KILLED,))),
    "html.drift.render_drift_html": ("html", of_drift(render_drift_html)),
    "html.plan.render_html": ("html", of_plan(render_html)),
    "imported.dump_imported": ("json", of(dump_imported, FOUND, "state")),
    "imported.render_imported": ("terminal", of(render_imported, FOUND, "state")),
    "live.render_live": (
        "terminal",
        lambda text, _: render_live(
            {text: [{"userName": text, "title": text}, {"displayName": text, "active": text}]}
        ),
    ),
    "markdown.drift.render_drift_markdown": ("markdown", of_drift(render_drift_markdown)),
    "markdown.plan.render_markdown": ("markdown", of_plan(render_markdown)),
    "markdown.run.render_run_markdown": ("markdown", of(render_run_markdown, RUN, 60_000)),
    "notice.dump_blocks": ("message", of(dump_blocks, NOTICE)),
    "notice.dump_notice": ("message", of(dump_notice, NOTICE)),
    "notice.notice_as_markdown": ("markdown", of(notice_as_markdown, NOTICE)),
    "notice.render_notice": ("terminal", of(render_notice, NOTICE)),
    "plan.text.render_text": ("terminal", of_plan(render_text)),
    "planfile.dump.dump_plan": ("json", of_plan(dump_plan)),
    "probe.json.dump_probe": (
        "json",
        lambda text, _: dump_probe(((TARGET, poisoned(probe(*FACTS), text)),)),
    ),
    "probe.text.render_probe": (
        "terminal",
        lambda text, _: render_probe(((TARGET, poisoned(probe(*FACTS), text)),)),
    ),
    "problems.dump_problems": ("json", of(dump_problems, (PROBLEM,))),
    "problems.render_problems": ("terminal", of(render_problems, (PROBLEM,))),
    "quarantine.dump_quarantines": ("json", of(dump_quarantines, (QUARANTINE,), NOW)),
    "quarantine.quarantines_as_csv": ("csv", of(quarantines_as_csv, (QUARANTINE,), NOW)),
    "quarantine.render_quarantines": ("terminal", of(render_quarantines, (QUARANTINE,), NOW)),
    "run.dump_run": ("json", of(dump_run, RUN)),
    "run.render_outcome": ("terminal", of(render_outcome, RUN.outcomes[0])),
    "run.render_run": ("terminal", of(render_run, RUN)),
    "targets.dump_matrix": (
        "json",
        lambda text, _: dump_matrix((replace(TARGET, key=text),)),
    ),
    "targets.dump_targets": ("json", lambda text, _: dump_targets((replace(TARGET, key=text),))),
    "targets.render_targets": (
        "terminal",
        lambda text, _: render_targets(
            (replace(TARGET, key=text, url=text, at=Position(text, 1)),)
        ),
    ),
}

ELSEWHERE = {
    "begun.render_begun": "names of files that init itself writes",
    "evaluation.dump_evaluation": "the text that was typed; tests/expr",
    "evaluation.render_evaluation": "the text that was typed; tests/expr",
    "evaluation.render_mistake": "the text that was typed; tests/expr",
    "gallery.render_gallery": "profiles of the package",
    "gallery.render_profile": "profiles of the package",
    "html.page.render_page": "what the pages are made with; they are in the table",
    "probe.profile.write_profile": "YAML, written by the one writer; tests/yamldoc",
}
"""Renderers that see no text of others, or whose surface is tested where it is made."""

_NAMES = re.compile(r"(render|dump|annotate|write)_\w+|\w+_as_(csv|markdown)")


def test_every_renderer_is_known():
    found = set()
    for module in pkgutil.walk_packages(reconciler.render.__path__, "reconciler.render."):
        loaded = importlib.import_module(module.name)
        for name, made in inspect.getmembers(loaded, inspect.isfunction):
            is_ours = made.__module__ == module.name and _NAMES.fullmatch(name)
            if is_ours and made.__annotations__.get("return") is str:
                found.add(f"{module.name.removeprefix('reconciler.render.')}.{name}")
    assert found == RENDERERS.keys() | ELSEWHERE.keys()


# --- the surfaces -----------------------------------------------------------------------------


def obeyed(text):
    """Return what a runner of jobs would obey in a log."""
    lines = [
        line for line in text.splitlines() if re.match(r"\s*::[a-z-]+.*::", line, re.IGNORECASE)
    ]
    return lines + re.findall(r"##(?:vso)?\[", text, re.IGNORECASE)


def terminal(hostile, *_):
    assert all(char.isprintable() or char == "\n" for char in hostile)
    assert obeyed(hostile) == []


def json_document(hostile, honest, text):
    assert hostile.isascii()
    assert obeyed(hostile) == []
    written = json.loads(hostile)
    assert [found for found in strings(written) if text in found]
    if text:
        assert shape(written, text) == shape(json.loads(honest), "honest")


def message(hostile, *_):
    """Check JSON whose texts are shown as they are, by a chat or a mail."""
    assert hostile.isascii()
    assert obeyed(hostile) == []
    for found in strings(json.loads(hostile)):
        assert all(char.isprintable() or char in "\n\u200b" for char in found)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def shape(value, text):
    """Return the keys of a document, whoever is called *text* in them; values do not count."""
    if isinstance(value, dict):
        return {key.replace(text, "*"): shape(item, text) for key, item in value.items()}
    return [shape(item, text) for item in value] if isinstance(value, list) else None


def comma_separated(hostile, honest, _):
    assert all(char.isprintable() or char == "\n" for char in hostile)
    assert obeyed(hostile) == []
    rows = list(csv.reader(io.StringIO(hostile)))
    assert [len(row) for row in rows] == [len(row) for row in csv.reader(io.StringIO(honest))]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def commands(hostile, honest, _):
    lines = hostile.splitlines()
    assert hostile.count("\n") == len(lines) == len(honest.splitlines())
    for line in lines:
        assert re.match(r"::(error|warning|notice) [^:]*::", line)
        assert all(char.isprintable() for char in line)
    assert not re.findall(r"##(?:vso)?\[", hostile, re.IGNORECASE)


def outputs(hostile, honest, _):
    assert [line.split("=")[0] for line in hostile.splitlines()] == [
        line.split("=")[0] for line in honest.splitlines()
    ]
    assert all(re.fullmatch(r"[a-z_]+=[A-Za-z0-9_.:/-]*", line) for line in hostile.splitlines())


_MARKDOWN = {"h2", "h3", "blockquote", "p", "ul", "li", "code", "pre", "strong", "br", "b"}
_MARKDOWN |= {"details", "summary", "table", "thead", "tbody", "tr", "th", "td"}


def markdown(hostile, honest, _):
    pages = [read(page) for page in (hostile, honest)]
    assert {tag for tag, *_ in pages[0].tags} <= _MARKDOWN
    for tag in ("details", "td", "h2", "h3", "ul", "li"):
        counts = [[name for name, *_ in page.tags].count(tag) for page in pages]
        assert counts[0] <= counts[1], tag
        assert counts[0] == counts[1] or tag in ("ul", "li"), tag
    assert {names for _, *found in pages[0].tags for names in found} <= {"style"}
    for sign in ("@octocat", "@org", "#123", "#2", "GH-1", "://", "www.evil"):
        assert sign not in pages[0].text
    assert all(char.isprintable() or char in "\n\u200b" for char in hostile)
    assert obeyed(hostile) == []


def html(hostile, honest, _):
    pages = [Reading(hostile), Reading(honest)]
    for tag in ("script", "img", "style", "iframe", "link", "form", "a", "base", "meta"):
        counts = [[name for name, *_ in page.tags].count(tag) for page in pages]
        assert counts[0] == counts[1], tag
    names = [{name for _, *found in page.tags for name in found} for page in pages]
    assert names[0] <= names[1] | {"title", "open", "class"}
    assert not {name for name in names[0] if name.startswith("on")}
    assert not [char for char in hostile if not char.isprintable() and char != "\n"]


SURFACES = {
    "terminal": terminal,
    "json": json_document,
    "message": message,
    "csv": comma_separated,
    "commands": commands,
    "outputs": outputs,
    "markdown": markdown,
    "html": html,
}


@pytest.mark.parametrize("name", RENDERERS)
def test_hostile_text_is_shown_and_does_nothing(name, seen_plan):
    surface, render = RENDERERS[name]
    honest = render("honest", seen_plan)
    wrong = {}
    for kind, text in CORPUS.items():
        try:
            SURFACES[surface](render(text, seen_plan), honest, text)
        except AssertionError as error:
            wrong[kind] = str(error)[:300]
    assert wrong == {}
