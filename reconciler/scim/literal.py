"""A text as it stands in a filter or in the path of a PATCH."""

import json


def literal(value: str) -> str:
    """Return *value* in quotes, with what JSON escapes: a line break, too (RFC 7644 §3.4.2.2)."""
    return json.dumps(value, ensure_ascii=False)
