"""The page of the gallery: what is known of each app, written from the profiles."""

from collections.abc import Iterator, Mapping

from reconciler.model.mapping import AttributeDefinition, AttributeMapping
from reconciler.model.meaning import MEANINGS, demands
from reconciler.model.target import KindProfile, Profile

_HEAD = """# The gallery

<!-- Written from reconciler/gallery/profiles/; `just docs` writes it again. -->

What is known of each app, as data. A target names a profile and may override what it says; run
`reconciler check` before the first plan. `reconciler gallery show NAME` prints one of them.

Where the sources are *restated*, nobody has read the pages themselves yet: the profile was written
from what others wrote of them. Correct what is wrong: it is one YAML file.

Left out, though Entra provisions them: Salesforce, ServiceNow, Google Workspace, Zendesk, Box
and DocuSign, which it reaches over their own interfaces and not over SCIM; Workplace, which has
been closed; GitLab, which lists nobody unless asked for one person by id, so that no list is ever
complete; Deel and Logfire, which take no new users over SCIM.
"""

_ACTIONS = ("create", "update", "disable", "delete")


def render_gallery_page(profiles: Mapping[str, Profile]) -> str:
    """Return the Markdown page of all *profiles*: an index, then a section for each."""
    lines = [_HEAD, "| app | profile | users | groups | sources |", "|---|---|---|---|---|"]
    lines.extend(map(_row, profiles.values()))
    lines.append("")
    for profile in profiles.values():
        lines.extend(_section(profile))
    return "\n".join(lines)


def _row(profile: Profile) -> str:
    """Link the app to its section, whose anchor is its heading as GitHub writes it."""
    kinds = (_short(kind) for kind in (profile.users, profile.groups))
    link = f"[{profile.title}](#{_anchor(profile.title)})"
    source = f"{profile.sources} {profile.verified}"
    return f"| {link} | `{profile.key}` | {' | '.join(kinds)} | {source} |"


def _anchor(title: str) -> str:
    kept = (char for char in title.lower() if char.isalnum() or char in " -_")
    return "".join(kept).replace(" ", "-")


def _short(kind: KindProfile) -> str:
    return ", ".join(verb for verb in _ACTIONS if verb in kind.actions) or "–"


def _section(profile: Profile) -> Iterator[str]:
    yield f"## {profile.title}\n"
    yield f"`profile: {profile.key}`" + (f", `url: {profile.url}`" if profile.url else "") + "\\"
    yield f"{profile.url_hint}\n"
    yield from (f"- {note}" for note in profile.notes)
    yield from _service(profile)
    yield ""
    for noun, kind in (("user", profile.users), ("group", profile.groups)):
        yield from _kind(noun, kind)
    yield f"Sources ({profile.sources}): " + ", ".join(f"<{link}>" for link in profile.docs)
    yield ""


def _service(profile: Profile) -> Iterator[str]:
    service = profile.service
    if profile.delete_is_irreversible:
        yield "- A delete cannot be undone: the guard `irreversible` holds every one."
    yield from (f"- {MEANINGS[quirk]} (`{quirk}`)" for quirk in sorted(service.quirks))
    for kind, noun in ((profile.users, "user"), (profile.groups, "group")):
        stores = {str(key): kept for key, kept in service.stores_external_id.items()}[noun]
        if kind.supported and not stores:
            yield f"- The app keeps no externalId of {noun}s: they are known by the matching value."
    filters = ", ".join(f"`{name}`" for name in sorted(service.filterable))
    yield (
        f"- {service.page_size} objects in a page, {service.members_per_request} members in a "
        f"request; found by {filters}."
    )


def _kind(noun: str, kind: KindProfile) -> Iterator[str]:
    if not kind.supported:
        yield f"No {noun}s.\n"
        return
    yield f"| {noun} attribute | default mapping | |"
    yield "|---|---|---|"
    for item in kind.mapping:
        yield _mapping(item)
    mapped = {item.definition.path.identity for item in kind.mapping}
    rest = [item for key, item in kind.attributes.items() if key not in mapped]
    yield ""
    if rest:
        yield f"Also taken: {', '.join(map(_also, rest))}.\n"


def _mapping(item: AttributeMapping) -> str:
    text = item.expression.text if item.expression else ""
    cell = f"`{text}`".replace("|", "\\|") if text else ""  # a pipe would end the cell
    marks = [f"match {item.match}"] if item.match else []
    marks += [f"default {item.default}"] if item.default is not None else []
    marks += ["only on create"] if item.apply == "create" else []
    marks += demands(item.definition)
    return f"| `{item.definition.path}` | {cell} | {', '.join(marks)} |"


def _also(definition: AttributeDefinition) -> str:
    found = demands(definition)
    return f"`{definition.path}`" + (f" ({', '.join(found)})" if found else "")
