"""The ledger: what was created or adopted where, and every write before and after it was sent."""
