"""Functions on text (reference §2.1)."""

from collections.abc import Mapping

from reconciler.errors import EvaluationError
from reconciler.expr.signature import Arguments, Function
from reconciler.expr.values import as_texts
from reconciler.values import Result


def append(arguments: Arguments) -> Result:
    source, suffix = arguments.text(0), arguments.text(1)
    return None if source is None else source + (suffix or "")


def prepend(arguments: Arguments) -> Result:
    prefix, source = arguments.text(0), arguments.text(1)
    return None if source is None else (prefix or "") + source


def join(arguments: Arguments) -> Result:
    """Join every value of every source; null and empty ones leave no separator behind."""
    separator = arguments.text(0) or ""
    sources = (arguments.value(index) for index in range(1, len(arguments)))
    return separator.join(item for source in sources for item in as_texts(source) if item)


def mid(arguments: Arguments) -> Result:
    source = arguments.text(0)
    start, length = arguments.number(1, "start"), arguments.number(2, "length")
    if start < 1:
        raise EvaluationError(f"start counts from 1, and it is {start}")
    return None if source is None else source[start - 1 : start - 1 + max(length, 0)]


def strip_spaces(arguments: Arguments) -> Result:
    """Remove every U+0020, and nothing else: tabs stay."""
    source = arguments.text(0)
    return None if source is None else source.replace(" ", "")


def trim(arguments: Arguments) -> Result:
    source = arguments.value(0)
    if isinstance(source, tuple):
        return tuple(item.strip() for item in as_texts(source))
    found = arguments.text(0)
    return None if found is None else found.strip()


def to_lower(arguments: Arguments) -> Result:
    source = arguments.text(0)
    if source is not None and _is_turkic(arguments.text(1)):
        source = source.replace("I", "ı").replace("İ", "i")
    return None if source is None else source.lower()


def to_upper(arguments: Arguments) -> Result:
    source = arguments.text(0)
    if source is not None and _is_turkic(arguments.text(1)):
        source = source.replace("i", "İ")
    return None if source is None else source.upper()


def _is_turkic(culture: str | None) -> bool:
    """Tell whether dotted and dotless i are two letters, the one culture rule that matters."""
    return (culture or "").split("-")[0].casefold() in ("tr", "az", "tur", "aze")


FUNCTIONS: Mapping[str, Function] = {
    "Append": Function(append, "Append(source, suffix)", "Puts suffix behind source.", 2, 2, 2),
    "Join": Function(
        join, "Join(separator, source1, …)", "Joins all values that are not empty.", 2, None
    ),
    "Mid": Function(
        mid, "Mid(source, start, length)", "Cuts a part; start counts from 1.", 3, 3, 3
    ),
    "Prepend": Function(prepend, "Prepend(prefix, source)", "Puts prefix before source.", 2, 2, 2),
    "StripSpaces": Function(strip_spaces, "StripSpaces(source)", "Removes all spaces.", 1, 1),
    "ToLower": Function(to_lower, "ToLower(source, culture)", "Makes lower case.", 1, 2),
    "ToUpper": Function(to_upper, "ToUpper(source, culture)", "Makes upper case.", 1, 2),
    "Trim": Function(trim, "Trim(source)", "Removes white space at both ends.", 1, 1),
}
