"""NormalizeDiacritics (reference §2.1): letters without their marks, as Entra's table has them."""

import unicodedata
from collections.abc import Mapping

from reconciler.expr.signature import Arguments, Function
from reconciler.values import Result

_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "Æ": "AE",
        "ø": "oe",
        "Ø": "OE",
        "œ": "oe",
        "Œ": "OE",
        "ß": "ss",
        "ł": "l",
        "Ł": "L",
        "ı": "i",
        "İ": "I",
    }
)
"""The letters of the table that no mark can be taken off; German ä is a, and ø is oe."""


def normalize_diacritics(arguments: Arguments) -> Result:
    source = arguments.text(0)
    return None if source is None else without_marks(source)


def without_marks(text: str) -> str:
    """Return *text* with base letters; đ, ð, þ, ħ and ŋ stay, as they do in Entra's table.

    Only marks on Latin letters go: other scripts write vowels and tones with them.
    """
    kept: list[str] = []
    after_latin = False
    for letter in unicodedata.normalize("NFD", text):
        if unicodedata.combining(letter) and after_latin:
            continue
        kept.append(letter)
        after_latin = unicodedata.name(letter, "").startswith("LATIN")
    return unicodedata.normalize("NFC", "".join(kept)).translate(_LETTERS)


FUNCTIONS: Mapping[str, Function] = {
    "NormalizeDiacritics": Function(
        normalize_diacritics,
        "NormalizeDiacritics(source)",
        "The text with base letters: ä is a, ø is oe, ß is ss.",
        1,
        1,
        gives="text",
        examples=(('NormalizeDiacritics("Zoë Müller-Łódź")', "Zoe Muller-Lodz"),),
    ),
}
