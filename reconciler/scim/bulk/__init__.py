"""Many writes in one request (RFC 7644 §3.7), for callers who know of single writes alone."""
