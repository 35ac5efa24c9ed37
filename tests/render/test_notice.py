import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reconciler.model.notice import Entry, Event, Notice, Step
from reconciler.render.notice import (
    dump_blocks,
    dump_notice,
    notice_as_markdown,
    render_notice,
    subject_of,
)

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
FAILED = Entry(
    "new",
    Event.FAILURE,
    "2 changes failed",
    ("envoy/user/bob: 409 uniqueness: taken", "envoy/user/eve: 500: oops"),
    ("3 others were skipped.",),
    (Step("What was sent", "reconciler history show 12"), Step("Mend it.")),
)
HELD = Entry("more", Event.HELD, "removals holds 4 changes", ("envoy/user/tom: disable",))
OVER = Entry("over", Event.QUARANTINE, "it is in quarantine", since=NOW)
URL = "https://app.example/scim"
BY = "GitHub Actions run 77, by ada"
NOTICE = Notice("envoy", (FAILED, HELD, OVER), NOW, URL, run=12, trigger=BY)
HOSTILE = (
    "Bob\r\nBcc: x@evil.example \x1b[31m\u202egnp <!channel> <https://evil.example|x> @all "
    "`*_~|<b>& :joy: ![x](https://evil.example)"
)


def hostile():
    steps = (Step(HOSTILE, HOSTILE),)
    entry = Entry("new", Event.FAILURE, HOSTILE, (HOSTILE,), (HOSTILE,), steps, since=NOW)
    return Notice(HOSTILE, (entry,), NOW, HOSTILE, run=1, trigger=HOSTILE)


def test_a_notice_as_text():
    assert render_notice(NOTICE) == (
        "Target envoy, https://app.example/scim\n"
        "\n"
        "2 changes failed\n"
        "  3 others were skipped.\n"
        "  envoy/user/bob: 409 uniqueness: taken\n"
        "  envoy/user/eve: 500: oops\n"
        "  What was sent:\n"
        "    reconciler history show 12\n"
        "  Mend it.\n"
        "\n"
        "More: removals holds 4 changes\n"
        "  envoy/user/tom: disable\n"
        "\n"
        "Over: it is in quarantine (told 2026-07-01 12:00:00 UTC)\n"
        "\n"
        "Run 12 at 2026-07-01 12:00:00 UTC, by GitHub Actions run 77, by ada.\n"
        "Each cause is told once, again where there is more of it, and when it is over.\n"
    )


def test_a_notice_as_markdown():
    held = replace(HELD, said=FAILED.said, steps=FAILED.steps)
    assert notice_as_markdown(replace(NOTICE, entries=(held, OVER))) == (
        "### envoy at `https://app.example/scim`\n"
        "\n"
        "**More: removals holds 4 changes**\n"
        "\n"
        "3 others were skipped.\n"
        "\n"
        "- `envoy/user/tom: disable`\n"
        "\n"
        "What was sent:\n"
        "\n"
        "```\n"
        "reconciler history show 12\n"
        "```\n"
        "\n"
        "Mend it.\n"
        "\n"
        "**Over: it is in quarantine (told 2026-07-01 12:00:00 UTC)**\n"
        "\n"
        "Run 12 at 2026-07-01 12:00:00 UTC, by GitHub Actions run 77, by ada.\n"
        "Each cause is told once, again where there is more of it, and when it is over.\n"
    )


def test_a_notice_as_json_holds_all_of_it_and_both_texts():
    document = json.loads(dump_notice(NOTICE))
    assert document["format"] == "reconciler.notice/1"
    assert document["url"] == URL
    assert document["causes"][0]["said"] == ["3 others were skipped."]
    assert document["causes"][0]["steps"] == [
        {"words": "What was sent:", "command": "reconciler history show 12"},
        {"words": "Mend it.", "command": ""},
    ]
    assert document["causes"][1] == {
        "event": "held",
        "state": "more",
        "title": "removals holds 4 changes",
        "lines": ["envoy/user/tom: disable"],
        "left_out": 0,
        "said": [],
        "steps": [],
        "since": None,
    }
    assert document["text"] == render_notice(NOTICE)
    assert document["markdown"] == notice_as_markdown(NOTICE)


