"""A drift report: its sentences, as text and as JSON."""
