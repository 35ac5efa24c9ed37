"""`reconciler check`: a target's connection, and what its server does."""
