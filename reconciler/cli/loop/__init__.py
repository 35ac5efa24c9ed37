"""`reconciler run`: cycle after cycle, and how the last one ended."""
