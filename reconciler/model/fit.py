"""Fit: whether an app would take a value, by its length and its characters."""

from reconciler.model.mapping import AttributeDefinition
from reconciler.model.values import Wish
from reconciler.values import Candidates


def misfit(value: "Wish | Candidates", definition: AttributeDefinition) -> str | None:
    """Say what the app would refuse about *value*; None where it fits. Lengths are characters."""
    most = definition.max_length
    if most is None and not definition.forbidden:
        return None
    if isinstance(value, Candidates):
        value = value.values
    for item in value if isinstance(value, tuple) else (value,):
        if not isinstance(item, str):
            continue
        if most is not None and len(item) > most:
            return f"{definition.path}: it has {len(item)} characters where {most} are allowed"
        found = next((char for char in item if char in definition.forbidden), None)
        if found is not None:
            return f"{definition.path}: it holds {found!r}"
    return None
