"""Nouns: frozen values that pass between the stages. Standard library only; no verbs, no I/O."""
