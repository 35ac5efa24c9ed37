"""What a server makes of the values that it is sent: learned from what it shows after a write."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from reconciler.model.canonical import as_text, canonical_value, is_equal
from reconciler.model.path import parse_path, read_path
from reconciler.model.plan import Change
from reconciler.model.resource import Live, Rewrite
from reconciler.model.target import Target
from reconciler.model.values import Ref, resolved


def rewritten(
    change: Change, live: Live, target: Target, ids: Mapping[Ref, str]
) -> Iterator[Rewrite]:
    """Yield every attribute of *change* that *live*, read after it, shows otherwise than sent.

    Not the sensitive ones: their values stand nowhere.
    """
    for item in change.attributes:
        found = read_path(item.path, live.resource)
        if item.sensitive or (isinstance(found, str) and found == item.after):
            continue
        definition = target.definition(change.kind, item.path)
        seen = canonical_value(found, definition, item.after)
        if not is_equal(seen, resolved(item.after, ids), definition):
            yield Rewrite(
                change.kind, live.id, str(item.path), as_text(item.after, ids), as_text(seen, ids)
            )


def recomputed(
    change: Change, live: Live, target: Target, known: Iterable[Rewrite]
) -> Iterator[Rewrite]:
    """Yield what a server shows anew for attributes that it was seen to rewrite.

    Some compute one attribute from another, and show another value after *change*, which did not
    name it. *known* is what is remembered of the object.
    """
    named = {str(item.path).casefold() for item in change.attributes}
    for item in known:
        if item.path.casefold() in named or not _is_plain(json.loads(item.sent)):
            continue
        path = parse_path(item.path)
        found = read_path(path, live.resource)
        kept = as_text(canonical_value(found, target.definition(change.kind, path)), {})
        if found is not None and kept != item.kept:
            yield replace(item, kept=kept)


def _is_plain(value: Any) -> bool:
    """Tell whether a value that was sent has no sub-attributes, by which it would be compared."""
    return not any(isinstance(one, dict) for one in (value if isinstance(value, list) else [value]))