def test_a_subject_says_what_is_new_and_else_what_is_over():
    assert subject_of(NOTICE) == "[reconciler] envoy: 2 changes failed; removals holds 4 changes"
    only_over = replace(NOTICE, entries=(OVER,))
    assert subject_of(only_over) == "[reconciler] envoy: over: it is in quarantine"
    long = replace(NOTICE, entries=(replace(FAILED, title="x" * 10_000),))
    assert len(subject_of(long)) == 140


def test_of_many_lines_the_first_are_told_and_the_others_counted():
    many = replace(FAILED, lines=tuple(f"envoy/user/u{number}" for number in range(1_025)))
    text = render_notice(replace(NOTICE, entries=(many,)))
    assert "  envoy/user/u19\n  and 1,005 more\n" in text
    assert (
        json.loads(dump_notice(replace(NOTICE, entries=(many,))))["causes"][0]["left_out"] == 1005
    )


@pytest.mark.parametrize("render", [subject_of, render_notice, notice_as_markdown, dump_notice])
def test_what_is_hostile_ends_no_line_and_steers_nobody(render):
    text = render(hostile())
    # Markdown breaks mentions and addresses with a space of no width, of our own.
    assert all(char.isprintable() for char in set(text) - {"\n", "\u200b"})
    assert "\nBcc:" not in text
    assert "\u202e" not in text


def test_in_markdown_nothing_links_or_mentions():
    text = notice_as_markdown(hostile())
    outside = "".join(part for number, part in enumerate(text.split("``")) if number % 2 == 0)
    assert "@all" not in outside
    assert "](https://" not in outside
    assert "<b>" not in outside


def test_slack_gets_plain_text_whose_three_letters_are_escaped():
    blocks = json.loads(dump_blocks(NOTICE))["blocks"]
    assert [block["type"] for block in blocks] == ["header", *["section"] * 6]
    shown = "What was sent:\nreconciler history show 12\nMend it."
    assert blocks[3]["text"]["text"] == shown
    assert blocks[4]["text"] == {
        "type": "plain_text",
        "text": "More: removals holds 4 changes\n• envoy/user/tom: disable",
        "emoji": False,
    }
    document = json.loads(dump_blocks(hostile()))
    texts = [document["text"], *(block["text"]["text"] for block in document["blocks"])]
    assert not any("<" in text or ">" in text for text in texts)
    assert "&lt;!channel&gt;" in texts[2]


def test_what_slack_would_refuse_is_cut_between_letters_and_not_within_one():
    long = Entry("new", Event.FAILURE, "&" * 299, tuple("&" * 299 for _ in range(20)))
    long = replace(long, steps=(Step("&" * 299, "&" * 999),))
    notice = Notice("&" * 200, (long,) * 60, NOW)
    blocks = json.loads(dump_blocks(notice))["blocks"]
    assert len(blocks) == 49
    assert len(blocks[0]["text"]["text"]) <= 150
    for block in blocks:
        text = block["text"]["text"]
        assert len(text) <= 3000
        assert "&" not in text.replace("&amp;", "")


def test_no_command_is_cut():
    whole = replace(FAILED, steps=(Step("Accept it", "reconciler apply " + "x" * 900),))
    assert "reconciler apply " + "x" * 900 in render_notice(replace(NOTICE, entries=(whole,)))
    long = replace(FAILED, steps=(Step("Accept it", "reconciler apply " + "x" * 1_000),))
    text = render_notice(replace(NOTICE, entries=(long,)))
    assert "  Accept it: its command is too long to stand here.\n" in text
    assert "xxx" not in text
