"""The comment: verdict first, the dangerous first, within its bytes, and safe from its data."""

from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from reconciler.model.path import AttributePath
from reconciler.model.plan import Action, Change, MemberChange
from reconciler.model.resource import Live
from reconciler.model.values import Kind, Ref
from reconciler.render.markdown.plan import COMMENT_BYTES, MARKER, render_markdown

GOLDEN = Path(__file__).parents[1] / "golden" / "plan.md"
HOSTILE = {
    "mention": "@octocat and @org/team",
    "reference": "#1 org/repo#2 GH-3",
    "link": "[click](https://evil.example) <https://evil.example> www.evil.example",
    "image": "![x](https://evil.example/p.png)",
    "html": "<img src=x onerror=alert(1)><script>alert(1)</script></details></summary>",
    "comment": "<!-- reconciler plan --> -->",
    "backticks": "`` ` ``` ~~~ `a`",
    "fence": "```\n# heading\n```",
    "pipes": "a | b || c \\| d",
    "newlines": "one\n\n# two\r\n- three",
    "bidi": "\u202egnissim\u202c \u2066x\u2069",
    "ansi": "\x1b[31mred\x1b[0m\x07",
    "emphasis": "**bold** __bold__ *i* _i_ ~~gone~~ ==m== $x$",
    "entity": "&lt;b&gt; &#64;octocat &copy;",
    "backslash": "\\` \\ \\\\",
    "long": "x" * 10_000,
    "spaces": "   ",
    "task": "[ ] [x] [^1]: note",
}


class Reading(HTMLParser):
    """What a reader sees: the tags, and the text outside of code."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.text = ""
        self._open = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, *attributes))
        self._open.append(tag)

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        if "code" not in self._open:
            self.text += data


def read(markdown):
    return Reading(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))


def poisoned(value, text):
    """Return *value* with every text in it replaced, enumerations and paths excepted."""
    if type(value) is str:
        return text
    if isinstance(value, tuple):
        return tuple(poisoned(item, text) for item in value)
    if isinstance(value, (AttributePath, Live)) or not is_dataclass(value):
        return value
    kept = {"action", "origin", "held_by", "part", "numbers", "holds", "ids", "file"}
    changed = {
        item.name: poisoned(getattr(value, item.name), text)
        for item in fields(value)
        if item.name not in kept and item.init
    }
    return replace(value, **changed)


def test_a_plan_with_some_of_everything_reads_as_the_golden_file(plan):
    assert render_markdown(plan) == GOLDEN.read_text(encoding="utf-8")


def test_the_first_lines_say_whether_it_is_safe_to_merge(plan, make_plan):
    assert "3 things need a decision" in "\n".join(render_markdown(plan).splitlines()[:6])
    quiet = replace(plan.targets[0], violations=(), conflicts=(), waves=plan.targets[0].waves[:1])
    calm = render_markdown(make_plan(quiet))
    assert "Nothing is held back: what is listed here is what will happen." in calm
    assert "**Nobody loses access**; 1 person gains some." in calm


def test_no_changes_are_one_sentence(plan, make_plan):
    empty = replace(plan.targets[0], violations=(), conflicts=(), waves=())
    assert "> No changes. 27 objects as the YAML says." in render_markdown(make_plan(empty))


def test_what_is_held_is_not_counted_as_a_loss(plan):
    assert "**1 person loses access** (1 more is held back)" in render_markdown(plan)


@pytest.mark.parametrize("name", HOSTILE)
def test_data_is_shown_and_does_nothing(name, plan):
    honest, hostile = (
        read(render_markdown(plan)),
        read(render_markdown(poisoned(plan, HOSTILE[name]))),
    )
    allowed = {"h2", "h3", "blockquote", "p", "ul", "li", "code", "strong", "br", "b"}
    assert {tag for tag, *_ in hostile.tags} <= allowed | {"details", "summary"}
    assert all(attributes == [] for _, *attributes in hostile.tags)
    folds = [tag for tag, *_ in honest.tags].count("details")
    assert [tag for tag, *_ in hostile.tags].count("details") == folds
    for sign in ("@octocat", "@org", "#1", "#2", "GH-3", "://", "www.evil", "\x1b", "\u202e"):
        assert sign not in hostile.text


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - {"long", "spaces"}))
def test_a_hostile_name_can_still_be_read(name, plan):
    page = render_markdown(poisoned(plan, HOSTILE[name]))
    first = HOSTILE[name].split()[0].strip("\u202e\u202c\x1b")
    assert first in page or first.encode("unicode_escape").decode() in page


def many(number):
    """Return changes of which every tenth takes something away."""
    for index in range(number):
        action = Action.UPDATE
        if index % 10 == 0:
            action = Action.DELETE if index == number - 10 else Action.DISABLE
        live = Live(Kind.USER, str(index), {})
        yield Change(
            "envoy", Kind.USER, f"u{index}", action, f"u{index}@x.example", "why", live=live
        )


def test_a_plan_of_100_000_changes_fits_and_names_the_most_dangerous_first(plan, make_plan):
    leaving = tuple(
        MemberChange(Ref(Kind.USER, f"u{index}"), None, f"u{index}") for index in range(5_000)
    )
    group = replace(plan.targets[0].waves[2][0], remove=leaving)
    target = replace(plan.targets[0], waves=((*many(100_000), group),))
    page = render_markdown(make_plan(target))
    assert len(page.encode()) < COMMENT_BYTES
    losses = page[page.index("### Who loses access") :].splitlines()
    assert losses[0] == "### Who loses access (14,500)"
    assert "u99990" in page, "the only delete is shown"
    rows = [line for line in losses if line.startswith("- −")]
    assert all("account disabled" in row or "account deleted" in row for row in rows[:10])
    assert "are left out** for want of room" in page
    assert page.startswith(MARKER)


def test_the_bytes_of_hostile_letters_count_too(plan, make_plan):
    wide = [
        replace(change, display="\N{CJK UNIFIED IDEOGRAPH-4E2D}" * 64) for change in many(5_000)
    ]
    target = replace(plan.targets[0], waves=(tuple(wide),))
    assert len(render_markdown(make_plan(target)).encode()) < COMMENT_BYTES


@pytest.mark.parametrize("limit", [3_000, 5_000, 8_000, 20_000])
def test_any_limit_is_kept_and_no_row_is_cut(limit, plan, make_plan):
    target = replace(plan.targets[0], waves=(tuple(many(500)),))
    page = render_markdown(make_plan(target), limit=limit)
    assert len(page.encode()) <= limit
    assert page.count("<details>") == page.count("</details>")
    assert all(line.count("`") % 2 == 0 for line in page.splitlines())
