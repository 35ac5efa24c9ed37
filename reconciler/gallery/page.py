"""The page of the gallery: what is known of each app, written from the profiles."""

from collections.abc import Iterator, Mapping

from reconciler.model.mapping import AttributeDefinition, AttributeMapping
from reconciler.model.meaning import MEANINGS, demands
from reconciler.model.rate import RateLimit
from reconciler.model.service import Service
from reconciler.model.target import KindProfile, Profile
from reconciler.model.values import Kind

_HEAD = """# The gallery

<!-- Written from reconciler/gallery/profiles/; `just docs` writes it again. -->

What is known of each app, as data. A target names a profile and may override what it says; run
`reconciler check` before the first plan. `reconciler gallery show NAME` prints one of them.

Where the sources are *restated*, nobody has read the pages themselves yet: the profile was written
from what others wrote of them. `reconciler check --probe` finds out what is wrong
([probing.md](probing.md)); correct it in the profile or at the target:

```yaml
targets:
  chat:
    profile: NAME
    auth: {bearer: {env: CHAT_TOKEN}}
    users:
      attributes:
        userName: {max_length: 80}
        displayName: {immutable: true, forbidden: "@:"}
    service: {page_size: 50, filterable: [userName], quirks: [no_patch, delete_deactivates]}
```

Left out, though Entra provisions them: Salesforce and Google Workspace, which it reaches over their
own interfaces and not over SCIM; Zendesk, Box, DocuSign and Dropbox, of whose SCIM attributes
nothing is known here yet; Workplace, which has been closed. GitLab finds one person at a time, by
id alone, and nobody by name; Deel and Logfire take no new users over SCIM.
What speaks SCIM 2.0 and is not here may be tried with the profile for any such app.

Where the columns say *all*, users can be created, updated, disabled and deleted, and groups
created, updated and deleted. A delete must still be asked for, in the `actions` of the target.
"""

_USERS = ("create", "update", "disable", "delete")
_GROUPS = ("create", "update", "delete")
_PLAIN = Service()


def render_gallery_page(profiles: Mapping[str, Profile]) -> str:
    """Return the Markdown page of all *profiles*: an index, then a section for each."""
    found = sorted(profiles.values(), key=lambda item: item.title.casefold())
    lines = [
        _HEAD,
        "| app | profile | users | groups | mind | sources |",
        "|---|---|---|---|---|---|",
    ]
    lines.extend(map(_row, found))
    lines.append("")
    for profile in found:
        lines.extend(_section(profile))
    return "\n".join(lines)


def _row(profile: Profile) -> str:
    """Link the app to its section, whose anchor is its heading as GitHub writes it."""
    link = f"[{profile.title}](#{_anchor(profile.title)})"
    users, groups = _short(profile.users, _USERS), _short(profile.groups, _GROUPS)
    mind = ["irreversible"] if profile.delete_is_irreversible else []
    mind += sorted(profile.service.quirks)
    source = f"{profile.sources} {profile.verified}"
    cells = (link, f"`{profile.key}`", users, groups, ", ".join(mind), source)
    return f"| {' | '.join(cells)} |"


def _anchor(title: str) -> str:
    kept = (char for char in title.lower() if char.isalnum() or char in " -_")
    return "".join(kept).replace(" ", "-")


def _short(kind: KindProfile, verbs: tuple[str, ...]) -> str:
    if not kind.supported:
        return "–"
    if kind.actions == set(verbs):
        return "all"
    return ", ".join(verb for verb in verbs if verb in kind.actions)


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
    kinds = [kind for kind in Kind if profile.of(kind).supported]
    dropped = [f"{kind}s" for kind in kinds if not service.stores_external_id[kind]]
    if dropped:
        nouns = " and ".join(dropped)
        yield f"- The app keeps no externalId of {nouns}: they are known by the matching value."
    if service.page_size != _PLAIN.page_size:
        yield f"- {service.page_size} objects in a page."
    if service.members_per_request != _PLAIN.members_per_request:
        yield f"- {service.members_per_request} members in a request."
    if service.members_bytes_per_request != _PLAIN.members_bytes_per_request:
        yield f"- {service.members_bytes_per_request:,} bytes in a request that changes members."
    yield from (f"- Sends `{name}: {value}`." for name, value in service.headers.items())
    yield from map(_rate, service.rate)
    if delay := service.consistency_delay_seconds:
        yield f"- For {delay:g} s a read may show what was before a write."
    if service.filterable != _PLAIN.filterable:
        yield f"- Found by {' and '.join(f'`{name}`' for name in sorted(service.filterable))} only."


def _rate(limit: RateLimit) -> str:
    what = f"{'/'.join(sorted(limit.methods)) or 'all requests'} {limit.path or 'anywhere'}"
    if limit.is_budget:
        return f"- At most {limit.requests:,} in any {limit.seconds / 3600:g} h: {what}."
    return f"- At most {limit.requests} in {limit.seconds:g} s, {limit.burst} at once: {what}."


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
    if kind.untouchable:
        yield f"Never touched: {', '.join(f'`{name}`' for name in kind.untouchable)}.\n"
    for words, stored in (("Also taken", True), ("Not kept by the app", False)):
        if named := [_also(item) for item in rest if item.stored is stored]:
            yield f"{words}: {', '.join(named)}.\n"


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
