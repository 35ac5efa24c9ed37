"""Parse JSON that somebody else wrote; pure.

What is nested beyond all sense is refused: each who walks through it later would fail, or take for
ever, at a place where nobody expects it.
"""

import json
from typing import Any, Final

DEEPEST: Final = 64
"""Levels; an object of RFC 7643 in a list has six."""

_OTHERS = bytes(sorted(set(range(256)) - set(b"[]{}")))


def parse_json(content: bytes) -> Any:
    """Return what *content* says; raise `ValueError` where it is no JSON, or nested too deeply."""
    try:
        found = json.loads(content)
        if b"\\ud" in content.lower():  # Half a surrogate pair can be written nowhere.
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if _may_be_deep(content) and _is_deep(found):
        raise ValueError("nested too deeply")
    return found


def _may_be_deep(content: bytes) -> bool:
    """Take away pairs of brackets, from within: what is left is deep, or stands in a text.

    A walk through a page of a thousand users takes a hundred times as long.
    """
    left = content.translate(None, _OTHERS)
    for _ in range(DEEPEST // 2):  # Where both kinds alternate, two levels go at a time.
        if not left:
            return False
        left = left.replace(b"{}", b"").replace(b"[]", b"")
    return bool(left)


def _is_deep(found: Any) -> bool:
    level = [found]
    for _ in range(DEEPEST):
        level = [child for item in level for child in _children(item)]
        if not level:
            return False
    return True


def _children(item: Any) -> Any:
    if isinstance(item, dict):
        return item.values()
    return item if isinstance(item, list) else ()
