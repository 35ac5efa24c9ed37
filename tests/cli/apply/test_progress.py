"""On a terminal: a real one, of the kernel's."""

import os
import pty
import re
import subprocess
import sys

COMMAND = ["apply", "--sandbox", "--yes", "--state-dir", "state"]


def on_a_terminal(folder, *arguments):
    """Run a command whose standard error is a terminal; return what that was sent."""
    ours, theirs = pty.openpty()
    path = os.pathsep.join(sys.path)
    process = subprocess.Popen(
        [sys.executable, "-m", "reconciler", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={"PYTHONPATH": path, "PATH": "", "TERM": "xterm", "COLUMNS": "120"},
    )
    os.close(theirs)
    told = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux: the other side is closed.
            break
        if not part:
            break
        told += part
    os.close(ours)
    assert process.wait(60) == 0, told.decode()
    return told.decode()


def test_a_bar_tells_of_changes_and_requests(desk):
    desk.write()
    told = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", on_a_terminal(desk.folder, *COMMAND))
    assert re.search(r"app .*14/14", told)
    assert re.search(r"\d+ requests", told)
    assert "done app/user/u00" not in told


def test_a_log_for_machines_shows_no_bar(desk):
    desk.write()
    told = on_a_terminal(desk.folder, *COMMAND, "--log-format", "json")
    assert all(line.startswith('{"time": ') for line in told.splitlines())
    assert "\x1b" not in told


def test_with_v_every_change_has_its_line(desk):
    desk.write()
    told = on_a_terminal(desk.folder, *COMMAND, "-v")
    assert told.count("done app/") == 14
