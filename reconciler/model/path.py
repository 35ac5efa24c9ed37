"""Target attribute paths (RFC 7644 §3.10 with the one filter that Entra allows).

userName                               simple
name.givenName                         a sub-attribute
emails[type eq "work"].value           one element of a multi-valued attribute, by its type
emails[type eq "work"]                 the whole element
urn:…:enterprise:2.0:User:department   an attribute of an extension

Names ignore case. What older Entra jobs write is read as what it means: a dot after the URN
(`urn:scim:schemas:extension:enterprise:1.0.department`) or before the bracket (`emails.[…]`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from reconciler.errors import PathError

_PATH = re.compile(
    r"""(?:(?P<urn>urn:[A-Za-z0-9:._-]+?):(?=[A-Za-z$][\w$-]*(?:[.\[]|$)))?
        (?P<name>[A-Za-z$][\w$-]*)
        (?:\[\s*(?P<key>[A-Za-z][\w$-]*)\s+(?i:eq)\s+
            (?:"(?P<literal>[^"\\]*)"|(?P<word>(?i:true|false)))\s*\])?
        (?:\.(?P<sub>[A-Za-z$][\w$-]*))?""",
    re.VERBOSE,
)


_SPELLINGS = tuple(
    (re.compile(pattern, re.IGNORECASE | re.ASCII), meant)
    for pattern, meant in (
        (r"^(urn:\S+?:\d+\.\d+:(?:User|Group))\.(?=\w)", r"\1:"),
        (r"^urn:ietf:params:scim:schemas:core:2\.0:(?:User|Group):(?=\w)", ""),
        (r"^urn:scim:schemas:core:1\.0[.:](?=\w)", ""),
        (r"^(urn:scim:schemas:\S+?:1\.0)\.(?=\w)", r"\1:"),
        (r"^([\w$:.-]*)\.\[", r"\1["),
    )
)
"""Other spellings of a path, and what is meant; the core schema's URN says nothing."""

_REASONS = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (r"^\s*$", "there is nothing"),
        (r"\[[^\]]*\s(?:and|or|not)\s", "a filter has one condition"),
        (r"\[\s*[\w$-]+\s+(?!eq\s)\w+", "a filter can only say eq"),
        (r"\[\s*[\w$-]+\s+eq\s+[^\"\s]", "the value of a filter stands in double quotes"),
        (r"^[^\"\[]*[\w$]\.[\w$-]+\.[\w$]|\]\.[\w$-]+\.", "a sub-attribute has no parts itself"),
    )
)
"""What is wrong with a text that is no path, where that can be told."""

_LONGEST, _SHOWN = 500, 60
_SERVERS_OWN = frozenset({"id", "meta", "schemas"})


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
        if not _is_mapping(element):
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
    identity: str = field(init=False, repr=False, compare=False)
    """The path as it is compared: attribute names ignore case (RFC 7643 §2.1)."""
    _text: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Spelled once: every comparison of every object asks for both.
        text = self._around(str(self.element or ""))
        object.__setattr__(self, "_text", text)
        object.__setattr__(self, "identity", text.casefold())

    def __str__(self) -> str:
        return self._text

    def _around(self, element: str) -> str:
        urn = f"{self.urn}:" if self.urn else ""
        sub = f".{self.sub}" if self.sub else ""
        return f"{urn}{self.name}{element}{sub}"

    @property
    def wire(self) -> str:
        """The path as requests have it."""
        return self._around(self.element.wire if self.element else "")

    def overlaps(self, other: "AttributePath") -> bool:
        """Tell whether both can stand for one value: one is the other, or a part of it."""
        return (
            self.base.identity == other.base.identity
            and _agree(str(self.element or ""), str(other.element or ""))
            and _agree(self.sub or "", other.sub or "")
        )

    def may_show(self, other: "AttributePath") -> bool:
        """Tell whether a value read here can hold what stands at *other*, whatever is live.

        One element may be of the type "home" and the primary one: other words prove nothing.
        """
        one, two = self.element, other.element
        apart = one and two and one.attribute.casefold() == two.attribute.casefold()
        elements = _agree(str(one), str(two)) if apart else True
        same = self.base.identity == other.base.identity
        return same and elements and _agree(self.sub or "", other.sub or "")

    @property
    def base(self) -> "AttributePath":
        """The attribute that the path lives in, without element and sub-attribute."""
        return AttributePath(self.name, self.urn)


def _agree(one: str, other: str) -> bool:
    return not one or not other or one.casefold() == other.casefold()


def parse_path(text: str) -> AttributePath:
    """Read one attribute path; raise `PathError` with the column where it stops making sense."""
    stripped = text.strip()
    if len(stripped) > _LONGEST:
        raise _malformed(text[:_SHOWN], f"it has more than {_LONGEST} characters", 0)
    meant = _as_meant(stripped)
    found = _PATH.match(meant)
    if found is None or found.end() != len(meant):
        column = found.end() if found and meant == stripped else 0
        raise _malformed(
            text, next((why for bad, why in _REASONS if bad.search(meant)), ""), column
        )
    if found["urn"] and found["name"] in ("User", "Group") and _ends_with_version(found["urn"]):
        raise _malformed(text, "it names a schema and no attribute of it", len(stripped))
    key = found["key"]
    element = ElementFilter(key, found["literal"] or found["word"] or "") if key else None
    return AttributePath(found["name"], found["urn"], element, found["sub"])


def parse_target(text: str) -> AttributePath:
    """Read the path of an attribute that is to be written; `id` and its like are the server's."""
    path = parse_path(text)
    if path.urn is None and path.name.casefold() in _SERVERS_OWN:
        hint = "Our own id of an object goes to externalId."
        raise PathError(f"'{text}' is set by the target alone", hint=hint)
    return path


def _as_meant(text: str) -> str:
    for spelling, meant in _SPELLINGS:
        text = spelling.sub(meant, text)
    return text


def _ends_with_version(urn: str) -> bool:
    return re.search(r":\d+\.\d+$", urn, re.ASCII) is not None


def _malformed(text: str, reason: str, column: int) -> PathError:
    return PathError(
        f"'{text}' is not an attribute path{': ' if reason else ''}{reason}",
        column=column,
        hint='Write it like userName, name.givenName or emails[type eq "work"].value.',
    )


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
    if not _is_mapping(holder):
        return None
    found = lookup(holder, path.name)
    if path.element is not None:
        found = _element(path.element, found)
    if path.sub is None:
        return found
    return lookup(found, path.sub) if _is_mapping(found) else None


def _is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Tell whether *value* is an object of JSON; a dict is known at once, and nearly all are."""
    return type(value) is dict or isinstance(value, Mapping)


def _element(wanted: ElementFilter, found: object) -> Any:
    """Pick the wanted element; servers also send a lone object where a list belongs."""
    if _is_mapping(found):
        found = [found]
    if not isinstance(found, Sequence) or isinstance(found, str):
        return None
    return next((item for item in found if wanted.admits(item)), None)
