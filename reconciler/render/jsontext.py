"""JSON as text that no terminal and no runner of jobs obeys."""

import json
import re
from typing import Any, Final

_COMMAND: Final = re.compile(r"#(vso)?\[", re.IGNORECASE)


def json_text(document: Any, *, indent: int | None = 2) -> str:
    """Return *document* as ASCII with a line break at the end.

    GitHub's and Azure's runners obey `##[` wherever it stands in a line (render/safe.py). In JSON
    it stands in strings alone, where an escape reads the same.
    """
    text = json.dumps(document, indent=indent)
    return _COMMAND.sub(r"#\1\\u005b", text) + "\n"
