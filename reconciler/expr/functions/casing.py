"""Functions on upper and lower case (reference §2.1)."""

import unicodedata
from collections.abc import Callable, Mapping

from reconciler.expr.signature import Arguments, Function
from reconciler.values import Result

_SEPARATING = (
    "Zs",
    "Zl",
    "Zp",
    "Cc",
    "Cf",
    "Pc",
    "Pd",
    "Ps",
    "Pe",
    "Pi",
    "Pf",
    "Po",
    "Sm",
    "Sc",
    "Sk",
    "So",
)
"""The Unicode categories that end a word for PCase."""
_APOSTROPHES = "'\u2019"
"""Inside a word .NET keeps the letter after these lower-case: De'silva."""


def to_lower(arguments: Arguments) -> Result:
    source = arguments.text(0)
    if source is not None and _is_turkic(arguments.text(1)):
        source = source.replace("I", "ı").replace("İ", "i")
    return None if source is None else _each(source, str.lower)


def to_upper(arguments: Arguments) -> Result:
    source = arguments.text(0)
    if source is not None and _is_turkic(arguments.text(1)):
        source = source.replace("i", "İ")
    return None if source is None else _each(source, str.upper)


def _each(text: str, change: Callable[[str], str]) -> str:
    """Change letter by letter, as .NET does: what would become two letters stays (ß, İ)."""
    changed = map(change, text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, changed, strict=True))


def p_case(arguments: Arguments) -> Result:
    """Begin every word with a capital; everything is made lower-case first."""
    source = arguments.text(0)
    if source is None:
        return None
    separators = arguments.text(1) if arguments.is_given(1) else None
    cased, inside = [], False
    for letter in source.lower():
        cased.append(letter if inside else letter.upper())
        inside = not _separates(letter, separators, inside=inside)
    return "".join(cased)


def _separates(letter: str, separators: str | None, *, inside: bool) -> bool:
    if separators is not None:
        return letter in separators
    if letter in _APOSTROPHES:
        return not inside
    return unicodedata.category(letter) in _SEPARATING


def _is_turkic(culture: str | None) -> bool:
    """Tell whether dotted and dotless i are two letters, the one culture rule that matters."""
    return (culture or "").split("-")[0].casefold() in ("tr", "az", "tur", "aze")


FUNCTIONS: Mapping[str, Function] = {
    "PCase": Function(
        p_case,
        "PCase(source, wordSeparators)",
        "Capitals at the beginning of words; the separators, where given, are the only ones.",
        1,
        2,
        gives="text",
        examples=(
            ('PCase("PABLO GONSALVES (SECOND)")', "Pablo Gonsalves (Second)"),
            ('PCase("PINTO-DE\'SILVA", " \'-")', "Pinto-De'Silva"),
        ),
    ),
    "ToLower": Function(
        to_lower,
        "ToLower(source, culture)",
        "Lower case; a Turkish or Azeri culture keeps dotted and dotless i apart.",
        1,
        2,
        gives="text",
        examples=(
            ("ToLower([userPrincipalName])", "ada.king@contoso.example"),
            ('ToLower("I", "tr-TR")', "ı"),
        ),
    ),
    "ToUpper": Function(
        to_upper,
        "ToUpper(source, culture)",
        "Upper case; a Turkish or Azeri culture keeps dotted and dotless i apart.",
        1,
        2,
        gives="text",
        examples=(('ToUpper("ada")', "ADA"),),
    ),
}
