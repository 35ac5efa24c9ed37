"""The plan file, written and read back: format `reconciler.plan/1`."""
