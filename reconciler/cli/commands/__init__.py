"""One file per command: parse, call, print one rendering, return an exit code."""
