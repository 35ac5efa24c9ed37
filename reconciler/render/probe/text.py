"""What a probe learned, as text: fact by fact, then where the profile says otherwise."""

from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len

from reconciler.model.learning import Outcome, differences, expected, outcome_of
from reconciler.model.probe import Difference, Fact, Leftover, Probe, Setting, Subject
from reconciler.model.target import Target
from reconciler.render.page import Page, padded
from reconciler.render.probe.settings import overrides
from reconciler.render.safe import escape, shorten
from reconciler.render.words import BAD, GOOD, WARN, WITHHELD, Sign, count
from reconciler.yamldoc.write import write_yaml

_PLAIN: Final = Sign("·", "dim", "")
_SIGNS: Final = {
    Outcome.AGREES: GOOD,
    Outcome.DIFFERS: WARN,
    Outcome.TOLD: _PLAIN,
    Outcome.UNKNOWN: WITHHELD,
    Outcome.FAILED: BAD,
}
_LONGEST: Final = 300


def render_probe(
    probes: tuple[tuple[Target, Probe], ...], *, width: int = 80, color: bool = False
) -> str:
    """Return a report for each target: ✓ as its profile says, ! not so, ○ not told, · no knob."""
    page = Page(width, color)
    for target, probe in probes:
        head = f"{escape(probe.target)}  {escape(probe.url)}"
        page.heading(f"{head}  (profile {escape(probe.profile)})")
        for subject in Subject:
            _add_subject(page, target, [one for one in probe.facts if one.subject is subject])
        _add_leftovers(page, probe.leftovers)
        _add_verdict(page, target, probe)
    return page.text()


def _add_subject(page: Page, target: Target, facts: list[Fact]) -> None:
    if not facts:
        return
    page.heading(f"  {facts[0].subject.capitalize()}")
    column = max(cell_len(escape(fact.name)) for fact in facts)
    for fact in facts:
        name = padded(escape(fact.name), column)
        how = outcome_of(fact, target.service, target.profile)
        first = f"  {page.glyph(_SIGNS[how])} {name}  "
        known = _known(fact, target) if how is Outcome.DIFFERS else ""
        page.wrapped(shorten(fact.says, _LONGEST) + known, indent=column + 6, first=first)
        for line in fact.evidence:
            page.wrapped(shorten(line, _LONGEST), indent=8, style="dim")


def _known(fact: Fact, target: Target) -> str:
    if fact.knob is None:
        return ""
    said = expected(fact.knob, target.service, target.profile)
    return f" (known: {escape(str(fact.knob))} {_word(said)})"


def _word(value: Setting) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else f"{value:,}"


def _add_leftovers(page: Page, leftovers: tuple[Leftover, ...]) -> None:
    if not leftovers:
        return
    page.heading("  Left behind")
    for item in leftovers:
        sign = _PLAIN if item.inactive else BAD
        told = f"{_thing(item)}: {shorten(item.why, _LONGEST)}"
        page.wrapped(told, indent=4, first=f"  {page.glyph(sign)} ")
    if not all(item.inactive for item in leftovers):
        hint = "→ Remove them in the app, or let `check --probe --write` try again: it knows them."
        page.wrapped(hint, indent=4, style="cyan")


def _thing(item: Leftover) -> str:
    """Name what is left, and the address that a DELETE would be sent to."""
    thing = item.thing
    if thing.live_id is None:
        return f"{thing.kind} {shorten(thing.name)}, its id unknown"
    place = f"{str(thing.kind).capitalize()}s/{shorten(thing.live_id)}"
    return f"{thing.kind} {shorten(thing.name)}, {place}"


def _add_verdict(page: Page, target: Target, probe: Probe) -> None:
    found = differences(probe.facts, target.service, target.profile)
    page.blank()
    for line in _sentences(probe, found):
        page.line(line)
    shipped = differences(probe.facts, target.profile.service, target.profile)
    if shipped != found:
        page.line(f"{count(len(shipped), 'difference')} from the profile as it is shipped:")
        for line in _listed(shipped):
            page.line(line)
    said = overrides(target, probe.facts)
    if said:
        page.blank()
        page.line("To go by what was learned, say under the target:")
        page.blank()
        for line in write_yaml({"targets": {target.key: said}}).splitlines():
            page.line(page.paint(f"    {escape(line)}", "cyan"))


def _sentences(probe: Probe, found: tuple[Difference, ...]) -> Iterator[str]:
    if any(fact.failed for fact in probe.facts):
        yield "Not everything could be asked."
    cost = count(probe.requests, "request")
    if not found:
        yield f"Nothing contradicts what is known of it ({cost})."
        return
    yield f"{count(len(found), 'difference')} from what is known of it ({cost}):"
    yield from _listed(found)


def _listed(found: tuple[Difference, ...]) -> Iterator[str]:
    for item in found:
        yield f"  {escape(str(item.knob))}  {_word(item.profile)} → {_word(item.server)}"
