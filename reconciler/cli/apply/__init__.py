"""Apply: what may happen, who is at work, how it goes on, and what is recorded of it."""
