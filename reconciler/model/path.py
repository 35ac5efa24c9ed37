"""Target attribute paths (RFC 7644 §3.10 with the one filter that Entra allows).

userName                               simple
name.givenName                         a sub-attribute
emails[type eq "work"].value           one element of a multi-valued attribute, by its type
urn:…:enterprise:2.0:User:department   an attribute of an extension

Two spellings of Entra's older connectors are read as these (reference: Entra, §1.6):
emails.[type eq "work"].value and urn:scim:schemas:extension:enterprise:1.0.department.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.errors import PathError

_PATH = re.compile(
    r"""(?:(?P<urn>urn:[A-Za-z0-9:._-]+?):(?=[A-Za-z$][\w$-]*(?:[.\[]|$)))?
        (?P<name>[A-Za-z$][\w$-]*)
        (?:\[\s*(?P<key>[A-Za-z][\w$-]*)\s+(?i:eq)\s+"(?P<literal>[^"\\]*)"\s*\])?
        (?:\.(?P<sub>[A-Za-z$][\w$-]*))?""",
    re.VERBOSE,
)


_OLD_URN = re.compile(r"^(urn:scim:schemas:[A-Za-z0-9:._-]+?:\d+\.\d+)\.([A-Za-z$])")


@dataclass(frozen=True, slots=True)
class ElementFilter:
    """`[type eq "work"]`: which element of a multi-valued attribute is meant."""

    attribute: str
    literal: str

    @property
    def value(self) -> str | bool:
        """What the sub-attribute holds in JSON: Entra writes a boolean as the text "True"."""
        booleans = {"true": True, "false": False}
        return booleans.get(self.literal.casefold(), self.literal)

    def admits(self, element: object) -> bool:
        """Tell whether *element*, a JSON value, is the one meant; names and values ignore case."""
        if not isinstance(element, Mapping):
            return False
        found = lookup(element, self.attribute)
        return str(found).casefold() == self.literal.casefold()

    def __str__(self) -> str:
        return f'[{self.attribute} eq "{self.literal}"]'

    @property
    def wire(self) -> str:
        """The filter as a request has it: a boolean stands without quotes (RFC 7644 §3.4.2.2)."""
        if isinstance(self.value, bool):
            return f"[{self.attribute} eq {str(self.value).lower()}]"
        return str(self)


@dataclass(frozen=True, slots=True)
class AttributePath:
    """Where a value stands in a SCIM resource."""

    name: str
    urn: str | None = None
    element: ElementFilter | None = None
    sub: str | None = None

    def __str__(self) -> str:
        return self._around(str(self.element or ""))

    def _around(self, element: str) -> str:
        urn = f"{self.urn}:" if self.urn else ""
        sub = f".{self.sub}" if self.sub else ""
        return f"{urn}{self.name}{element}{sub}"

    @property
    def wire(self) -> str:
        """The path as requests have it."""
        return self._around(self.element.wire if self.element else "")

    @property
    def identity(self) -> str:
        """The path as it is compared: attribute names ignore case (RFC 7643 §2.1)."""
        return str(self).casefold()

    @property
    def base(self) -> "AttributePath":
        """The attribute that the path lives in, without element and sub-attribute."""
        return AttributePath(self.name, self.urn)


def parse_path(text: str) -> AttributePath:
    """Read one attribute path; raise `PathError` with the column where it stops making sense."""
    stripped = _OLD_URN.sub(r"\1:\2", text.strip()).replace(".[", "[")
    found = _PATH.match(stripped)
    if found is None or found.end() != len(stripped):
        raise PathError(
            f"'{text}' is not an attribute path",
            column=found.end() if found else 0,
            hint='Write it like userName, name.givenName or emails[type eq "work"].value.',
        )
    key = found["key"]
    element = ElementFilter(key, found["literal"]) if key else None
    return AttributePath(found["name"], found["urn"], element, found["sub"])


def lookup(mapping: Mapping[str, Any], name: str) -> Any:
    """Return the member of a JSON object by a name that ignores case, or None."""
    if name in mapping:
        return mapping[name]
    folded = name.casefold()
    return next((value for key, value in mapping.items() if key.casefold() == folded), None)


def read_path(path: AttributePath, resource: Mapping[str, Any]) -> Any:
    """Return the JSON value that stands at *path* in *resource*, or None.

    A reference or multi-valued attribute read without an element comes back as it stands.
    """
    holder = lookup(resource, path.urn) if path.urn else resource
    if not isinstance(holder, Mapping):
        return None
    found = lookup(holder, path.name)
    if path.element is not None:
        found = _element(path.element, found)
    if path.sub is None:
        return found
    return lookup(found, path.sub) if isinstance(found, Mapping) else None


def _element(wanted: ElementFilter, found: object) -> Any:
    """Pick the wanted element; servers also send a lone object where a list belongs."""
    if isinstance(found, Mapping):
        found = [found]
    if not isinstance(found, Sequence) or isinstance(found, str):
        return None
    return next((item for item in found if wanted.admits(item)), None)
