"""What a job is told: annotations, outputs, the status of a commit, SARIF."""
