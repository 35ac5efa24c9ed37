"""`reconciler init`: files for a repository that has none."""
