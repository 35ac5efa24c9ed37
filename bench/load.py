"""Compile a desired state as every command does: `python bench/load.py TREE`."""

import sys
from pathlib import Path

from reconciler.desired.files import read_tree
from reconciler.desired.load import load_desired
from reconciler.gallery.load import load_gallery

files, unread = read_tree(Path(sys.argv[1]))
desired, problems = load_desired(files, load_gallery())
assert not unread, unread[:3]
assert not problems, problems[:3]
assert desired.users
