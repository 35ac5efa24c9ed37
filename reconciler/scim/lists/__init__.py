"""Lists, page by page (RFC 7644 §3.4.2, RFC 9865), and whether they were whole."""
