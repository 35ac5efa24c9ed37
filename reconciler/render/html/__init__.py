"""Readings as one HTML page each: everything inside, nothing fetched, nothing that data can run."""
