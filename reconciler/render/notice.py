"""A notice as a subject, plain text, Markdown, JSON (`reconciler.notice/1`) and Slack's blocks."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from reconciler.model.notice import Entry, Event, Notice
from reconciler.render.jsontext import json_text
from reconciler.render.markdown.spans import code, prose
from reconciler.render.safe import escape, shorten
from reconciler.render.stamp import readable, stamp

FORMAT: Final = "reconciler.notice/1"
_LINES: Final = 20
"""So many lines of one cause are told; the rest is counted."""
_LINE: Final = 300
_SUBJECT: Final = 140
_HEADER, _TEXT, _BLOCKS = 150, 3000, 48
"""What Slack takes: characters of a header and of a text, and blocks but two."""

_ONCE = "Each cause is told once, again where there is more of it, and when it is over."

_WORDS: Final = {
    Event.FAILURE: "Failed",
    Event.HELD: "Held",
    Event.QUARANTINE: "Quarantine",
    Event.DRIFT: "Drift",
}


def subject_of(notice: Notice) -> str:
    """Return one line without anything that could end it, or steer who reads it."""
    now = [entry.title for entry in notice.entries if entry.state != "over"]
    if not now:
        now = ["over: " + "; ".join(entry.title for entry in notice.entries)]
    return shorten(f"[reconciler] {notice.target}: {'; '.join(now)}", _SUBJECT)


def render_notice(notice: Notice) -> str:
    """Return *notice* as plain text."""
    lines = [shorten(subject_of(notice).removeprefix("[reconciler] "), _SUBJECT), ""]
    for entry in notice.entries:
        lines += [_head(entry), *(f"  {line}" for line in _lines(entry)), ""]
    return "\n".join([*lines, *_foot(notice)]) + "\n"


def notice_as_markdown(notice: Notice) -> str:
    """Return *notice* as Markdown in which nothing from the data links, mentions or marks up."""
    lines = [f"### {prose(notice.target)}", ""]
    for entry in notice.entries:
        lines += [f"**{_word(entry)}** {prose(_title(entry))}", ""]
        details = list(_lines(entry))
        lines += [f"- {code(line, _LINE)}" for line in details]
        lines += [""] if details else []
    return "\n".join([*lines, *(prose(line) for line in _foot(notice))]) + "\n"


def dump_notice(notice: Notice) -> str:
    """Return *notice* as JSON text, for any webhook."""
    document = {
        "format": FORMAT,
        "target": escape(notice.target),
        "at": stamp(notice.at),
        "run": notice.run,
        "trigger": escape(notice.trigger),
        "subject": subject_of(notice),
        "causes": [
            {
                "event": entry.event.value,
                "state": entry.state,
                "title": shorten(entry.title, _LINE),
                "lines": [shorten(line, _LINE) for line in entry.lines[:_LINES]],
                "left_out": max(0, len(entry.lines) - _LINES),
                "since": stamp(entry.since) if entry.since else None,
            }
            for entry in notice.entries
        ],
        "text": render_notice(notice),
        "markdown": notice_as_markdown(notice),
    }
    return json_text(document, indent=None)


def dump_blocks(notice: Notice) -> str:
    """Return *notice* as what Slack and its like take: blocks of plain text, nothing marked up."""
    blocks: list[dict[str, Any]] = [_block("header", subject_of(notice), _HEADER)]
    for entry in notice.entries[:_BLOCKS]:
        text = "\n".join([_head(entry), *(f"• {line}" for line in _lines(entry))])
        blocks.append(_block("section", text, _TEXT))
    blocks.append(_block("section", "\n".join(_foot(notice)), _TEXT))
    return json_text({"text": _entities(subject_of(notice)), "blocks": blocks}, indent=None)


def _word(entry: Entry) -> str:
    if entry.state == "over":
        return "Over:"
    more = " (more)" if entry.state == "more" else ""
    return f"{_WORDS[entry.event]}{more}:"


def _title(entry: Entry) -> str:
    told = f" (told {readable(entry.since)})" if entry.since else ""
    return shorten(entry.title, _LINE) + told


def _head(entry: Entry) -> str:
    return f"{_word(entry)} {_title(entry)}"


def _lines(entry: Entry) -> Iterator[str]:
    """Yield what is said of each part, then how many are left out, then what helps."""
    for line in entry.lines[:_LINES]:
        yield shorten(line, _LINE)
    if len(entry.lines) > _LINES:
        yield f"and {len(entry.lines) - _LINES:,} more"
    if entry.hint:
        yield f"Next: {escape(entry.hint)}"


def _foot(notice: Notice) -> Iterable[str]:
    run = "Seen" if notice.run is None else f"Run {notice.run}"
    by = f", by {shorten(notice.trigger, _LINE)}" if notice.trigger else ""
    yield f"{run} at {readable(notice.at)}{by}."
    yield _ONCE


def _block(kind: str, text: str, most: int) -> dict[str, Any]:
    """Return a block whose text Slack shows as it is: no link, no mention, no emoji."""
    shown = _cut(text, most)
    return {"type": kind, "text": {"type": "plain_text", "text": shown, "emoji": False}}


def _cut(text: str, most: int) -> str:
    """Return *text* as Slack wants it, cut between characters and never within what one becomes."""
    shown = _entities(text)
    if len(shown) <= most:
        return shown
    size, kept = 1, []
    for char in map(_entities, text):
        size += len(char)
        if size > most:
            break
        kept.append(char)
    return "".join(kept) + "…"


def _entities(text: str) -> str:
    """Return *text* with Slack's three control characters as it wants them (its page on text)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
