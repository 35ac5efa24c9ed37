"""The command line as values: options that commands share, and who is named."""
