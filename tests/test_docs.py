"""The pages in docs/ say what the code says: names, guards, links."""

import importlib
import json
import re
from pathlib import Path
from typing import get_args

import pytest

from reconciler.desired.documents.limits import LimitDocument, LimitsDocument
from reconciler.desired.documents.policies import PolicyDocument
from reconciler.desired.policies import KEYS_OF
from reconciler.model.guard import Guard
from reconciler.model.limit import Limits
from reconciler.model.path import parse_path
from reconciler.model.plan import Action, AttributeChange, Change
from reconciler.model.policy import Kind as PolicyKind
from reconciler.model.values import Kind
from reconciler.scim.writing.patch import patch_operations
from reconciler.yamldoc import read_yaml

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path for path in (*ROOT.glob("*.md"), *ROOT.glob(".github/*.md"), *ROOT.glob("docs/**/*.md"))
)
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def section(name, title):
    """Return the part of a page below one heading."""
    return read(name).split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_the_functions_of_the_lifecycle_exist_and_stand_in_the_order_of_the_pipeline():
    named = re.findall(r"`((?:\w+\.)+\w+)`", read("docs/lifecycle.md"))
    assert len(named) > 15
    for dotted in named:
        module, _, function = dotted.rpartition(".")
        assert callable(getattr(importlib.import_module(f"reconciler.{module}"), function)), dotted
    source = read("reconciler/pipeline.py")
    body = source[source.index("def scope_target") : source.index("def look_ups")]
    stages = [name.rpartition(".")[2] for name in named if name.startswith("stages.")]
    called = [name for name in stages if f"{name}(" in body]
    assert len(called) == 13
    assert called == sorted(called, key=lambda name: body.index(f"{name}("))


def test_every_rule_of_scoping_is_decided_where_the_page_says():
    rows = re.findall(r"(?m)^\| .* \| `([\w.]+)` \|$", read("docs/scoping.md"))
    assert len(rows) == 11
    for dotted in rows:
        *modules, last = dotted.split(".")
        is_method = modules[-1][0].isupper()
        module = ".".join(["reconciler", *(modules[:-1] if is_method else modules)])
        place = importlib.import_module(module)
        assert hasattr(getattr(place, modules[-1]) if is_method else place, last), dotted


def test_the_request_of_the_lifecycle_is_what_is_sent():
    title = AttributeChange(parse_path("title"), "Engineer", "Senior Engineer")
    change = Change(
        "envoy", Kind.USER, "linus", Action.UPDATE, "linus", "assigned", attributes=(title,)
    )
    shown = re.search(r"```json\n(.*?)```", read("docs/lifecycle.md"), re.DOTALL)[1]
    assert [json.loads(shown)] == patch_operations(change, {}, frozenset())


def test_every_guard_has_its_row_and_the_defaults_are_those_of_the_model():
    page = section("docs/safety.md", "The guards")
    assert re.findall(r"(?m)^\| `([\w-]+)` \|", page) == [guard.value for guard in Guard]
    limits = Limits()
    for name in ("removals", "revocations", "mass_change"):
        limit = getattr(limits, name)
        row = re.search(rf"(?m)^\| `{name.replace('_', '-')}` .*$", page)[0]
        assert f"| {limit} |" in row
    daily = re.search(r"(?m)^\| `daily` .*$", page)[0]
    assert f"| {limits.daily.removals}; of one group {limits.daily.revocations} |" in daily


def test_the_limits_of_the_page_are_the_defaults():
    page = read("docs/safety.md")
    shown = re.search(r"```yaml\n(limits:.*?)```", page, re.DOTALL)[1]
    document, problems = read_yaml(shown.encode(), file="safety.md")
    assert problems == ()
    entry = LimitsDocument.model_validate(document.data["limits"])
    assert entry.daily.removals == as_document(Limits().daily.removals)
    assert entry.daily.revocations == as_document(Limits().daily.revocations)
    for name in ("removals", "revocations", "mass_change"):
        assert getattr(entry, name) == as_document(getattr(Limits(), name))
    assert frozenset(entry.protect) == Limits().protect


def as_document(limit):
    return LimitDocument(percent=limit.percent, floor=limit.floor)


def test_every_kind_of_policy_has_its_row_with_its_keys():
    rows = re.findall(r"(?m)^\| `(.*) \|$", section("docs/safety.md", "Policies"))
    cells = [row.split(" | ") for row in rows]
    shown = {row[0].rstrip("`"): tuple(re.findall(r"`(\w+)`", row[2])) for row in cells}
    assert shown == KEYS_OF
    assert tuple(KEYS_OF) == get_args(PolicyKind)


def test_the_policies_of_the_page_are_policies():
    shown = re.search(r"```yaml\n(policies:.*?)```", read("docs/safety.md"), re.DOTALL)[1]
    document, problems = read_yaml(shown.encode(), file="safety.md")
    assert problems == ()
    for policy in document.data["policies"].values():
        PolicyDocument.model_validate(policy)


@pytest.mark.parametrize("guard", Guard)
def test_every_guard_has_a_case_in_which_it_holds(guard):
    plans = (ROOT / "tests" / "cases").glob("*/plan.txt")
    assert any(f"‖ {guard} holds" in plan.read_text(encoding="utf-8") for plan in plans)


def test_the_guards_are_those_of_the_changelog():
    listed = re.search(r"(?m)^- Guards: ([^;]*);", read("CHANGELOG.md"))[1]
    assert listed.split(", ") == [guard.value.replace("-", " ") for guard in Guard]


def test_decisions_are_numbered_without_a_gap_and_shaped_alike():
    assert [path.name[:4] for path in DECISIONS] == [
        f"{number:04}" for number in range(1, len(DECISIONS) + 1)
    ]
    for path in DECISIONS:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} ")
        assert re.findall(r"(?m)^\*\*(.+)\.\*\*", text) == [
            "Context",
            "Decision",
            "Consequences",
            "Given up",
        ]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_within_the_repository_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_tests_that_the_threat_model_names_exist():
    named = re.findall(r"`(tests/[\w/.-]+)(?:::(\w+))?`", read("docs/threat-model.md"))
    assert len(named) > 25
    for path, name in named:
        assert (ROOT / path).exists(), path
        assert not name or f"def {name}(" in read(path), f"{path}::{name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_that_a_page_names_exist(page):
    places = (ROOT, ROOT / "reconciler", ROOT / "docs", page.parent)
    named = re.findall(r"`((?:\w+/)+[\w.]+\.(?:py|yaml|md|json|toml))`", page.read_text())
    known = [name for name in named if not re.search(r"[A-Z]{3,}", name)]
    assert [name for name in known if not any((place / name).exists() for place in places)] == []
