from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.model.drift import SeenItem, Sighting
from reconciler.model.drift_class import DriftClass
from reconciler.render.markdown.drift import ISSUE_BYTES, render_drift_markdown
from tests.render.corpus import CORPUS, read
from tests.render.drifts import NOW, drift, item

GOLDEN = Path(__file__).parents[1] / "golden" / "drift.md"


def test_the_issue_is_as_written(request):
    actual = render_drift_markdown(drift())
    if request.config.getoption("--update-golden"):
        GOLDEN.write_text(actual, encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == actual


@pytest.mark.parametrize("name", CORPUS)
def test_whatever_names_say_nothing_links_mentions_or_ends_early(name):
    honest, hostile = (read(render_drift_markdown(drift(bad))) for bad in ("", CORPUS[name]))

    assert {tag for tag, *_ in hostile.tags} <= {tag for tag, *_ in honest.tags}
    assert all(attributes == [] for _, *attributes in hostile.tags)
    for sign in ("@octocat", "#1", "GH-3", "https://evil", "www.evil", "\x1b", "\u202e"):
        assert sign not in hostile.text


def test_ten_thousand_differences_fit_and_the_dangerous_are_there():
    target = drift().targets[0]
    many = [item(DriftClass.CHANGED, f"user-{number:05}") for number in range(10_000)]
    danger = [
        item(DriftClass.EXTRA_MEMBER, f"admins-{number}", privileged=True, member="mallory")
        for number in range(10)
    ]
    whole = replace(drift(), targets=(replace(target, items=(*many, *danger)),))

    page = render_drift_markdown(whole)

    assert len(page.encode()) <= ISSUE_BYTES
    assert all(f"`admins-{number}`" in page for number in range(10))
    assert "are left out** for want of room" in page
    assert "### What differs (10,010)" in page


def test_an_unchanged_drift_changes_nothing_but_ages():
    first, later = drift(), drift()
    night = timedelta(days=1)
    later = replace(
        later,
        created=NOW + night,
        targets=tuple(replace(target, taken=NOW + night) for target in later.targets),
    )
    lines = [
        [line for line in render_drift_markdown(each).splitlines() if "since 20" not in line]
        for each in (first, later)
    ]

    assert lines[0] == lines[1]


def test_what_went_away_is_told_with_how_long_it_was_there():
    seen = SeenItem(
        ("unmanaged", "user", "id:7", ""), "x", Sighting(NOW, NOW, NOW + timedelta(hours=2))
    )
    target = replace(drift().targets[0], gone=(seen,))

    page = render_drift_markdown(replace(drift(), targets=(target,)))

    assert "at `envoy`: unmanaged: user `id:7` (`x`); it lasted 2 hours" in page
