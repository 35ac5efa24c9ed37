"""Notices: whom to tell of what, and by which way."""
