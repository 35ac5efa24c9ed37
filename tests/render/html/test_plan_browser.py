"""The page of a plan in a browser: filter, search, sort, keys, themes, and readers of all kinds."""

from collections import Counter
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from reconciler.model.trust import Effect, SettingChange
from reconciler.render.html.plan import render_html
from tests.render.conftest import create_ada, envoy, plan_of
from tests.render.html.test_plan import access

ALL = ["ada", "grace", "oncall", "oncall", "tom"]
WIDE = {"width": 1280, "height": 2400}
PHONE = {"width": 400, "height": 800}


@pytest.fixture
def html(plan):
    return render_html(plan)


def tick(page, name):
    page.get_by_role("checkbox", name=name, exact=False).first.check()


def test_every_change_is_there_without_script(html, open_page):
    shown = open_page(html, java_script_enabled=False)
    assert shown.rows() == ALL
    expect(shown.page.get_by_text('"Principal Engineer"')).to_be_visible()
    expect(shown.page.locator("#search")).to_be_hidden()


def test_filters_are_or_in_one_group_and_and_between_groups(html, open_page):
    shown = open_page(html)
    tick(shown.page, "update")
    assert shown.rows() == ["grace"]
    tick(shown.page, "disable")
    assert shown.rows() == ["grace", "tom"]
    tick(shown.page, "removals")
    assert shown.rows() == ["tom"]
    expect(shown.page.get_by_role("status")).to_have_text("1 of 5 changes")
    shown.page.get_by_role("button", name="Clear filters").click()
    expect(shown.page.get_by_role("status")).to_have_text("5 changes")
    assert shown.rows() == ALL


def test_the_search_finds_names_keys_and_members(html, open_page):
    shown = open_page(html)
    search, status = shown.page.get_by_role("searchbox"), shown.page.get_by_role("status")
    search.fill("GRACE@")
    expect(status).to_have_text("1 of 5 changes")
    assert shown.rows() == ["grace"]
    search.fill("id:99 oncall")
    expect(status).to_have_text("1 of 5 changes")
    assert shown.rows() == ["oncall"]
    search.fill("nobody")
    expect(status).to_have_text("0 of 5 changes")
    shown.page.get_by_role("button", name="Clear them").click()
    expect(status).to_have_text("5 changes")
    assert shown.rows() == ALL


def test_one_list_is_seen_at_a_time_and_filters_hold_for_both(plan, open_page):
    target = replace(plan.targets[0], access=access())
    shown = open_page(render_html(replace(plan, targets=(target,))))
    status = shown.page.get_by_role("status")
    expect(status).to_have_text("5 changes")
    shown.page.get_by_role("radio", name="By person").check()
    expect(status).to_have_text("3 people")
    assert shown.rows() == ["ada", "tom", "zoe"]
    tick(shown.page, "disable")
    assert shown.rows() == ["tom"]
    shown.page.get_by_role("radio", name="By object").check()
    assert shown.rows() == ["tom"]


def many(number):
    joiners = [replace(create_ada(), key=f"user-{index:04}") for index in range(number)]
    return plan_of(replace(envoy(), waves=(tuple(joiners),)))


def test_a_long_list_is_drawn_bit_by_bit_and_searched_as_a_whole(open_page):
    shown = open_page(render_html(many(1_000)))
    status = shown.page.get_by_role("status")
    expect(status).to_have_text("1,000 changes")
    assert len(shown.rows()) == 300
    shown.page.get_by_role("searchbox").fill("user-0999")
    expect(status).to_have_text("1 of 1,000 changes")
    assert shown.rows() == ["user-0999"]
    shown.page.keyboard.press("Escape")
    expect(status).to_have_text("1,000 changes")
    shown.page.get_by_role("columnheader", name="Object").get_by_role("button").dblclick()
    assert shown.rows()[0] == "user-0999"
    shown.page.get_by_role("button", name="Draw more").scroll_into_view_if_needed()
    shown.page.locator(".row").nth(599).wait_for(state="attached")
    shown.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(shown.rows()) == 1_000


def test_a_long_list_is_whole_without_script(open_page):
    shown = open_page(render_html(many(400)), java_script_enabled=False)
    assert len(shown.rows()) == 400


def test_a_search_for_markup_finds_the_text_and_not_the_markup(open_page):
    odd = replace(create_ada(), key="<b>&\"'")
    shown = open_page(render_html(plan_of(replace(envoy(), waves=((odd, create_ada()),)))))
    shown.page.get_by_role("searchbox").fill("<b>&\"'")
    expect(shown.page.get_by_role("status")).to_have_text("1 of 2 changes")
    shown.page.get_by_role("searchbox").fill("</b>")
    expect(shown.page.get_by_role("status")).to_have_text("0 of 2 changes")


def test_what_looks_like_a_grid_is_still_a_table_to_a_screen_reader(open_page):
    shown = open_page(render_html(many(60)), viewport=PHONE)
    devtools = shown.page.context.new_cdp_session(shown.page)
    nodes = devtools.send("Accessibility.getFullAXTree")["nodes"]
    roles = Counter(node["role"]["value"] for node in nodes if not node["ignored"])
    assert roles["table"] == 1
    assert (roles["columnheader"], roles["rowheader"], roles["row"]) == (4, 60, 61)
    assert roles["cell"] + roles["gridcell"] == 3 * 60, "rows below the window are read out too"


