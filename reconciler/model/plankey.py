"""The key that signs plan files, and stands for the sensitive values in them (ADR 0016)."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from reconciler.model.fingerprint import MASKED, canonical_text, wish_as_json
from reconciler.model.plan import AttributeChange, Change
from reconciler.model.values import Wish

VARIABLE: Final = "RECONCILER_PLAN_KEY"
"""Where the key comes from; only the cli reads it, messages name it."""

ALGORITHM: Final = "hmac-sha256"


@dataclass(frozen=True, slots=True)
class PlanKey:
    """A secret that shows itself nowhere; each use of it has a key of its own, made from it."""

    text: str = field(repr=False)

    @property
    def id(self) -> str:
        """What tells keys apart where one follows another; nobody gets from it to the key."""
        return self._code("key id", "")[:16]

    def signature(self, document: Mapping[str, Any]) -> dict[str, str]:
        """Return what is added to *document* as `signature`; it covers all but its own value."""
        head = {"algorithm": ALGORITHM, "key_id": self.id}
        signed = canonical_text({**document, "signature": head})
        return {**head, "value": self._code("signature", signed)}

    def has_signed(self, document: Mapping[str, Any]) -> bool:
        """Tell whether *document* is, all of it, as somebody who has the key signed it."""
        given = canonical_text(document.get("signature"))
        right = canonical_text(self.signature(document))
        return hmac.compare_digest(given.encode(), right.encode())

    def seal(self, url: str, change: Change, item: AttributeChange) -> tuple[Any, Any]:
        """Return what stands for a sensitive *item* in a plan file, before and after.

        The place is part of it, so equal values of two people, or of two sides, look different.
        """
        place = [url, change.target, change.kind.value, change.key, str(item.path)]
        return (
            self._sealed([*place, "before"], item.before),
            self._sealed([*place, "after"], item.after),
        )

    def _sealed(self, place: list[str], value: Wish) -> dict[str, Any]:
        text = canonical_text([*place, wish_as_json(value)])
        return {**MASKED, "hmac": self._code("value", text)}

    def _code(self, use: str, text: str) -> str:
        own = hmac.digest(self.text.encode("utf-8", "surrogateescape"), use.encode(), "sha256")
        return hmac.new(own, text.encode(), "sha256").hexdigest()
