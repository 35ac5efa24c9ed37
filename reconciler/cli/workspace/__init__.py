"""What a command works on: the YAML, its base, and what each target should hold."""
