r"""Patterns of .NET, for engines that take linear time: google-re2 and the regex crate.

Both read the text that `translate` writes. What no such engine can do (look-around,
back-references, atomic groups) is refused at its column. `\w`, `\d` and `\s` are those of Unicode,
as in .NET. Known differences: `$` and `\Z` do not stand before a last line break; `\b` in Replace
is refused for values that are not ASCII, where the engine would be wrong.

Source: .NET, «Regular Expression Language - Quick Reference».
"""

import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from reconciler.errors import ExpressionError

_WORD = r"\p{L}\p{Mn}\p{Nd}\p{Pc}"
_SPACE = r"\t-\r\x{85}\p{Z}"
_CLASSES: Mapping[str, str] = {"w": _WORD, "d": r"\p{Nd}", "s": _SPACE}
_BLOCKS: Mapping[str, str] = {
    "BasicLatin": r"\x{0}-\x{7F}",
    "Latin-1Supplement": r"\x{80}-\x{FF}",
    "LatinExtended-A": r"\x{100}-\x{17F}",
    "LatinExtended-B": r"\x{180}-\x{24F}",
    "CombiningDiacriticalMarks": r"\x{300}-\x{36F}",
    "Greek": r"\x{370}-\x{3FF}",
    "GreekandCoptic": r"\x{370}-\x{3FF}",
    "Cyrillic": r"\x{400}-\x{4FF}",
    "Hebrew": r"\x{590}-\x{5FF}",
    "Arabic": r"\x{600}-\x{6FF}",
    "Hiragana": r"\x{3040}-\x{309F}",
    "Katakana": r"\x{30A0}-\x{30FF}",
    "CJKUnifiedIdeographs": r"\x{4E00}-\x{9FFF}",
    "HangulSyllables": r"\x{AC00}-\x{D7AF}",
    "GeneralPunctuation": r"\x{2000}-\x{206F}",
    "CurrencySymbols": r"\x{20A0}-\x{20CF}",
}
"""The Unicode blocks that patterns name as `\\p{IsGreek}`."""
_CATEGORIES = frozenset(
    {
        *("C", "Cc", "Cf", "Co", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn"),
        *("N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps"),
        *("S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs"),
    }
)
_CATEGORY = re.compile(r"\{(?P<name>[A-Za-z0-9-]{1,40})\}")
_CONTROL: Mapping[str, str] = {
    "a": r"\x{7}",
    "e": r"\x{1B}",
    "f": r"\x{C}",
    "n": r"\n",
    "r": r"\r",
    "t": r"\t",
    "v": r"\x{B}",
}
_NUMBERED = re.compile(r"u(?P<four>[0-9A-Fa-f]{4})|x(?P<two>[0-9A-Fa-f]{2})|c(?P<control>[A-Za-z])")
_OCTAL = re.compile(r"0[0-7]{0,2}")
_GROUP = re.compile(r"\(\?(?:<(?P<angle>[A-Za-z_]\w*)>|'(?P<quote>[A-Za-z_]\w*)')", re.ASCII)
_OPTIONS = re.compile(r"\(\?(?P<options>[ims]*(?:-[ims]+)?)(?P<end>[:)])")
_REFUSED: Mapping[str, str] = {
    "(?=": "a look-ahead",
    "(?!": "a look-ahead",
    "(?<=": "a look-behind",
    "(?<!": "a look-behind",
    "(?>": "an atomic group",
    "(?(": "a condition",
}
_ANCHORS: Mapping[str, str] = {"A": r"\A", "Z": r"\z", "z": r"\z", "b": r"\b", "B": r"\B"}


@dataclass(slots=True)
class Translation:
    r"""A pattern for the engines.

    *numbers* gives the engine's number of each of .NET's groups: .NET counts those without a name
    first. *ascii_only*: the pattern has a `\b`, which google-re2 knows for ASCII alone.
    """

    text: str = ""
    unnamed: list[int] = field(default_factory=list)
    named: list[int] = field(default_factory=list)
    ascii_only: bool = False

    @property
    def numbers(self) -> Mapping[int, int]:
        """Return the engine's number by .NET's."""
        return dict(enumerate([0, *self.unnamed, *self.named]))


def translate(pattern: str) -> Translation:
    """Return *pattern* for a linear engine; raise `ExpressionError`, column in the pattern."""
    reader = _Reader(pattern)
    written = "".join(reader.all())
    reader.found.text = written
    return reader.found


class _Reader:
    """Reads a .NET pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self.found = Translation()

    def all(self) -> Iterator[str]:
        while self._at < len(self._pattern):
            match self._pattern[self._at]:
                case "\\":
                    yield self._escape()
                case "[":
                    yield self._set()
                case "(":
                    yield self._group()
                case letter:
                    self._at += 1
                    yield r"\z" if letter == "$" and not self._multiline() else letter

    def _multiline(self) -> bool:
        """Tell whether `(?m)` may be on; then the engines read `$` as .NET does."""
        return re.search(r"\(\?[is]*m", self._pattern) is not None

    def _group(self) -> str:
        rest = self._pattern[self._at :]
        for start, what in _REFUSED.items():
            if rest.startswith(start):
                raise self._refuse(what)
        if rest.startswith("(?#"):
            self._at = self._pattern.find(")", self._at) + 1 or len(self._pattern)
            return ""
        if found := _GROUP.match(rest):
            self._at += found.end()
            self.found.named.append(self._count())
            return f"(?P<{found['angle'] or found['quote']}>"
        if found := _OPTIONS.match(rest):
            self._at += found.end()
            return found[0]
        if rest.startswith("(?"):
            raise self._refuse(f"'{rest[:4]}'")
        self._at += 1
        self.found.unnamed.append(self._count())
        return "("

    def _count(self) -> int:
        return len(self.found.unnamed) + len(self.found.named) + 1

    def _escape(self) -> str:
        letter = self._letter()
        if letter in _ANCHORS:
            self._at += 2
            self.found.ascii_only |= letter in "bB"
            return _ANCHORS[letter]
        if letter in "123456789k":
            raise self._refuse("a back-reference")
        if letter.lower() in _CLASSES:
            self._at += 2
            inverse = "^" if letter.isupper() else ""
            return f"[{inverse}{_CLASSES[letter.lower()]}]"
        if letter in "pP":
            return f"[{self._category()}]"
        return self._single()

    def _set(self) -> str:
        """Read a class in brackets."""
        start = self._at
        items: list[str] = []
        self._at += 1
        inverse = self._take("^")
        while not (items and self._peek() == "]"):
            if self._at >= len(self._pattern):
                raise ExpressionError("this class is not closed", column=start, hint="Add ].")
            if items and self._pattern.startswith("-[", self._at):
                raise self._refuse("a class within a class")
            items.append(self._item())
        self._at += 1
        return f"[{'^' if inverse else ''}{''.join(items)}]"

    def _item(self) -> str:
        if self._peek() == "\\":
            letter = self._letter()
            if letter.lower() in _CLASSES:
                self._at += 2
                plain = _CLASSES[letter.lower()]
                return plain if letter.islower() else _inverse(letter.lower())
            if letter in "pP":
                return self._category()
        first = self._character()
        following = self._pattern[self._at : self._at + 2]
        if following[:1] != "-" or following[1:] in ("", "]", "["):
            return first
        self._at += 1
        return f"{first}-{self._character()}"

    def _character(self) -> str:
        """Read one character of a class, escaped so that no engine sees more in it."""
        if self._peek() == "\\":
            if self._letter() == "b":
                self._at += 2
                return r"\x{8}"
            return self._single()
        letter = self._peek()
        self._at += 1
        return letter if letter.isalnum() else f"\\x{{{ord(letter):X}}}"

    def _category(self) -> str:
        r"""Read `\p{…}`, a Unicode category or one of .NET's blocks."""
        kind = self._letter()
        found = _CATEGORY.match(self._pattern, self._at + 2)
        if found is None:
            raise ExpressionError("a category is missing", column=self._at, hint=r"Write \p{L}.")
        name = found["name"]
        block = _BLOCKS.get(name.removeprefix("Is")) if name.startswith("Is") else None
        if block is None and name not in _CATEGORIES:
            raise ExpressionError(
                f"there is no category or block '{name}' here",
                column=self._at,
                hint="Categories are L, Lu, Nd and the like; blocks " + ", ".join(_BLOCKS) + ".",
            )
        if block is not None and kind == "P":
            raise self._refuse("the inverse of a block")
        self._at = found.end()
        return block or f"\\{kind}{{{name}}}"

    def _single(self) -> str:
        """Read an escape that stands for one character."""
        letter = self._letter()
        start = self._at + 1
        if found := _NUMBERED.match(self._pattern, start):
            self._at = found.end()
            if found["control"]:
                return f"\\x{{{ord(found['control'].upper()) - 64:X}}}"
            return f"\\x{{{found['four'] or found['two']}}}"
        if found := _OCTAL.match(self._pattern, start):
            self._at = found.end()
            return f"\\x{{{int(found[0], 8):X}}}"
        self._at += 2
        if letter in _CONTROL:
            return _CONTROL[letter]
        if letter.isalnum() or letter == "_":
            self._at -= 2
            raise self._refuse(f"\\{letter}")
        return f"\\x{{{ord(letter):X}}}"

    def _letter(self) -> str:
        """Return what stands behind the backslash."""
        if self._at + 1 >= len(self._pattern):
            raise ExpressionError(
                "the pattern ends with a backslash", column=self._at, hint=r"Write \\ for one."
            )
        return self._pattern[self._at + 1]

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _take(self, letter: str) -> bool:
        taken = self._peek() == letter
        self._at += taken
        return taken

    def _refuse(self, what: str) -> ExpressionError:
        return ExpressionError(
            f"the pattern has {what}, which is not supported",
            column=self._at,
            hint="Patterns run in linear time: no look-around, back-reference or atomic group.",
        )


@cache
def _inverse(kind: str) -> str:
    r"""Return everything but a class, as ranges: the engines cannot invert within brackets."""
    inside = {"w": ("L", "Mn", "Nd", "Pc"), "d": ("Nd",), "s": ("Z",)}[kind]
    extra = _CONTROL_SPACES if kind == "s" else ""
    ranges: list[str] = []
    start = 0
    for code in range(sys.maxunicode + 2):
        category = unicodedata.category(chr(code)) if code <= sys.maxunicode else inside[0]
        is_in = category in inside or category[0] in inside or (extra and chr(code) in extra)
        if is_in:
            if start < code:
                ranges.append(f"\\x{{{start:X}}}-\\x{{{code - 1:X}}}")
            start = code + 1
    return "".join(ranges)


_CONTROL_SPACES = "\t\n\v\f\r\x85"
