"""The gallery as text: which apps are known, and what is known of one."""

from collections.abc import Iterable

from rich.cells import cell_len

from reconciler.model.mapping import Apply, AttributeMapping
from reconciler.model.meaning import MEANINGS, demands
from reconciler.model.target import KindProfile, Profile
from reconciler.render.page import Page, padded
from reconciler.render.safe import escape, shorten
from reconciler.render.values import show_path, show_value


def render_gallery(profiles: tuple[Profile, ...], *, width: int = 80, color: bool = False) -> str:
    """Return one line for each profile, by key."""
    page = Page(width, color)
    column = max((cell_len(profile.key) for profile in profiles), default=0)
    for profile in sorted(profiles, key=lambda item: item.key):
        key = page.paint(padded(profile.key, column), "bold")
        left = f"{key}  {escape(profile.title)}"
        plain = f"{padded(profile.key, column)}  {escape(profile.title)}"
        page.line(left, f"sources {profile.sources} {profile.verified}", plain=plain)
    return page.text()


def render_profile(profile: Profile, *, width: int = 80, color: bool = False) -> str:
    """Return everything that is known of one app."""
    page = Page(width, color)
    page.heading(f"{escape(profile.title)}  (profile {profile.key})")
    page.wrapped(escape(profile.url or profile.url_hint), indent=2)
    for note in profile.notes:
        page.wrapped(escape(note), indent=4, first="  · ")
    for title, found in (("Users", profile.users), ("Groups", profile.groups)):
        _add_kind(page, title, found)
    _add_service(page, profile)
    page.heading(f"Sources, {_WORDS[profile.sources]} {profile.verified}")
    for link in profile.docs:
        page.line(f"  {escape(link)}")
    return page.text()


_WORDS = {
    "read": "last read",
    "restated": "not read by us: written from what others restated of them,",
}


def _add_kind(page: Page, title: str, found: KindProfile) -> None:
    if not found.supported:
        page.heading(f"{title}: not supported")
        return
    page.heading(f"{title}: {', '.join(sorted(found.actions))}")
    paths = [show_path(item.definition.path) for item in found.mapping]
    column = max(map(cell_len, paths), default=0)
    for path, item in zip(paths, found.mapping, strict=True):
        page.line(f"  {padded(path, column)}  {_source(item)}")
    mapped = {item.definition.path.identity for item in found.mapping}
    for definition in found.attributes.values():
        if demanded := demands(definition):
            line = f"{show_path(definition.path)}: {escape(', '.join(demanded))}"
            page.wrapped(line, indent=2, style="dim")
    if found.untouchable:
        page.wrapped(f"never touched: {escape(', '.join(found.untouchable))}", indent=2)
    others = [
        show_path(item.path)
        for key, item in found.attributes.items()
        if key not in mapped and item.stored
    ]
    if others:
        page.wrapped(f"also: {', '.join(sorted(others))}", indent=2, style="dim")


def _source(item: AttributeMapping) -> str:
    parts = []
    if item.expression is not None:
        parts.append(shorten(item.expression.text, 72))
    if item.default is not None:
        parts.append(f"default {show_value(item.default)}")
    if item.match:
        parts.append(f"(match {item.match})")
    if item.apply is Apply.CREATE:
        parts.append("(only on create)")
    return " ".join(parts)


def _add_service(page: Page, profile: Profile) -> None:
    service = profile.service
    page.heading("Server")
    page.line(f"  page size           {service.page_size}")
    page.line(f"  members at a time   {service.members_per_request}")
    page.line(f"  filters             {_listed(service.filterable)}")
    for quirk in sorted(service.quirks):
        page.wrapped(f"{MEANINGS[quirk]} ({quirk})", indent=4, first="  · ")
    if profile.delete_is_irreversible:
        page.line("  deletes             cannot be undone")


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "none"
