"""A raw loop: parse the YAML into dicts, without lines, checks or types.

`python bench/parse.py TREE`
"""

import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


def parse(tree: Path) -> dict[str, Any]:
    """Return the sections of all files, by ruamel.yaml's safe C loader."""
    found: dict[str, Any] = {}
    for path in sorted(tree.glob("*.yaml")):
        for section, entries in YAML(typ="safe", pure=False).load(path.read_bytes()).items():
            found.setdefault(section, {}).update(entries)
    return found


if __name__ == "__main__":
    assert parse(Path(sys.argv[1]))["users"]
