"""A command run in process, as if somebody typed it in a folder: the imports are paid for once.

For what is not itself about a process: a signal, a kill, a terminal and a limit need a real one.
"""

import io
import os
from contextlib import chdir, redirect_stderr, redirect_stdout
from typing import NamedTuple

import pytest

from reconciler.cli.boundary import run


class Ended(NamedTuple):
    """What became of a command."""

    code: int
    out: str
    err: str


def type_in(folder, *arguments, both=False, **environment):
    """Run a command in *folder*, with no environment but what is given.

    *both* gives all that it said as `out`, in order.
    """
    out = io.StringIO()
    err = out if both else io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        for name in [*os.environ]:
            patch.delenv(name)
        for name, value in {"PATH": "", **environment}.items():
            patch.setenv(name, value)
        with chdir(folder), redirect_stdout(out), redirect_stderr(err):
            code = run(arguments)
    return Ended(code, out.getvalue(), "" if both else err.getvalue())
