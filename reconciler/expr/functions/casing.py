"""Upper and lower case (reference §2.1), letter by letter as .NET maps them.

A letter stays one letter: `ß` has no upper case of one letter, and stays. Without a culture the
invariant one counts, where dotted `İ` and dotless `ı` have no counterpart at all.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping

from reconciler.errors import EvaluationError
from reconciler.expr.signature import Arguments, Function, literal_text
from reconciler.expr.tree import Call
from reconciler.values import Result

_CULTURE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")
_TURKIC = ("tr", "az", "tur", "aze")


def lower(text: str) -> str:
    """Return *text* in the invariant culture's lower case."""
    return text.lower() if text.isascii() else "".join(map(_lower, text))


def upper(text: str) -> str:
    """Return *text* in the invariant culture's upper case."""
    return text.upper() if text.isascii() else "".join(map(_upper, text))


def to_lower(arguments: Arguments) -> Result:
    return _cased(arguments, lower, _LOWER)


def to_upper(arguments: Arguments) -> Result:
    return _cased(arguments, upper, _UPPER)


def p_case(arguments: Arguments) -> Result:
    """Give every word a capital; only the characters of the second argument separate words."""
    source, separators = arguments.text(0), arguments.text(1)
    if source is None:
        return None
    return _titled(source) if separators is None else _titled_after(source, separators)


def _cased(
    arguments: Arguments, invariant: Callable[[str], str], letters: Mapping[str, Mapping[str, str]]
) -> str | None:
    source, culture = arguments.text(0), arguments.text(1)
    if source is None or not culture:
        return None if source is None else invariant(source)
    if sentence := _no_culture(culture):
        raise EvaluationError(sentence, hint="Write a name such as en-US.")
    turkic = culture.split("-")[0].casefold() in _TURKIC
    special = letters["turkic" if turkic else "other"]
    return "".join(special.get(letter) or invariant(letter) for letter in source)


def _no_culture(name: str) -> str | None:
    if not name or _CULTURE.fullmatch(name):
        return None
    return f"'{name[:40]}' is no culture (RFC 4646), such as en-US"


_UPPER = {"turkic": {"i": "İ", "ı": "I"}, "other": {"ı": "I"}}
_LOWER = {"turkic": {"I": "ı", "İ": "i"}, "other": {"İ": "i"}}


def _lower(letter: str) -> str:
    found = letter.lower()
    return found if len(found) == 1 else letter


def _upper(letter: str) -> str:
    found = letter.upper()
    return found if len(found) == 1 and letter != "ı" else letter


def _titled(source: str) -> str:
    """Break words as .NET does: at punctuation, but a letter after an apostrophe stays small."""
    result, inside = [], False
    for letter in source:
        category = unicodedata.category(letter)
        if category.startswith("L"):
            result.append(_lower(letter) if inside else _capital(letter))
            inside = True
        else:
            result.append(letter)
            inside = inside and (letter == "'" or not _ends_word(category))
    return "".join(result)


def _ends_word(category: str) -> bool:
    """Tell by its Unicode category whether a character separates words for .NET's TextInfo."""
    return category[0] in "ZPS" or category in ("Cc", "Cf")


def _titled_after(source: str, separators: str) -> str:
    result, inside = [], False
    for letter in source:
        result.append(_lower(letter) if inside else _capital(letter))
        inside = letter not in separators
    return "".join(result)


def _capital(letter: str) -> str:
    found = letter.title()  # differs from upper for digraphs: ǆ is ǅ
    return found if len(found) == 1 and letter != "ı" else letter


def _check(call: Call) -> str | None:
    return _no_culture(literal_text(call, 1) or "")


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
        check=_check,
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
        check=_check,
        examples=(('ToUpper("ada")', "ADA"),),
    ),
}
