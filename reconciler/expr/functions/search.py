"""Functions that look into text (reference §2.1)."""

from collections.abc import Mapping

from reconciler.errors import EvaluationError
from reconciler.expr.functions.casing import lower
from reconciler.expr.signature import Arguments, Function, literal_number
from reconciler.expr.tree import Call
from reconciler.values import Result

_COMPARE = frozenset({"vbBinaryCompare", "vbTextCompare"})


def in_str(arguments: Arguments) -> Result:
    """Return the place, from 1, where the second text stands in the first, 0 for nowhere.

    Case counts unless vbTextCompare is given (VBA's default, [open] in the reference).
    """
    text, sought = arguments.text(0) or "", arguments.text(1) or ""
    start = arguments.number(2, "start") if arguments.is_given(2) else 1
    if start < 1:
        raise EvaluationError(f"start counts from 1, and it is {start}")
    compare = arguments.text(3) or "vbBinaryCompare"
    if compare not in _COMPARE:
        known = " or ".join(sorted(_COMPARE))
        raise EvaluationError(f"compareType is {known}, and it is '{compare[:40]}'")
    if compare == "vbTextCompare":
        text, sought = lower(text), lower(sought)
    return text.find(sought, start - 1) + 1


def left(arguments: Arguments) -> Result:
    """Return the first characters; a negative number gives all of them (reference §2.1)."""
    source, number = arguments.text(0), arguments.number(1, "NumChars")
    if source is None:
        return ""
    return source if number < 0 else source[:number]


def mid(arguments: Arguments) -> Result:
    """Return a part; without a length, which the sample of Contains leaves out, to the end."""
    source, start = arguments.text(0), arguments.number(1, "start")
    if start < 1:
        raise EvaluationError(f"start counts from 1, and it is {start}")
    if source is None:
        return None
    if not arguments.is_given(2):
        return source[start - 1 :]
    return source[start - 1 : start - 1 + max(arguments.number(2, "length"), 0)]


def word(arguments: Arguments) -> Result:
    """Return one word; delimiters that follow each other part no empty words ([open])."""
    source, number = arguments.text(0) or "", arguments.number(1, "WordNumber")
    for delimiter in arguments.text(2) or "":
        source = source.replace(delimiter, "\0")
    words = [part for part in source.split("\0") if part]
    return words[number - 1] if 1 <= number <= len(words) else ""


def _check_start(call: Call) -> str | None:
    index = 2 if call.name == "InStr" else 1
    start = literal_number(call, index)
    return f"start counts from 1, and it is {start}" if start is not None and start < 1 else None


FUNCTIONS: Mapping[str, Function] = {
    "InStr": Function(
        in_str,
        "InStr(value1, value2, start, compareType)",
        "Where value2 stands in value1, from 1; 0 for nowhere; vbTextCompare ignores case.",
        2,
        4,
        2,
        takes={2: "integer"},
        gives="integer",
        check=_check_start,
        words={3: _COMPARE},
        examples=(
            ('InStr("The quick brown fox","quick")', "5"),
            ('InStr("repEated","e",3,vbBinaryCompare)', "7"),
        ),
    ),
    "Left": Function(
        left,
        "Left(String, NumChars)",
        "The first characters; a null source gives the empty string.",
        2,
        2,
        2,
        takes={1: "integer"},
        gives="text",
        examples=(('Left("John Doe", 3)', "Joh"),),
    ),
    "Mid": Function(
        mid,
        "Mid(source, start, length)",
        "A part of the text; start counts from 1.",
        2,
        3,
        2,
        takes={1: "integer", 2: "integer"},
        gives="text",
        check=_check_start,
        examples=(('Mid("abcdef", 2, 3)', "bcd"),),
    ),
    "Word": Function(
        word,
        "Word(String, WordNumber, Delimiters)",
        "One word, counted from 1; the empty string where there are fewer.",
        3,
        3,
        3,
        takes={1: "integer"},
        gives="text",
        examples=(
            ('Word("The quick brown fox",3," ")', "brown"),
            ('Word("This,string!has&many separators",3,",!&#")', "has"),
        ),
    ),
}
