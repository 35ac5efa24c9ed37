"""The desired state as it is written, section by section; JSON Schema comes from here."""
