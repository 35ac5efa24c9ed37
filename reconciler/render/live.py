"""Live users and groups as a list for people: what the embedded server holds."""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.model.path import lookup
from reconciler.render.page import Page
from reconciler.render.safe import escape, shorten
from reconciler.render.words import BAD, GOOD, count


def render_live(
    found: Mapping[str, Sequence[Mapping[str, Any]]], *, width: int = 80, color: bool = False
) -> str:
    """Return SCIM resources by target: users first, then groups, each in one line."""
    page = Page(width, color)
    for target, resources in found.items():
        users = sorted((item for item in resources if lookup(item, "userName")), key=_name)
        groups = sorted((item for item in resources if not lookup(item, "userName")), key=_name)
        page.heading(
            f"{escape(target)}: {count(len(users), 'user')}, {count(len(groups), 'group')}"
        )
        for item in users:
            _add_user(page, item)
        for item in groups:
            members = count(len(lookup(item, "members") or ()), "member")
            page.line(f"  # {shorten(_name(item))}", members)
    return page.text()


def _add_user(page: Page, item: Mapping[str, Any]) -> None:
    is_active = str(lookup(item, "active")).casefold() != "false"
    sign = GOOD if is_active else BAD
    name = shorten(_name(item))
    state = "" if is_active else "inactive"
    title = shorten(str(lookup(item, "title") or lookup(item, "displayName") or ""))
    right = ", ".join(text for text in (title, state) if text)
    page.line(f"  {page.glyph(sign)} {name}", right, plain=f"  {sign.glyph} {name}")


def _name(item: Mapping[str, Any]) -> str:
    return str(lookup(item, "userName") or lookup(item, "displayName") or lookup(item, "id"))
