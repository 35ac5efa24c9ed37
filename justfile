# The menu. Set up once: just setup

set positional-arguments

export PATH := justfile_directory() / ".venv/bin" + ":" + env("PATH")

# List what there is
[private]
default:
    @just --list --unsorted

# Make .venv with everything that tests and checks need, and the hooks
setup:
    python3 -m venv .venv
    .venv/bin/pip install --quiet --editable '.[test]'
    @command -v pre-commit >/dev/null && pre-commit install || echo "pre-commit is not installed: no hooks"

# Style, types, floors, spelling and the whole test run
check:
    .ci/checks
    pytest -n auto

# What CI runs: HEAD in fresh clones, the README's commands, every server
ci:
    .ci/run

# Format, and mend what ruff can mend
fix:
    ruff check --fix
    ruff format

# Run pytest with any arguments: just test tests/stages -k guard
test *arguments:
    pytest "$@"

# Run one case of tests/cases by its directory's name
case NAME:
    pytest tests/test_cases.py -k "$1"

# Rewrite the expected output of the cases, then show what changed
golden:
    pytest tests/test_cases.py --update-golden
    git diff --stat -- tests/cases

# Plan the example against the embedded server: just plan --target envoy
plan *arguments:
    reconciler plan --sandbox "$@"

# Serve the embedded server: just sandbox serve
sandbox *arguments:
    reconciler sandbox "$@"

# Write a JSON Schema to standard output: just schema profile
schema *arguments:
    reconciler schema "$@"

# Write again what is generated: schemas, help texts, the gallery's page; the review is git diff
docs:
    pytest --quiet tests/cli tests/desired tests/expr tests/gallery tests/render tests/test_example.py tests/test_requests.py --update-golden
    git diff --stat -- docs desired-state reconciler

# Make the pictures in docs/pictures again; needs Chromium
pictures *arguments:
    python -m tests.pictures "$@"

# Kill an apply at 200 random moments, or as many as given: just crash 20
crash times="200":
    RECONCILER_CRASHES="$1" pytest tests/test_crash.py -k random_moment

# Meet with every fault at every request, on every server; or with as many as given: just matrix 100
matrix cells="all" *arguments:
    RECONCILER_MATRIX="$1" pytest -n auto tests/faults "${@:2}"

# Measure: just bench 1000 10000
bench *sizes:
    python bench/run.py "$@"
    python bench/plan.py
    python bench/expressions.py

# Install the SCIM servers that the tests run against
servers:
    python -m tests.servers.install
