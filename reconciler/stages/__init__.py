"""Pure stages: siblings that share nouns, not each other. Only `pipeline` knows their order."""
