"""Killed in the middle: the next run converges, with nobody twice and nobody lost."""

import json
import os
import signal
import subprocess
import sys

USERS = 150


def document():
    people = {
        f"u{number:03}": {"userPrincipalName": f"u{number:03}@contoso.example"}
        for number in range(USERS)
    }
    target = {
        "profile": "generic-scim",
        "url": "https://app.example/scim/v2",
        "auth": {"bearer": {"env": "APP_TOKEN"}},
        "scope": "all",
        "groups": {"provision": "all"},
    }
    groups = {"everybody": {"displayName": "Everybody", "members": sorted(people)}}
    return json.dumps({"users": people, "groups": groups, "targets": {"app": target}})


def run(folder, *arguments):
    command = [sys.executable, "-m", "reconciler", *arguments]
    environment = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def live(folder):
    shown = run(folder, "sandbox", "show", "--format", "json")
    assert shown.returncode == 0, shown.stderr
    return shown.stdout.count('"userName"')


def test_an_apply_that_is_killed_is_finished_by_the_next(tmp_path):
    (tmp_path / "desired-state").mkdir()
    (tmp_path / "desired-state" / "state.yaml").write_text(document())
    process = subprocess.Popen(
        [sys.executable, "-m", "reconciler", "apply", "--sandbox", "--yes"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    for line in process.stderr:
        if "done app/user/u020" in line:
            break
    os.kill(process.pid, signal.SIGKILL)
    process.stderr.close()
    assert process.wait() == -signal.SIGKILL
    assert 20 <= live(tmp_path) < USERS

    again = run(tmp_path, "apply", "--sandbox", "--yes")
    assert again.returncode == 0, again.stdout + again.stderr
    assert live(tmp_path) == USERS
    assert run(tmp_path, "plan", "--sandbox", "--detailed-exitcode").returncode == 0
