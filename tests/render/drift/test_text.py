from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.model.drift_report import Drift
from reconciler.render.drift.text import render_drift
from tests.render.corpus import CORPUS
from tests.render.drifts import NOW, drift, item, items

GOLDEN = Path(__file__).parents[1] / "golden" / "drift.txt"


def test_the_report_is_as_written(request):
    actual = render_drift(drift(), width=100)
    if request.config.getoption("--update-golden"):
        GOLDEN.write_text(actual, encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == actual


@pytest.mark.parametrize("name", CORPUS)
def test_whatever_names_say_no_line_begins_and_no_terminal_obeys(name):
    honest, hostile = (render_drift(drift(bad), width=100_000) for bad in ("", CORPUS[name]))

    found, ways = (len(part.splitlines()) for part in hostile.split("\nWhat to do\n"))
    expected, most = (len(part.splitlines()) for part in honest.split("\nWhat to do\n"))
    assert found == expected
    assert ways <= most
    assert all(char.isprintable() or char == "\n" for char in hostile)


def test_no_list_is_cut_without_a_word():
    target = drift().targets[0]
    many = tuple(item(one.drift_class, f"u{n:03}") for n in range(150) for one in items()[3:5])
    page = render_drift(Drift(NOW, "1.0", "", (replace(target, items=many),)), width=100)

    assert "… and 100 more, all of them in --format json" in page


def test_colours_change_nothing_but_colours():
    plain = render_drift(drift(), width=100)
    painted = render_drift(drift(), width=100, color=True)

    assert "\x1b[" in painted
    assert len(painted.splitlines()) == len(plain.splitlines())
