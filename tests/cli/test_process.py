"""What only a process of its own can show: signals, and a terminal."""

import json
import os
import pty
import signal
import subprocess


def crowd(desk):
    """Let an apply last longer than it takes to interrupt it."""
    sample = desk.document["users"]["u00"]
    for number in range(80):
        name = f"more{number:03}@contoso.example"
        desk.document["users"][f"more{number:03}"] = sample | {
            "userPrincipalName": name,
            "mail": name,
        }


def test_an_interrupted_apply_ends_with_130_and_the_next_one_converges(desk, start):
    crowd(desk)
    process = start(
        desk, "apply", "--sandbox", "--yes", stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    lines = iter(process.stderr.readline, b"")
    assert any(line.startswith("✓ done".encode()) for line in lines)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert err.endswith(b"Interrupted.\n")
    assert out.startswith(b"Applied: ")
    left = len(desk.changes())
    assert 0 < left < 94
    desk.type("apply", "--sandbox", "--yes")
    assert desk.changes(0) == []
    assert "92 users, 1 group" in desk.type("sandbox", "show").out


def on_a_terminal(desk, start, answer):
    """Run `apply` on a terminal, answer its question, and return the code and all it showed."""
    ours, theirs = pty.openpty()
    process = start(desk, "apply", "--sandbox", stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.write(ours, answer.encode())
    shown = b""
    while True:
        try:
            chunk = os.read(ours, 4096)
        except OSError:  # Linux's way to say that nobody holds the other end any more
            break
        if not chunk:
            break
        shown += chunk
    os.close(ours)
    return process.wait(timeout=60), shown.decode()


def test_on_a_terminal_apply_asks_and_shows_a_bar_in_colour(desk, start):
    code, shown = on_a_terminal(desk, start, "y\n")
    assert code == 0
    assert "Make 14 changes? [y/N]" in shown
    assert "━" in shown
    assert "\x1b[1;" in shown or "\x1b[1m" in shown
    assert desk.changes(0) == []


def test_whoever_says_no_changes_nothing(desk, start):
    code, shown = on_a_terminal(desk, start, "n\n")
    assert code == 130
    assert "✓ done" not in shown
    assert desk.plan()["summary"]["create"] == 13


def test_a_log_for_machines_holds_objects_alone_whatever_ends_it(desk, start):
    crowd(desk)
    process = start(
        desk, "apply", "--sandbox", "--yes", "--log-format", "json",
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    lines = iter(process.stderr.readline, b"")
    begun = [next(line for line in lines if b'"event": "change"' in line)]
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=60)
    told = [json.loads(line) for line in (*begun, *rest.splitlines())]
    assert process.returncode == 130
    assert told[-1]["event"] == "interrupted"
