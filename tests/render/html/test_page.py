"""What holds for every page: nothing that data says can run, and only the page's own parts may."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from jinja2 import UndefinedError

from reconciler.render.html.page import render_page
from reconciler.render.html.plan import render_html

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="[^"]*">')
INJECTED = "<script>document.title = 'ran'</script><img src=x onerror=\"document.title = 'ran'\">"


def with_injection(html):
    """Return the page as it would be if escaping had failed somewhere."""
    return html.replace("<main>", f"<main>{INJECTED}", 1)


def test_the_policy_admits_the_script_and_the_style_and_nothing_else(plan):
    html = render_html(plan)
    policy = POLICY.search(html).group().replace("&#39;", "'")
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    for text, name in ((script, "script-src"), (style, "style-src")):
        mark = b64encode(sha256(text.encode()).digest()).decode()
        assert f"{name} 'sha256-{mark}';" in policy
    assert "default-src 'none'; " in policy
    assert "unsafe" not in policy


def test_no_element_acts_or_dresses_by_an_attribute(plan):
    html = re.sub(r"<(script|style)>.*?</\1>", "", render_html(plan), flags=re.DOTALL)
    assert not re.search(r"<[^>]*\s(on\w+|style|src|srcset|action|formaction)\s*=", html)


def test_a_script_that_slips_in_does_not_run(plan, open_anything):
    shown = open_anything(with_injection(render_html(plan)))
    assert shown.page.title().startswith("Plan: ")
    assert any("Content Security Policy" in word for word in shown.said)


def test_without_the_policy_it_would_have_run(plan, open_anything):
    """Prove that the test above can fail."""
    shown = open_anything(POLICY.sub("", with_injection(render_html(plan))))
    assert shown.page.title() == "ran"


def test_a_value_that_a_template_misses_is_a_bug_and_never_an_empty_text():
    with pytest.raises(UndefinedError):
        render_page("plan.html")


def test_the_same_plan_gives_the_same_bytes(plan):
    assert render_html(plan) == render_html(plan)
