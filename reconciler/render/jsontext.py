"""JSON as text that no terminal and no runner of jobs obeys."""

import json
import re
from json.encoder import encode_basestring_ascii as _text
from typing import Any, Final

_WORDS: Final = (("null", None), ("false", False), ("true", True))
_COMMAND: Final = re.compile(r"#(vso)?\[", re.IGNORECASE)


def json_text(document: Any, *, indent: int | None = 2) -> str:
    """Return *document* as ASCII with a line break at the end.

    GitHub's and Azure's runners obey `##[` wherever it stands in a line (render/safe.py). In JSON
    it stands in strings alone, where an escape reads the same.
    """
    text = json.dumps(document) if indent is None else _indented(document, "\n", " " * indent)
    return _COMMAND.sub(r"#\1\\u005b", text) + "\n"


def _indented(value: Any, line: str, step: str) -> str:
    """Return what `json.dumps` gives with an indent, which leaves its fast way for that.

    *line* ends a line and begins the next one, at the depth of *value*.
    """
    deeper = line + step
    if isinstance(value, dict) and value:
        rows = [f"{_key(key)}: {_indented(item, deeper, step)}" for key, item in value.items()]
        return f"{{{deeper}{f',{deeper}'.join(rows)}{line}}}"
    if isinstance(value, list | tuple) and value:
        rows = [_indented(item, deeper, step) for item in value]
        return f"[{deeper}{f',{deeper}'.join(rows)}{line}]"
    return _plain(value)


def _plain(value: Any) -> str:
    """Return what holds nothing else; what plans are full of is not worth an encoder."""
    if isinstance(value, str):
        return _text(value)
    for word, known in _WORDS:
        if value is known:
            return word
    if isinstance(value, list | tuple):
        return "[]"
    return json.dumps(value)


def _key(key: Any) -> str:
    """Return a key as JSON has it: what is no text becomes one."""
    return _text(key) if isinstance(key, str) else json.dumps({key: 0}).removesuffix(": 0}")[1:]
