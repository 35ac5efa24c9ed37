"""Earlier runs: as text, as JSON and as CSV."""
