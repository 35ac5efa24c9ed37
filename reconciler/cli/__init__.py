"""The shell: click in, exit code out. The only prints, clock, environment and terminal."""

from reconciler.cli.boundary import main

__all__ = ["main"]
