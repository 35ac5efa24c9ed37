"""The tutorial is a story that is run: its files are written, its commands typed in a shell."""

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(\w+)(?: fails (\d+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)
ENVIRONMENT = {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@contoso.example",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@contoso.example",
}


def typed(block, code, folder):
    """Type the lines of a block; return what they print, and where the shell stands then."""
    done = subprocess.run(
        ["bash", "-e", "-c", f"{block}\npwd > {folder.parent / 'where'}"],
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, f"{block}\n{done.stdout}"
    where = folder.parent / "where"
    return done.stdout, Path(where.read_text().strip()) if not code else folder


def test_every_command_does_what_the_page_says(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    printed = ""
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    for language, code, block in blocks:
        if language == "sh":
            printed, folder = typed(block, int(code or 0), folder)
        elif language == "yaml":
            name = block.partition("\n")[0].removeprefix("# ")
            (folder / name).write_text(block.partition("\n")[2], encoding="utf-8")
        else:
            missing = [line for line in block.splitlines() if line not in printed]
            assert not missing, f"{missing} in\n{printed}"
    assert len(blocks) > 20
