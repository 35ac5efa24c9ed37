"""Writing one change: the request that the server takes, and what became of it."""
