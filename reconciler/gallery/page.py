"""The page of the gallery: what is known of each app, written from the profiles."""

from collections.abc import Iterator, Mapping

from reconciler.model.mapping import AttributeDefinition, AttributeMapping
from reconciler.model.target import KindProfile, Profile

_HEAD = """# The gallery

<!-- Written from reconciler/gallery/profiles/; `just docs` writes it again. -->

What is known of each app, as data.
A target names a profile and may override what it says.
"""


def render_gallery_page(profiles: Mapping[str, Profile]) -> str:
    """Return the Markdown page of all *profiles*."""
    lines = [_HEAD]
    for profile in profiles.values():
        lines.extend(_profile(profile))
    return "\n".join(lines)


def _profile(profile: Profile) -> Iterator[str]:
    yield f"## {profile.title}\n"
    yield f"`profile: {profile.key}`, sources last read on {profile.verified}."
    yield f"{profile.url_hint}\n"
    yield from (f"- {note}" for note in profile.notes)
    yield from _service(profile)
    yield ""
    for noun, kind in (("user", profile.users), ("group", profile.groups)):
        yield from _kind(noun, kind)
    yield "Sources:\n"
    yield from (f"- <{link}>" for link in profile.docs)
    yield ""


def _service(profile: Profile) -> Iterator[str]:
    service = profile.service
    yield f"- {service.page_size} objects in a page."
    yield f"- {service.members_per_request} members in a request."
    quirks = ", ".join(f"`{quirk}`" for quirk in sorted(service.quirks)) or "none known"
    yield f"- Quirks: {quirks}."
    if profile.delete_is_irreversible:
        yield "- A delete cannot be undone: the guard `irreversible` holds every one."


def _kind(noun: str, kind: KindProfile) -> Iterator[str]:
    if not kind.supported:
        yield f"No {noun}s.\n"
        return
    yield f"| {noun} attribute | default mapping | |"
    yield "|---|---|---|"
    mapped = {item.definition.path.identity: item for item in kind.mapping}
    for identity, definition in sorted(kind.attributes.items()):
        yield _row(definition, mapped.get(identity))
    yield f"\nActions: {', '.join(sorted(kind.actions))}.\n"


def _row(definition: AttributeDefinition, item: AttributeMapping | None) -> str:
    text = item.expression.text if item and item.expression else ""
    marks = [f"match {item.match}"] if item and item.match else []
    marks += ["required"] if definition.required else []
    cell = f"`{text}`".replace("|", "\\|") if text else ""  # a pipe would end the cell
    return f"| `{definition.path}` | {cell} | {', '.join(marks)} |"
