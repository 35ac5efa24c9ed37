"""What a probe learned: as text, as JSON, as a profile, and as settings of a target."""
