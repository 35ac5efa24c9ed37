"""A plan as Markdown, for the comment on a pull request."""
