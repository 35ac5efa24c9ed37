"""Guests: how Entra reads their userPrincipalName as a source (reference §1.8)."""

from collections.abc import Mapping

from reconciler.values import Value

_MARK = "#EXT#"
_NAME, _RAW = "userPrincipalName", "originalUserPrincipalName"


def as_source(attributes: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return *attributes* with a guest's name as it is at home.

    `ada_fabrikam.example#EXT#@contoso.example` reads `ada@fabrikam.example`, and
    `originalUserPrincipalName` keeps what was written.
    """
    name = attributes.get(_NAME)
    if not isinstance(name, str) or _MARK not in name:
        return attributes
    alias, _, domain = name.partition(_MARK)[0].rpartition("_")
    home = f"{alias}@{domain}" if alias and domain else name
    return {_RAW: name, **attributes, _NAME: home}
