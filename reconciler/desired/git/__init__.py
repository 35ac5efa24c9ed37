"""The desired state in git: read from its objects, and what a target last took noted as a ref."""
