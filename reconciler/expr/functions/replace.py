"""Replace, in its five modes (reference §2.1); patterns run in linear time (google-re2)."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import re2

from reconciler.errors import EvaluationError
from reconciler.expr.signature import Arguments, Function
from reconciler.expr.tree import Call, Text
from reconciler.values import Result

_SOURCE, _OLD, _PATTERN, _GROUP, _NEW, _ATTRIBUTE, _TEMPLATE = range(7)
_GROUP_NAME = re.compile(r"\(\?<(?=[A-Za-z_])")
_REFERENCE = re.compile(r"\$(?:(\$)|(\d+)|\{(\w+)\})")


def replace(arguments: Arguments) -> Result:
    """Replace by what is given: mode and arguments as Entra has them; case always counts."""
    if arguments.is_given(_PATTERN):
        return _by_pattern(arguments)
    source = arguments.text(_SOURCE)
    old = arguments.text(_OLD)
    if arguments.is_given(_TEMPLATE) and arguments.is_given(_OLD):
        template = arguments.text(_TEMPLATE)
        if source is None or template is None:
            return None
        return template.replace(old, source) if old else template
    if source is None or not old or not arguments.is_given(_NEW):
        return source
    return source.replace(old, arguments.text(_NEW) or "")


def _by_pattern(arguments: Arguments) -> Result:
    source = arguments.text(_SOURCE)
    pattern = compile_pattern(arguments.text(_PATTERN) or "")
    group = arguments.text(_GROUP)
    if group and arguments.is_given(_ATTRIBUTE):
        return source or _extract(pattern, group, arguments.text(_ATTRIBUTE))
    if source is None or not arguments.is_given(_NEW):
        return source
    new = arguments.text(_NEW) or ""
    if group:
        return _replace_group(pattern, group, source, new)
    return str(pattern.sub(lambda found: _expand(found, new), source))


def _extract(pattern: Any, group: str, source: str | None) -> str | None:
    found = pattern.search(source) if source is not None else None
    return _group(found, group) if found is not None else None


def _replace_group(pattern: Any, group: str, source: str, new: str) -> str:
    """Replace only what the named group matched, in every match."""
    number = pattern.groupindex.get(group)
    if number is None:
        raise _no_group(group)

    def inside(found: Any) -> str:
        start, end = (edge - found.start() for edge in found.span(number))
        whole = str(found.group())
        return whole if start < 0 else whole[:start] + new + whole[end:]

    return str(pattern.sub(inside, source))


def _expand(found: Any, new: str) -> str:
    """Fill `${name}`, `$1` and `$$` as .NET does."""

    def one(reference: re.Match[str]) -> str:
        if reference[1]:
            return "$"
        number, name = reference[2], reference[3]
        return _group(found, int(number) if number else name) or ""

    return _REFERENCE.sub(one, new)


def _group(found: Any, group: str | int) -> str | None:
    try:
        value = found.group(group)
    except (IndexError, re2.error):
        raise _no_group(group) from None
    return None if value is None else str(value)


def _no_group(group: str | int) -> EvaluationError:
    return EvaluationError(
        f"the pattern has no group '{group}'", hint="Name it in the pattern: (?<name>…)."
    )


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> Any:
    """Compile a .NET pattern for re2; raise `EvaluationError` where re2 has no such thing."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20
    try:
        return re2.compile(_GROUP_NAME.sub("(?P<", pattern), options)
    except re2.error as error:
        cause = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        raise EvaluationError(
            f"the pattern cannot be used: {cause}",
            hint="Look-around and back-references are not supported: patterns run in linear time.",
        ) from None


def _check(call: Call) -> str | None:
    """Compile a literal pattern before anything runs."""
    pattern = call.arguments[_PATTERN] if len(call.arguments) > _PATTERN else None
    if isinstance(pattern, Text):
        try:
            compile_pattern(pattern.value)
        except EvaluationError as error:
            return error.message
    return None


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
