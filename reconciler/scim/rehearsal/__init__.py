"""A plan carried out before a server that takes everything, to know what it will cost."""
