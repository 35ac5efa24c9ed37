"""The page of a drift report, read as HTML and seen in a browser."""

from dataclasses import replace
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from reconciler.model.drift_class import DriftClass
from reconciler.model.drift_report import AccessMatrix, DriftPoint, MatrixLine, Membership
from reconciler.render.drift.words import headline
from reconciler.render.html.chart import chart_of
from reconciler.render.html.drift import render_drift_html
from reconciler.render.html.matrix import grid_of
from tests.render.drifts import NOW, drift
from tests.render.html.test_plan import HOSTILE, SEEN, text_of

A, E, M = Membership.AGREED, Membership.EXTRA, Membership.MISSING


def matrix(bad=""):
    admins = MatrixLine(f"admins{bad}", f"Admins{bad}", privileged=True)
    stranger = MatrixLine(f"id:77{bad}", f"mallory{bad}")
    users = (stranger, MatrixLine("ada", "ada@contoso.example"), MatrixLine("linus", "linus"))
    cells = {(0, 0): E, (0, 1): A, (1, 1): A, (0, 2): M}
    return AccessMatrix((admins, MatrixLine("crew", "Crew")), users, cells, 9, 400)


def points(number):
    counts = ({DriftClass.CHANGED: index, DriftClass.MISSING: 1} for index in range(number))
    moments = (NOW - timedelta(days=number - index) for index in range(number))
    return tuple(DriftPoint(at, found) for at, found in zip(moments, counts, strict=True))


def report(bad=""):
    found = drift(bad)
    first, *others = found.targets
    return replace(found, targets=(replace(first, matrix=matrix(bad)), *others))


def test_the_first_screen_says_what_is_urgent():
    text, _ = text_of(render_drift_html(report()))
    assert (
        "6 differences Look at 1 of them first: somebody has access that nobody gave in git."
        in text
    )
    assert "! 1 extra member ! 1 unmanaged − 1 missing ~ 2 changed − 1 missing member" in text
    assert "✗ Not read broken it answers 500" in text
    assert "! Nothing was noted" in text


def test_what_to_do_stands_before_the_list_and_can_be_copied(open_page):
    shown = open_page(render_drift_html(report()))
    shown.page.get_by_text("What to do").click()
    part = shown.page.locator(".ways")
    assert part.locator(".copy").all_text_contents()[1] == "reconciler apply --target envoy"
    expect(part.get_by_role("button", name="Copy")).to_have_count(5)
    assert part.locator(".lines").text_content().splitlines()[:3] == [
        "ignores:",
        "  crew-grace:",
        "    target: envoy",
    ]
    text, _ = text_of(render_drift_html(report()))
    assert "Put it back. An apply mends 3 of 6" in text


def test_a_difference_says_what_where_and_since_when():
    text, _ = text_of(render_drift_html(report()))
    assert (
        "! extra member group admins admins@contoso.example privileged envoy 3 days "
        "users/all.yaml:3 id:77 mallory@evil.example is in it and should not be came back, "
    ) in text
    assert (
        'title expected "Engineer" found "Boss" user last changed there 2026-07-04 01:00:00 UTC'
        in text
    )
    assert "nickName expected (sensitive) found (sensitive)" in text
    assert "− missing user barbara barbara@contoso.example held by incomplete-snapshot" in text


def test_what_is_no_drift_stands_apart():
    text, _ = text_of(render_drift_html(report()))
    assert "… Pending 1 The YAML asks for it and no apply has done it yet: no drift." in text
    assert "until 2026-12-31, in the report and by apply: the landlord scans badges" in text
    assert "✓ Gone since the last look 1" in text
    assert "! Ignores that have ended 1" in text
    assert "Compared with commit 4f1c" in text


def test_hostile_text_is_text_wherever_it_stands(open_page):
    html = render_drift_html(report(HOSTILE))
    text, tags = text_of(html)
    assert text.count(SEEN) > 30
    assert (tags.count("script"), tags.count("img")) == (1, 0)
    assert "\u202e" not in html
    assert open_page(html).page.title().startswith("Drift: ")


def test_no_drift_is_good_news():
    (target, *_) = drift().targets
    clean = replace(target, items=(), conflicts=(), quarantine=None, unsure=())
    text, _ = text_of(render_drift_html(replace(drift(), targets=(clean,), failures=())))
    assert "No drift Live is as it was last applied, as far as it could be read." in text
    assert "Nothing differs from what was last applied." in text


def test_what_is_not_known_to_be_gone_is_no_good_news():
    (target, *_) = drift().targets
    quiet = replace(target, items=(), conflicts=(), quarantine=None)
    text, _ = text_of(render_drift_html(replace(drift(), targets=(quiet,), failures=())))
    assert "1 not known to be gone Nothing else differs, as far as it could be read" in text
    assert "! 1 seen before and not known to be gone" in text
    assert "No drift" not in text


def test_where_nothing_could_be_read_nobody_says_that_nothing_moved():
    blind = replace(drift(), targets=())
    text, _ = text_of(render_drift_html(blind))
    assert "Not read No target could be read, so nobody knows what moved." in text
    assert "Nothing was read." in text
    assert "No drift" not in text
    assert headline(blind) == "Drift: 1 target not read."
    assert headline(replace(blind, failures=())) == "Drift: no drift."


def test_the_same_drift_gives_the_same_bytes():
    assert render_drift_html(report()) == render_drift_html(report())


