"""A git repository with a desired state, for tests; it knows nothing of the user's own git."""

import os
import subprocess


class Clone:
    """A repository at *folder*, its desired state in `desired-state`."""

    def __init__(self, folder):
        self.folder = folder
        self.root = folder / "desired-state"
        self.root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments, given=None):
        """Run git; return what it prints."""
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *arguments],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_AUTHOR_NAME": "Ada",
                "GIT_AUTHOR_EMAIL": "ada@contoso.example",
                "GIT_AUTHOR_DATE": "2026-07-01T12:00:00Z",
                "GIT_COMMITTER_NAME": "Ada",
                "GIT_COMMITTER_EMAIL": "ada@contoso.example",
                "GIT_COMMITTER_DATE": "2026-07-01T12:00:00Z",
            },
            input=given,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode().strip()

    def write(self, path, text):
        """Write a file of the desired state."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())

    def link(self, path, target):
        """Make a link in the desired state."""
        (self.root / path).symlink_to(target)

    def commit(self, message="x"):
        """Commit everything; return the commit."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def commit_crafted_tree(self, path):
        """Commit a desired state with one file under a name that git itself would never write."""
        blob = self.git("hash-object", "-w", "--stdin", given=b"a")
        tree = self._tree(b"100644 " + path.encode() + b"\0" + bytes.fromhex(blob))
        root = self._tree(b"40000 desired-state\0" + bytes.fromhex(tree))
        return self.git("commit-tree", root, "-m", "crafted")

    def _tree(self, entry):
        return self.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", given=entry)