def test_a_click_on_a_heading_sorts_and_says_so(html, open_page):
    shown = open_page(html)
    heading = shown.page.get_by_role("columnheader", name="Action")
    button = heading.get_by_role("button")
    button.click()
    assert shown.rows() == ["tom", "oncall", "ada", "oncall", "grace"]
    assert heading.get_attribute("aria-sort") == "ascending"
    button.click()
    assert shown.rows()[0] == "grace"
    assert heading.get_attribute("aria-sort") == "descending"
    button.click()
    assert shown.rows() == ALL
    assert heading.get_attribute("aria-sort") is None


def test_everything_can_be_done_by_keyboard_alone(html, open_page):
    shown = open_page(html)
    press = shown.page.keyboard.press
    press("j")
    press("j")
    focused = shown.page.locator(".row:focus")
    expect(focused.locator(".who b")).to_have_text("grace")
    assert focused.locator("details").get_attribute("open") is not None
    press("Enter")
    assert focused.locator("details").get_attribute("open") is None
    press("ArrowDown")
    press("k")
    expect(focused.locator(".who b")).to_have_text("grace")
    press("/")
    shown.page.keyboard.type("tom/j")
    assert shown.page.locator("#search").input_value() == "tom/j"
    press("Escape")
    assert shown.page.locator("#search").input_value() == ""
    assert shown.rows() == ALL


def test_the_first_stop_of_the_tab_key_skips_to_the_list(html, open_page):
    shown = open_page(html)
    shown.page.keyboard.press("Tab")
    expect(shown.page.locator(":focus")).to_have_text("Skip to the list")
    shown.page.keyboard.press("Enter")
    assert shown.page.evaluate("document.activeElement.id") == "list"


def test_keys_of_one_letter_can_be_turned_off(html, open_page):
    shown = open_page(html)
    shown.page.get_by_text("Keyboard").click()
    shown.page.get_by_label("Keys of one letter work").uncheck()
    shown.page.keyboard.press("j")
    expect(shown.page.locator(".row:focus")).to_have_count(0)


def test_details_fold_and_unfold_together(html, open_page):
    shown = open_page(html)
    shown.page.get_by_role("button", name="Fold all", exact=True).click()
    expect(shown.page.locator(".what details[open]")).to_have_count(0)
    shown.page.get_by_role("button", name="Unfold all").click()
    expect(shown.page.locator(".what > details[open]")).to_have_count(5)


def test_the_theme_follows_the_system_until_somebody_chooses(html, open_page):
    shown = open_page(html, color_scheme="dark")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    assert shown.page.evaluate(ground) == "rgb(15, 17, 19)"
    shown.page.get_by_role("button", name="Theme: auto").click()
    assert shown.page.evaluate(ground) == "rgb(247, 247, 245)"
    assert shown.page.evaluate("localStorage.getItem('reconciler-theme')") == "light"


def test_a_theme_that_was_chosen_is_worn_again(html, open_anything):
    shown = open_anything(html, color_scheme="dark")
    shown.page.add_init_script("localStorage.setItem('reconciler-theme', 'light')")
    shown.page.reload()
    expect(shown.page.get_by_role("button", name="Theme: light")).to_be_visible()
    assert shown.page.evaluate("document.documentElement.dataset.theme") == "light"


def test_an_acceptance_is_copied_as_it_is_typed(html, open_page):
    shown = open_page(html, permissions=["clipboard-read", "clipboard-write"])
    code = shown.page.locator(".copy").inner_text()
    shown.page.get_by_role("button", name="Copy").click()
    shown.page.get_by_role("button", name="Copied").wait_for()
    assert code.startswith("--accept removals:")
    assert shown.page.evaluate("navigator.clipboard.readText()") == code


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", WIDE), ("dark", PHONE)])
def test_axe_finds_no_violation(plan, open_page, scheme, size):
    target = replace(plan.targets[0], access=access())
    settings = (SettingChange("targets.envoy.url", "a", "b", Effect.NOT_CONTACTED),)
    html = render_html(replace(plan, targets=(target,), settings=settings))
    shown = open_page(html, color_scheme=scheme, viewport=size)
    if scheme == "dark":
        shown.page.get_by_role("radio", name="By person").check()
    for part in shown.page.locator("details").all():
        part.evaluate("part => part.open = true")
    found = Axe().run(shown.page)
    assert [item["id"] for item in found.response["violations"]] == [], found.generate_report()


def test_a_telephone_needs_no_scrolling_sideways(html, open_page):
    shown = open_page(html, viewport=PHONE)
    assert shown.page.evaluate("document.documentElement.scrollWidth") == 400


def test_the_filters_need_no_scrolling_sideways(html, open_page):
    shown = open_page(html, viewport=WIDE)
    inner, outer = shown.page.locator(".facets").evaluate(
        "box => [box.scrollWidth, box.clientWidth]"
    )
    assert inner == outer
