"""Guard: every limit that the changes would break, all at once, with the way out (design §6).

A guard holds back its own changes; what depends on them is held with them. Nothing raises.
"""

from reconciler.stages.guard.every import guard_changes

__all__ = ["guard_changes"]
