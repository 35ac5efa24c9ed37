"""Compare apply with a bare httpx loop that sends the same: `python bench/throughput.py 1000 5`.

A real apply goes through a recording proxy once. Then, in turns, on a fresh server each time: apply
as a process of its own, timed by itself around what it sends; and the recorded requests, sent by as
many threads in the same waves. Ids are those that the server gives in that run.
"""

import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # The servers of the tests are ours to start.

import httpx

from reconciler.cli.environment import now
from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.execute import execute_target, open_journal
from reconciler.gallery.load import load_gallery
from reconciler.ledger.ledger import open_ledger
from reconciler.model.history import RunStart
from reconciler.pipeline import look_ups, plan_target, prepare_target
from reconciler.scim.auth import open_credentials
from reconciler.scim.client import ScimClient
from reconciler.scim.retry import PAUSE, Patience
from reconciler.scim.secret import Secret
from reconciler.scim.snapshot import read_snapshot
from reconciler.scim.transport import open_transport
from tests.faults.proxy import proxying
from tests.servers.process import Server, running
from tests.servers.recipes import RECIPES
