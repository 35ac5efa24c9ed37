"""What strangers may write into a name, how it gets into every field, and what a reader sees."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from reconciler.model.path import AttributePath
from reconciler.model.target import Profile

CORPUS = {
    "mention": "@octocat and @org/team",
    "reference": "#123 org/repo#2 GH-1",
    "link": "[click](https://evil.example) <https://evil.example> www.evil.example",
    "image": "![x](https://evil.example/p.png)",
    "html": "<img src=x onerror=alert(1)><script>alert(1)</script></details></summary>",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "template": "{{ 7*7 }}{% raw %} ${{ secrets.TOKEN }} $(id) `id`",
    "comment": "<!-- reconciler plan --> --> --!>",
    "backticks": "`` ` ``` ~~~ `a`",
    "fence": "```\n# heading\n```",
    "pipes": "a | b || c \\| d",
    "newlines": "one\n\n# two\r\n- three\rfour\x0b\x0c\x85\u2028five\u2029",
    "bidi": "\u202egnissim\u202c \u2066x\u2069 \u200f",
    "ansi": "\x1b[31mred\x1b[0m\x07\x9b1m",
    "osc8": "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "nul": "a\x00b\x7f",
    "zero-width": "a\u200bd\u200dm\u2060i\ufeffn\u00ad",
    "surrogate": "a\ud800b",
    "emphasis": "**bold** __bold__ *i* _i_ ~~gone~~ ==m== $x$",
    "entity": "&lt;b&gt; &#64;octocat &copy;",
    "long": "x" * 10_000,
    "long-wrapped": "word " * 400 + "::add-mask::0",
    "spaces": "   ",
    "empty": "",
    "task": "[ ] [x] [^1]: note",
    "command": "::set-output name=fingerprint::0",
    "command-stop": "\n::stop-commands::pause\n",
    "command-old": "##[add-mask]0 ##vso[task.setvariable variable=a]b",
    "percent": "%0A::error::x %0D%0A %25 %2C %3A",
    "formula": '=HYPERLINK("https://evil.example","x")',
    "formula-sum": "+1+1 -2 @SUM(A1)\t=1",
    "opening": "- a",
    "opening-number": "1. a",
    "opening-line": "---",
    "output": "x\nhas_changes=false\ny<<EOF",
}

_KEPT = {
    *("action", "origin", "line", "turn", "thing", "held_by", "part", "numbers", "ids"),
    *("severity", "status", "state", "subject", "verdict", "guard", "only"),
}
"""Fields that hold words of ours, or what is looked up by them."""


def poisoned(value, text):
    """Return *value* with every text in it replaced; words of a closed vocabulary are kept."""
    if type(value) is str:
        return text
    if isinstance(value, tuple):
        return tuple(poisoned(item, text) for item in value)
    if isinstance(value, Mapping):
        return {key: poisoned(item, text) for key, item in value.items()}
    if isinstance(value, (AttributePath, Profile, Enum)) or not is_dataclass(value):
        return value
    changed = {
        item.name: poisoned(getattr(value, item.name), text)
        for item in fields(value)
        if item.name not in _KEPT and item.init
    }
    return replace(value, **changed)


class Reading(HTMLParser):
    """What a reader sees: the tags with their attributes, and the text outside of code."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.text = ""
        self._open = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, *(name for name, _ in attributes)))
        self._open.append(tag)

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        if not {"code", "script", "style"} & set(self._open):
            self.text += data


def read(markdown):
    """Return what a reader sees of Markdown that may hold HTML."""
    return Reading(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))