def test_a_bar_is_as_high_as_its_number():
    chart = chart_of(points(5))
    assert [mark.text for mark in chart.scale] == ["0", "5", "10"]
    heights = [[(part.name, part.height) for part in bar.parts] for bar in chart.bars]
    assert heights[0] == [("missing", "16")]
    assert heights[3] == [("missing", "16"), ("changed", "48")]
    assert chart.bars[4].title == "2026-07-03 06:00:00 UTC: 1 missing, 4 changed"
    assert [mark.text for mark in chart.days] == ["2026-06-29", "2026-07-01", "2026-07-03"]
    assert chart.table[0][:4] == ("2026-07-03 06:00:00 UTC", "0", "0", "1")
    assert chart.sentence.endswith("now 1 missing, 4 changed; the most was 5, on 2026-07-03.")


@pytest.mark.parametrize(
    ("gap", "labels", "most"),
    [
        ({"days": 1}, ["2026-07-02", "2026-07-03", "2026-07-04"], "2026-07-04"),
        (
            {"hours": 2},
            ["2026-07-04 02:00", "2026-07-04 04:00", "2026-07-04 06:00"],
            "2026-07-04 06:00",
        ),
        (
            {"seconds": 20},
            ["2026-07-04 05:59:20", "2026-07-04 05:59:40", "2026-07-04 06:00:00"],
            "2026-07-04 06:00:00",
        ),
    ],
)
def test_where_days_repeat_the_time_tells_runs_apart(gap, labels, most):
    moments = (NOW - timedelta(**gap) * back for back in (2, 1, 0))
    found = (DriftPoint(at, {DriftClass.MISSING: n}) for n, at in enumerate(moments))
    chart = chart_of(tuple(found))
    assert [mark.text for mark in chart.days] == labels
    assert chart.sentence.endswith(f"the most was 2, on {most}.")


@pytest.mark.parametrize(("most", "top"), [(0, "2"), (3, "4"), (11, "20"), (100_001, "200,000")])
def test_the_scale_ends_at_a_round_number(most, top):
    counts = {DriftClass.MISSING: most}
    assert chart_of((DriftPoint(NOW, counts), DriftPoint(NOW, {}))).scale[-1].text == top


def test_one_run_makes_no_picture():
    assert chart_of(points(1)) is None


def test_a_matrix_says_what_it_leaves_out():
    grid = grid_of(matrix())
    assert [(head.name, head.differs) for head in grid.users] == [
        ("mallory", True),
        ("ada", False),
        ("linus", True),
    ]
    assert [cells for _, cells in grid.rows] == [("extra", "agreed", "missing"), ("", "agreed", "")]
    assert grid.sentence == (
        "2 groups and 3 users: 2 memberships differ. 2 of 9 groups and 3 of 400 users are shown, "
        "those that differ most first."
    )


def test_a_matrix_without_anybody_is_left_out():
    assert grid_of(AccessMatrix()) is None


def test_a_matrix_is_narrowed_by_name_and_by_difference(open_page):
    shown = open_page(render_drift_html(report()))
    figure = shown.page.locator(".matrix").first
    rows = figure.locator("tbody th:visible")
    heads = figure.locator("thead th:visible")
    expect(rows).to_have_count(2)
    figure.get_by_label("Only what differs").check()
    assert rows.all_text_contents() == ["admins privileged"]
    assert heads.all_text_contents() == ["mallory", "linus"]
    figure.get_by_role("searchbox").fill("ID:77")
    assert heads.all_text_contents() == ["mallory"]
    figure.get_by_label("Only what differs").uncheck()
    figure.get_by_role("searchbox").fill("crew")
    assert rows.all_text_contents() == ["crew"]
    expect(heads).to_have_count(3)
    figure.get_by_role("searchbox").fill("nobody")
    expect(figure.locator("td:visible")).to_have_count(1)


def test_differences_are_filtered_and_sorted_by_age(open_page):
    shown = open_page(render_drift_html(report()))
    button = shown.page.get_by_role("columnheader", name="Since").get_by_role("button")
    button.dblclick()
    assert shown.rows()[0] == "mallory@evil.example"
    shown.page.get_by_role("checkbox", name="came back").check()
    assert shown.rows() == ["admins"]
    expect(shown.page.get_by_role("status")).to_have_text("1 of 6 differences")
    shown.page.keyboard.press("j")
    expect(shown.page.locator(".row:focus .who b")).to_have_text("admins")


def test_everything_is_there_without_script(open_page):
    shown = open_page(render_drift_html(report()), java_script_enabled=False)
    assert len(shown.rows()) == 6
    expect(shown.page.locator(".matrix td.extra").first).to_be_visible()
    expect(shown.page.locator(".narrow").first).to_be_hidden()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 400)])
def test_axe_finds_no_violation(open_page, scheme, width):
    size = {"width": width, "height": 2400}
    shown = open_page(render_drift_html(report()), color_scheme=scheme, viewport=size)
    for part in shown.page.locator("details").all():
        part.evaluate("part => part.open = true")
    found = Axe().run(shown.page)
    assert [item["id"] for item in found.response["violations"]] == [], found.generate_report()
    assert shown.page.evaluate("document.documentElement.scrollWidth") == width


def test_a_wide_matrix_scrolls_by_itself_on_a_telephone(open_page):
    users = tuple(MatrixLine(f"u{number:02}", f"u{number:02}@x.example") for number in range(60))
    cells = {(row, column): M for row in range(2) for column in range(60)}
    found = report()
    first, *others = found.targets
    wide = replace(matrix(), users=users, cells=cells)
    html = render_drift_html(replace(found, targets=(replace(first, matrix=wide), *others)))
    page = open_page(html, viewport={"width": 390, "height": 900}).page
    inner, outer = page.locator(".matrix .scroll").first.evaluate(
        "box => [box.scrollWidth, box.clientWidth]"
    )
    assert inner > outer
    assert page.evaluate("document.documentElement.scrollWidth") == 390
