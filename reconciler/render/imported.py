"""What an import gave, as text and as JSON: what was written, and every remark by its weight."""

from dataclasses import asdict

from reconciler.model.imported import Imported, Remark, Verdict
from reconciler.render.jsontext import json_text
from reconciler.render.page import Page
from reconciler.render.safe import escape, shorten
from reconciler.render.words import count

_HEADINGS = {
    Verdict.LOST: "Cannot be expressed here, and is not in the YAML",
    Verdict.DECIDE: "Needs your decision",
    Verdict.DIFFERS: "Is written in another way, or means something else here",
    Verdict.UNUSED: "Has no meaning here, and is left out",
}
_STYLES = {Verdict.LOST: "red", Verdict.DECIDE: "yellow"}
_LONGEST = 400


def render_imported(found: Imported, folder: str, *, width: int = 80, color: bool = False) -> str:
    """Return the report; *folder* is where the files were written."""
    page = Page(width, color)
    page.line(f"profile {escape(found.profile)}: {escape(found.because)}")
    for path in found.files:
        page.line(f"  {page.paint('+', 'green')} {escape(folder)}/{escape(path)}")
    page.line(f"  {_counted(found)}")
    for verdict, heading in _HEADINGS.items():
        remarks = [item for item in found.remarks if item.verdict is verdict]
        if remarks:
            page.heading(f"{heading} ({len(remarks)})")
        for remark in remarks:
            _add_remark(page, remark)
    page.blank()
    page.line("Next: add users and groups, then `reconciler validate`; docs/moving-from-entra.md")
    return page.text()


def dump_imported(found: Imported, folder: str) -> str:
    """Return the report as JSON."""
    document = {
        "format": "reconciler.import/1",
        "profile": found.profile,
        "because": found.because,
        "targets": found.targets,
        "written": [f"{folder}/{path}" for path in found.files],
        "counts": dict(found.counts),
        "findings": [asdict(item) for item in found.remarks],
    }
    return json_text(document)


def _add_remark(page: Page, remark: Remark) -> None:
    style = _STYLES.get(remark.verdict, "")
    page.wrapped(shorten(remark.message, _LONGEST), indent=4, style=style, first="  · ")
    if remark.hint:
        page.wrapped(f"→ {shorten(remark.hint, _LONGEST)}", indent=4, style="cyan")
    if remark.place:
        page.line(f"    {page.paint(shorten(remark.place, _LONGEST), 'dim')}")


def _counted(found: Imported) -> str:
    words = {
        "targets": ("target", ""),
        "mappings": ("mapping", ""),
        "mapped_attributes": ("mapped attribute", ""),
        "scopes": ("scope", ""),
        "filters": ("filter", ""),
        "clauses": ("clause", ""),
        "declared_attributes": ("declared attribute", ""),
    }
    return ", ".join(count(found.counts[key], *forms) for key, forms in words.items())
