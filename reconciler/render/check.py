"""The findings of `check`: a table for people, JSON for machines."""

from dataclasses import asdict

from rich.cells import cell_len

from reconciler.model.inspection import Finding, Inspection, Verdict
from reconciler.render.jsontext import json_text
from reconciler.render.page import Page, padded
from reconciler.render.safe import escape, shorten
from reconciler.render.words import BAD, GOOD, WARN

_SIGNS = {Verdict.GOOD: GOOD, Verdict.NOTE: WARN, Verdict.BAD: BAD}


def render_check(
    inspections: tuple[Inspection, ...], *, width: int = 80, color: bool = False
) -> str:
    """Return a table for each target: ✓ fits, ! differs from the profile, ✗ fails."""
    page = Page(width, color)
    for inspection in inspections:
        head = f"{escape(inspection.target)}  {escape(inspection.url)}"
        page.heading(f"{head}  (profile {escape(inspection.profile)})")
        column = max((cell_len(escape(item.subject)) for item in inspection.findings), default=0)
        for finding in inspection.findings:
            _add_finding(page, finding, column)
    page.blank()
    failed = [escape(item.target) for item in inspections if item.failed]
    sentence = f"Failed: {', '.join(failed)}." if failed else "Ready: plan and apply can use it."
    page.line(page.paint(sentence, BAD.style if failed else GOOD.style))
    return page.text()


def dump_check(inspections: tuple[Inspection, ...]) -> str:
    """Return the findings as JSON."""
    targets = [{**asdict(item), "failed": item.failed} for item in inspections]
    return json_text({"format": "reconciler.check/1", "targets": targets})


def _add_finding(page: Page, finding: Finding, column: int) -> None:
    subject = padded(escape(finding.subject), column)
    lead = f"  {page.glyph(_SIGNS[finding.verdict])} {subject}  "
    says = f"; the profile says {shorten(finding.profile, 120)}" if finding.profile else ""
    page.wrapped(f"{shorten(finding.server, 300)}{says}", indent=column + 6, first=lead)
    if finding.hint:
        page.wrapped(f"→ {escape(finding.hint)}", indent=column + 6, style="cyan")
