"""Replace, in its five modes (reference §2.1); patterns run in linear time (google-re2)."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import re2

from reconciler.errors import EvaluationError
from reconciler.expr.engines import Pattern, compile_pattern
from reconciler.expr.signature import Arguments, Function, literal_text
from reconciler.expr.tree import Call
from reconciler.expr.values import check_length
from reconciler.values import Result

_SOURCE, _OLD, _PATTERN, _GROUP, _NEW, _ATTRIBUTE, _TEMPLATE = range(7)
_REFERENCE = re.compile(
    r"\$(?:(?P<sign>[$&`'+_])|(?P<number>[0-9]{1,4})|\{(?:(?P<braced>[0-9]{1,4})|(?P<name>\w+))\})"
)


def replace(arguments: Arguments) -> Result:
    """Replace by what is given: mode and arguments as Entra has them; case always counts."""
    if arguments.is_given(_PATTERN):
        try:
            return _by_pattern(arguments)
        except UnicodeEncodeError:  # The engine reads UTF-8.
            raise EvaluationError(
                "half of a surrogate pair is no character",
                hint="The source value was cut in the middle of a character: correct it.",
            ) from None
    source, old = arguments.text(_SOURCE), arguments.text(_OLD)
    if arguments.is_given(_TEMPLATE) and arguments.is_given(_OLD):
        template = arguments.text(_TEMPLATE)
        return None if source is None or template is None else _replaced(template, old, source)
    if source is None or not arguments.is_given(_NEW):
        return source
    return _replaced(source, old, arguments.text(_NEW) or "")


def _replaced(text: str, old: str | None, new: str) -> str:
    if not old:
        return text
    check_length(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def _by_pattern(arguments: Arguments) -> Result:
    source, written = arguments.text(_SOURCE), arguments.text(_PATTERN)
    if not written:
        return source
    pattern = compile_pattern(written)
    group = arguments.text(_GROUP)
    if group and arguments.is_given(_ATTRIBUTE):
        return source or _extract(pattern, group, arguments.text(_ATTRIBUTE))
    if source is None or not arguments.is_given(_NEW):
        return source
    new = arguments.text(_NEW) or ""
    pattern.require(source)
    if group:
        return _replace_group(pattern, group, source, new)
    return _substituted(pattern.engine, source, lambda found: _expand(found, new, pattern))


def _substituted(engine: Any, source: str, new: Callable[[Any], str]) -> str:
    """Replace every match by what *new* makes of it, and stop where that gets too long."""
    total = 0

    def counted(found: Any) -> str:
        nonlocal total
        text = new(found)
        total += len(text)
        check_length(total)
        return text

    return str(engine.sub(counted, source))


def _extract(pattern: Pattern, group: str, source: str | None) -> str | None:
    if source is None:
        return None
    pattern.require(source)
    found = pattern.engine.search(source)
    return _named(found, group) if found is not None else None


def _replace_group(pattern: Pattern, group: str, source: str, new: str) -> str:
    """Replace only what the named group matched, in every match."""
    number = pattern.engine.groupindex.get(group)
    if number is None:
        raise _no_group(group)

    def inside(found: Any) -> str:
        start, end = (edge - found.start() for edge in found.span(number))
        whole = str(found.group())
        return whole if start < 0 else whole[:start] + new + whole[end:]

    return _substituted(pattern.engine, source, inside)


def _expand(found: Any, new: str, pattern: Pattern) -> str:
    """Fill in what .NET substitutes («Substitutions in regular expressions»).

    A number without a group stands for itself, as in .NET; a name without one is a mistake.
    """

    def one(reference: re.Match[str]) -> str:
        if reference["name"]:
            return _named(found, reference["name"]) or ""
        if reference["number"] or reference["braced"]:
            number = pattern.numbers.get(int(reference["number"] or reference["braced"]))
            return reference[0] if number is None else str(found.group(number) or "")
        return _around(found, reference["sign"], pattern)

    return _substituted(_REFERENCE, new, one)


def _around(found: Any, sign: str, pattern: Pattern) -> str:
    text = str(found.string)
    match sign:
        case "$":
            return "$"
        case "&":
            return str(found.group())
        case "`":
            return text[: found.start()]
        case "'":
            return text[found.end() :]
        case "_":
            return text
        case _:
            return str(found.group(max(pattern.numbers.values())) or "")


def _named(found: Any, group: str) -> str | None:
    try:
        value = found.group(group)
    except (IndexError, re2.error):
        raise _no_group(group) from None
    return None if value is None else str(value)


def _no_group(group: str) -> EvaluationError:
    return EvaluationError(
        f"the pattern has no group '{group}'", hint="Name it in the pattern: (?<name>…)."
    )


def _check(call: Call) -> str | None:
    """Compile a literal pattern, and look for the groups that are named, before anything runs."""
    written = literal_text(call, _PATTERN)
    if not written:
        return None
    try:
        groups = compile_pattern(written).engine.groupindex
    except EvaluationError as error:
        return error.message
    named = [literal_text(call, _GROUP), *_named_in(literal_text(call, _NEW) or "")]
    missing = next((name for name in named if name and name not in groups), None)
    return None if missing is None else f"the pattern has no group '{missing}'"


def _named_in(new: str) -> Iterator[str]:
    yield from (found["name"] for found in _REFERENCE.finditer(new) if found["name"])


FUNCTIONS: Mapping[str, Function] = {
    "Replace": Function(
        replace,
        "Replace(source, oldValue, regexPattern, regexGroupName, replacementValue, "
        "replacementAttributeName, template)",
        "Replaces text, matches of a pattern, or a named group of it.",
        1,
        7,
        gives="text",
        check=_check,
        examples=(
            ('Replace([mail], "@contoso.example", , , "", , )', "ada"),
            ('Replace([mail], , "(?<Suffix>@(.)*)", "Suffix", "", , )', "ada"),
        ),
    ),
}
