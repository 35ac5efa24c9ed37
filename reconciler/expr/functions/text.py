"""Functions that put text together (reference §2.1)."""

from collections.abc import Mapping

from reconciler.expr.signature import Arguments, Function
from reconciler.expr.values import as_texts, joined
from reconciler.values import Result


def append(arguments: Arguments) -> Result:
    """Put the suffix behind; a null source stays null, so that no bare suffix flows ([open])."""
    source, suffix = arguments.text(0), arguments.text(1)
    return None if source is None else source + (suffix or "")


def prepend(arguments: Arguments) -> Result:
    prefix, source = arguments.text(0), arguments.text(1)
    return None if source is None else (prefix or "") + source


def join(arguments: Arguments) -> Result:
    """Join every value of every source; null and empty ones leave no separator behind."""
    separator = arguments.text(0) or ""
    sources = (arguments.value(index) for index in range(1, len(arguments)))
    return joined(separator, (item for source in sources for item in as_texts(source) if item))


def strip_spaces(arguments: Arguments) -> Result:
    """Remove every U+0020, and nothing else: tabs stay."""
    source = arguments.text(0)
    return None if source is None else source.replace(" ", "")


def trim(arguments: Arguments) -> Result:
    """Remove white space at both ends, of each of many values."""
    source = arguments.value(0)
    if isinstance(source, tuple):
        return tuple(item.strip() for item in as_texts(source))
    found = arguments.text(0)
    return None if found is None else found.strip()


FUNCTIONS: Mapping[str, Function] = {
    "Append": Function(
        append,
        "Append(source, suffix)",
        "The suffix behind the source; null stays null.",
        2,
        2,
        2,
        gives="text",
        examples=(
            ('Append([userPrincipalName], ".test")', "Ada.King@contoso.example.test"),
            ("Append(Mid([givenName], 1, 3), Mid([surname], 1, 5))", "AdaKing"),
        ),
    ),
    "Join": Function(
        join,
        "Join(separator, source1, …)",
        "All values that are not null and not empty, with the separator between them.",
        2,
        None,
        gives="text",
        examples=(('Join(", ", "", [surname], [givenName])', "King, Ada"),),
    ),
    "Prepend": Function(
        prepend,
        "Prepend(prefix, source)",
        "The prefix before the source; null stays null.",
        2,
        2,
        2,
        gives="text",
        examples=(('Prepend("x-", [surname])', "x-King"),),
    ),
    "StripSpaces": Function(
        strip_spaces,
        "StripSpaces(source)",
        "The text without spaces; tabs stay.",
        1,
        1,
        gives="text",
        examples=(('StripSpaces("a b c")', "abc"),),
    ),
    "Trim": Function(
        trim,
        "Trim(source)",
        "The text without white space at both ends; of many values, each.",
        1,
        1,
        examples=(('Trim(" Test ")', "Test"),),
    ),
}
