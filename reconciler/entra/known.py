"""What the desired state already knows, as the translation needs it; the cli puts it together."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.target import Profile
from reconciler.model.values import Kind


@dataclass(frozen=True, slots=True)
class Known:
    """The source attributes that expressions may read, and the gallery.

    *declared* are the custom attributes that the desired state has already.
    """

    readable: Mapping[Kind, frozenset[str]]
    profiles: Mapping[str, Profile]
    declared: frozenset[str] = frozenset()
