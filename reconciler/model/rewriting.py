"""What a server makes of the values that it is sent: learned from what it shows after a write."""

from collections.abc import Iterator, Mapping

from reconciler.model.canonical import as_text, canonical_value, is_equal
from reconciler.model.path import read_path
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
        if item.sensitive:
            continue
        definition = target.definition(change.kind, item.path)
        seen = canonical_value(read_path(item.path, live.resource), definition, item.after)
        if not is_equal(seen, resolved(item.after, ids), definition):
            yield Rewrite(
                change.kind, live.id, str(item.path), as_text(item.after, ids), as_text(seen, ids)
            )
