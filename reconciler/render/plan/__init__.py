"""A plan as text for a terminal, and the words and numbers that every reading of it shares."""
