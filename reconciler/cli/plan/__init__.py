"""Plan: what is live beside what is wanted, what it costs and means, and each reading of it."""
