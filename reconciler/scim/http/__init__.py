"""Requests and answers: one exchange on the wire, who asks, how fast, and how long to wait."""
