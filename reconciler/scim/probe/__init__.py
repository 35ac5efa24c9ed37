"""Learn what a server does by asking it: `Reader` cannot write, `Editor` writes to its own only."""
