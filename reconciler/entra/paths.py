"""Target attribute paths as exports spell them, in the one spelling of ours (reference §1.6)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from reconciler.model.mapping import AttributeDefinition
from reconciler.model.path import AttributePath, ElementFilter, parse_path

_DOT_BEFORE_BRACKET = re.compile(r"\.(?=\[)")
_URN_OF_VERSION_1 = re.compile(r"(?i)^(urn:[a-z0-9:._-]*:\d+\.\d+)\.(?=[a-z$])")
_URN_WITH_DOT = re.compile(r"^(urn:[A-Za-z0-9:._-]*:(?:User|Group))\.(?=[A-Za-z$])")
_BARE_LITERAL = re.compile(r"(?i)(?<=\beq)\s+([a-z0-9]+)\s*(?=\])")

_ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
_ENTERPRISE_OF_VERSION_1 = "urn:scim:schemas:extension:enterprise:1.0"

_SUBS = """
    country display displayName familyName formatted givenName honorificPrefix honorificSuffix
    locality middleName postalCode primary region streetAddress type value
"""
_SUB_BY_FOLDED: Mapping[str, str] = {name.casefold(): name for name in _SUBS.split()}


def target_path(text: str, definitions: Iterable[AttributeDefinition]) -> AttributePath:
    """Return the path that *text* means; raise `PathError` where it is none.

    The spelling is that of *definitions* where one of them is meant: names ignore case, and the
    enterprise extension of SCIM 1.1 is that of 2.0 where only this one is known.
    """
    spelled = _DOT_BEFORE_BRACKET.sub("", text.strip())
    spelled = _URN_OF_VERSION_1.sub(r"\1:", spelled)
    spelled = _URN_WITH_DOT.sub(r"\1:", spelled)
    path = parse_path(_BARE_LITERAL.sub(r' "\1"', spelled))
    known = {item.path.identity: item.path for item in definitions}
    successor = replace(path, urn=_ENTERPRISE) if _is_old_enterprise(path) else path
    return known.get(path.identity) or known.get(successor.identity) or _usual(path)


def _is_old_enterprise(path: AttributePath) -> bool:
    """Tell whether it is SCIM 1.1's enterprise extension, which RFC 7643 §4.3 took over."""
    return path.urn is not None and path.urn.casefold() == _ENTERPRISE_OF_VERSION_1


def _usual(path: AttributePath) -> AttributePath:
    """Write sub-attributes as RFC 7643 does: `.Value` is `.value`."""
    sub = _SUB_BY_FOLDED.get(path.sub.casefold(), path.sub) if path.sub else None
    element = path.element
    if element is not None:
        name = _SUB_BY_FOLDED.get(element.attribute.casefold(), element.attribute)
        element = ElementFilter(name, element.literal)
    return replace(path, sub=sub, element=element)
