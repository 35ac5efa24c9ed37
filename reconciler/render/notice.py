"""A notice as a subject, plain text, Markdown, JSON (`reconciler.notice/1`) and Slack's blocks."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from reconciler.model.notice import Entry, Notice, Step
from reconciler.render.jsontext import json_text
from reconciler.render.markdown.spans import code, prose
from reconciler.render.safe import escape, shorten
from reconciler.render.stamp import readable, stamp

FORMAT: Final = "reconciler.notice/1"
_LINES: Final = 20
"""So many lines of one cause are told; the rest is counted."""
_LINE: Final = 300
_SUBJECT: Final = 140
_UNTITLED: Final = "(untitled)"
_COMMAND: Final = 1000
_HEADER, _TEXT, _ENTRIES = 150, 3000, 23
"""What Slack takes: characters of a header and of a text, and two blocks each of 50 but three."""

_STATES: Final = {"new": "", "more": "More: ", "over": "Over: "}

_ONCE = "Each cause is told once, again where there is more of it, and when it is over."


def subject_of(notice: Notice) -> str:
    """Return one line without anything that could end it, or steer who reads it."""
    now = [entry.title for entry in notice.entries if entry.state != "over"]
    if not now:
        now = ["over: " + "; ".join(entry.title for entry in notice.entries)]
    return shorten(f"[reconciler] {notice.target}: {'; '.join(now)}", _SUBJECT)


def render_notice(notice: Notice) -> str:
    """Return *notice* as plain text."""
    lines = [_place(notice), ""]
    for entry in notice.entries:
        lines += [_head(entry), *(f"  {line}" for line in _lines(entry))]
        for step in _steps(entry):
            lines += [f"  {step.words}", *([f"    {step.command}"] if step.command else [])]
        lines.append("")
    return "\n".join([*lines, *_foot(notice)]) + "\n"


def notice_as_markdown(notice: Notice) -> str:
    """Return *notice* as Markdown in which nothing from the data links, mentions or marks up."""
    where = f" at {code(notice.url, _LINE)}" if notice.url else ""
    lines = [f"### {prose(notice.target)}{where}", ""]
    for entry in notice.entries:
        lines += [f"**{prose(_head(entry) or _UNTITLED)}**", ""]
        lines += [f"{prose(shorten(said, _LINE))}\n" for said in entry.said]
        details = [*_parts(entry)]
        lines += [f"- {code(line, _LINE)}" for line in details]
        lines += [""] if details else []
        for step in _steps(entry):
            lines += [prose(step.words), ""]
            lines += ["```", step.command, "```", ""] if step.command else []
    return "\n".join([*lines, *(prose(line) for line in _foot(notice))]) + "\n"


def dump_notice(notice: Notice) -> str:
    """Return *notice* as JSON text, for any webhook."""
    document = {
        "format": FORMAT,
        "target": escape(notice.target),
        "url": escape(notice.url),
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
                "said": [shorten(said, _LINE) for said in entry.said],
                "steps": [{"words": i.words, "command": i.command} for i in _steps(entry)],
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
    blocks: list[dict[str, Any]] = [
        _block("header", subject_of(notice), _HEADER),
        _block("section", _place(notice), _TEXT),
    ]
    for entry in notice.entries[:_ENTRIES]:
        text = "\n".join([_head(entry), *(f"• {line}" for line in _lines(entry))])
        blocks.append(_block("section", text, _TEXT))
        if steps := "\n".join(map(_one_line, _steps(entry))):
            blocks.append(_block("section", steps, _TEXT))
    blocks.append(_block("section", "\n".join(_foot(notice)), _TEXT))
    return json_text({"text": _entities(subject_of(notice)), "blocks": blocks}, indent=None)


def _place(notice: Notice) -> str:
    at = f", {shorten(notice.url, _LINE)}" if notice.url else ""
    return f"Target {shorten(notice.target, _LINE)}{at}"


def _head(entry: Entry) -> str:
    told = f" (told {readable(entry.since)})" if entry.since else ""
    return f"{_STATES[entry.state]}{shorten(entry.title, _LINE)}{told}"


def _lines(entry: Entry) -> Iterator[str]:
    """Yield what is known of the whole, then of each part."""
    yield from (shorten(said, _LINE) for said in entry.said)
    yield from _parts(entry)


def _parts(entry: Entry) -> Iterator[str]:
    """Yield what is said of each part, then how many are left out."""
    for line in entry.lines[:_LINES]:
        yield shorten(line, _LINE)
    if len(entry.lines) > _LINES:
        yield f"and {len(entry.lines) - _LINES:,} more"


def _steps(entry: Entry) -> Iterator[Step]:
    """Yield what helps. No command is cut: what is too long for a notice is not shown at all."""
    for step in entry.steps:
        words, command = shorten(step.words, _LINE), escape(step.command)
        if len(command) > _COMMAND:
            yield Step(f"{words}: its command is too long to stand here.")
        else:
            yield Step(f"{words}:" if command else words, command)


def _one_line(step: Step) -> str:
    return f"{step.words}\n{step.command}" if step.command else step.words


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
