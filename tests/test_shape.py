"""The building inspector: what design §3 says of files, checked on every file of the package."""

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "reconciler"
FILES = sorted(PACKAGE.rglob("*.py"))
MODULES = [path for path in FILES if path.name not in {"__init__.py", "__main__.py"}]
STAGES = [path for path in MODULES if path.parent == PACKAGE / "stages"]
PROFILES = sorted(path.stem for path in (PACKAGE / "gallery" / "profiles").glob("*.yaml"))

EXCEPTION = re.compile(r"#\s*(noqa|type: ignore|pragma: no cover)")
REASONED = re.compile(
    r"# (noqa: [A-Z0-9, ]+|pragma: no cover) -- \S|# type: ignore\[[a-z-, ]+\]  # \S"
)
ALLOWED_EXCEPTIONS = 20

FORMATS = {"reconciler/model/notice.py": {"slack"}}
"""Words for what a webhook takes that are an app's name too: others speak the same."""

TESTED_ELSEWHERE = {
    "errors": "test_cases.py",  # the exception tree has no verbs
    "expr/trace": "cli/commands/test_eval.py",
    "gallery/page": "gallery/test_load.py",
    "model": "model/test_path.py",  # nouns; the stages' cases are full of them
    "pipeline": "test_cases.py",
    "render/ci/sarif": "render/test_problems.py",
    "render/begun": "cli/commands/test_init.py",
    "render/evaluation": "cli/commands/test_eval.py",
    "render/explain/text": "test_explain.py",  # golden texts of the whole command
    "render/explain/json": "cli/commands/test_explain.py",
    "render/history/data": "render/history/test_text.py",
    "render/planfile": "render/test_jsonplan.py",
    "render/targets": "cli/commands/test_targets.py",
    "stages": "test_cases.py",  # a behaviour is a directory, and crosses the stages
    "values": "expr/test_functions.py",  # nouns too
}
"""Modules and packages without a test file of their own, and the one that would notice a fault."""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_file_is_longer_than_300_lines(path: Path):
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_file_begins_with_a_sentence(path: Path):
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_name_says_what_is_inside(path: Path):
    empty_words = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}

    assert empty_words.isdisjoint(path.relative_to(PACKAGE).with_suffix("").parts)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_module_has_tests_that_mirror_it_or_a_neighbour_that_uses_it(path: Path):
    place = path.relative_to(PACKAGE).with_suffix("")

    assert any(_is_tested(user) for user in _users_in_its_package(path)), (
        f"write tests/{place.parent}/test_{place.name}.py, or add {place} to TESTED_ELSEWHERE"
    )


def test_what_is_tested_elsewhere_exists_and_its_tests_too():
    gone = [key for key in TESTED_ELSEWHERE if not any(PACKAGE.glob(f"{key}*"))]
    missing = [test for test in TESTED_ELSEWHERE.values() if not (ROOT / "tests" / test).is_file()]

    assert (gone, missing) == ([], [])


@pytest.mark.parametrize("path", STAGES, ids=name)
def test_a_stage_has_one_public_function(path: Path):
    public = [
        node.name
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]

    assert len(public) == 1, f"one file, one stage: {public}"


def test_every_stage_has_its_place_in_the_map_of_the_stages():
    placed = set(re.findall("[a-z]+", (PACKAGE / "stages" / "__init__.py").read_text()))
    folders = {path.parent.name for path in (PACKAGE / "stages").glob("*/__init__.py")}

    stages = {path.stem for path in STAGES} | folders

    assert stages - placed == set(), "say in stages/__init__.py what it is for"


def test_every_exception_to_the_rules_has_its_reason_beside_it():
    bare = [place for place, comment in _exceptions() if not REASONED.search(comment)]

    assert bare == []


def test_exceptions_to_the_rules_do_not_multiply():
    found = [place for place, _ in _exceptions()]

    assert len(found) <= ALLOWED_EXCEPTIONS, (
        f"{len(found)} exceptions where {ALLOWED_EXCEPTIONS} were allowed. Is the rule wrong, or "
        "the code? If neither can change, raise ALLOWED_EXCEPTIONS and say why in the commit."
    )


def test_the_floors_that_are_kept_are_those_that_are_drawn():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = project["tool"]["importlinter"]["contracts"]
    kept = [
        [set(layer.split(" | ")) for layer in contract["layers"]]
        for contract in contracts
        if contract["type"] == "layers"
    ]
    page = (ROOT / "docs" / "architecture.md").read_text()
    tables = re.findall(r"(?m)^\| (?:floor|room) .*\n\|[-|]+\n((?:\|.*\n)+)", page)
    drawn = [
        [set(re.findall(r"`(\w+)`", row.rsplit(" | ", 1)[0])) for row in table.splitlines()]
        for table in tables
    ]
    picture = re.findall(r"\w+", (PACKAGE / "__init__.py").read_text())

    assert drawn == kept
    assert set().union(*kept[0]) <= set(picture)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_only_the_cli_prints(path: Path):
    if path.is_relative_to(PACKAGE / "cli"):
        return
    calls = [
        node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)
    ]

    assert "print" not in [call.id for call in calls if isinstance(call, ast.Name)]


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_code_names_an_app(path: Path):
    words = set(re.findall(r"[\w-]+", "\n".join(_code(path)))) - FORMATS.get(name(path), set())

    assert set(PROFILES) & words == set(), "connectors are data: say it in the profile"


def test_the_gallery_has_apps_to_look_for():
    assert "envoy" in PROFILES


def _is_tested(path: Path) -> bool:
    place = path.relative_to(PACKAGE).with_suffix("")
    known = {place.as_posix(), *(parent.as_posix() for parent in place.parents)}
    return any(_mirrors(place)) or not known.isdisjoint(TESTED_ELSEWHERE)


def _users_in_its_package(path: Path) -> set[Path]:
    """Return *path* and the modules of its package that import it, directly or through others."""
    top = PACKAGE / path.relative_to(PACKAGE).parts[0]
    neighbours = [other for other in MODULES if other.is_relative_to(top)]
    users, new = set[Path](), {path}
    while new:
        users |= new
        new = {
            other for other in neighbours if _imports(other) & {_module(user) for user in users}
        } - users
    return users


@cache
def _imports(path: Path) -> frozenset[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return frozenset(node.module or "" for node in nodes if isinstance(node, ast.ImportFrom))


def _module(path: Path) -> str:
    return name(path).removesuffix(".py").replace("/", ".")


def _mirrors(place: Path) -> Iterator[Path]:
    """Yield the tests of a module: a file, several of one beginning, a folder, or its package's."""
    tests = ROOT / "tests"
    yield from (tests / place.parent).glob(f"test_{place.name}.py")
    yield from (tests / place.parent).glob(f"test_{place.name}_*.py")
    yield from (tests / place).glob("test_*.py")
    for package in place.parents[:-1]:
        yield from (tests / package.parent).glob(f"test_{package.name}.py")


def _exceptions() -> Iterator[tuple[str, str]]:
    for path in FILES:
        for token in _tokens(path):
            if token.type == tokenize.COMMENT and EXCEPTION.search(token.string):
                yield f"{name(path)}:{token.start[0]}", token.string


def _code(path: Path) -> Iterator[str]:
    """Yield names and texts, without comments and docstrings: those may give examples."""
    docstrings = {
        node.body[0].lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)
    }
    for token in _tokens(path):
        if token.type != tokenize.COMMENT and token.start[0] not in docstrings:
            yield token.string


def _tokens(path: Path) -> Iterator[tokenize.TokenInfo]:
    return tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
