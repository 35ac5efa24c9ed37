"""Police: every policy that the desired state breaks, and by which line (design §4, §6).

Nothing is live here: what is demanded is demanded of what is written. What a finding holds at a
target is the guards' business.
"""

from reconciler.stages.police.every import police_directory

__all__ = ["police_directory"]
