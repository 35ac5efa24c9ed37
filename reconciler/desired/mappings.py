"""Mappings: expressions are compiled once, then bound to the attributes of each target."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from reconciler.desired.documents.fields import AttributeValue
from reconciler.desired.documents.mappings import AttributeMappingDocument
from reconciler.desired.entries import Entry
from reconciler.desired.people import SourceNames
from reconciler.desired.suggest import did_you_mean
from reconciler.errors import ExpressionError, PathError
from reconciler.expr import Compiled, Remark, compile_expression, constant
from reconciler.model.mapping import Apply, AttributeDefinition, AttributeMapping, Expression
from reconciler.model.path import AttributePath, parse_target
from reconciler.model.problem import Excerpt, Position, Problem
from reconciler.model.values import Kind
from reconciler.values import Value


@dataclass(frozen=True, slots=True)
class NamedMapping:
    """A mapping of the desired state; its definitions are placeholders until it is bound."""

    kind: Kind
    attributes: tuple[AttributeMapping, ...]
    at: Position
    extends: str | None = None


def build_mappings(
    entries: Mapping[str, Entry], names: SourceNames
) -> tuple[dict[str, NamedMapping], list[Problem]]:
    """Return the mappings by key, with every expression compiled."""
    mappings: dict[str, NamedMapping] = {}
    problems: list[Problem] = []
    for key in sorted(entries):
        entry = entries[key]
        if entry.parsed is None:
            continue
        kind = Kind(entry.parsed.for_)
        compiler = _Compiler(entry, kind, names, problems)
        found = [compiler.attribute(*item) for item in entry.parsed.attributes.items()]
        attributes = sorted((item for item in found if item), key=_precedence)
        extends = entry.parsed.extends
        mappings[key] = NamedMapping(kind, tuple(attributes), entry.at, extends)
        problems += _unfit(entry, attributes, found)
    return mappings, problems


def _precedence(mapping: AttributeMapping) -> tuple[bool, int, str]:
    """Order by match, then by path: the order of keys in a file means nothing."""
    return (mapping.match == 0, mapping.match, mapping.definition.path.identity)


def _unfit(
    entry: Entry, attributes: list[AttributeMapping], found: list[AttributeMapping | None]
) -> list[Problem]:
    """Return the problems of a mapping as a whole: nothing to match by, one path twice."""
    problems = []
    is_whole = entry.parsed.extends is None and None not in found
    if is_whole and not any(item.match for item in attributes):
        hint = "Give one attribute a precedence: {expression: …, match: 1}."
        message = "No attribute has 'match', so no live account would ever be found"
        problems.append(Problem("no-match", message, entry.at, hint=hint))
    lines: dict[str, Position] = {}
    for item in sorted(attributes, key=lambda item: item.at):
        path = item.definition.path
        first = lines.setdefault(path.identity, item.at)
        if first is not item.at:
            message = f"'{path}' is mapped twice: on line {first.line} and on line {item.at.line}"
            problems.append(Problem("duplicate-key", message, item.at, hint="Keep one of them."))
    return [*problems, *overlaps(attributes)]


def overlaps(attributes: Iterable[AttributeMapping]) -> Iterator[Problem]:
    """Yield a problem for every attribute that is mapped as a whole and in part."""
    ordered = sorted(attributes, key=lambda item: item.at)
    for number, item in enumerate(ordered):
        path = item.definition.path
        for other in ordered[:number]:
            known = other.definition.path
            if path.identity != known.identity and path.overlaps(known):
                message = f"'{path}' and '{known}', mapped at {other.at}, can be the same value"
                hint = "Map the whole or its parts, not both."
                yield Problem("duplicate-key", message, item.at, hint=hint)


@dataclass(frozen=True, slots=True)
class _Compiler:
    """Compiles the attributes of one mapping and notes what is wrong with them."""

    entry: Entry
    kind: Kind
    names: SourceNames
    problems: list[Problem]

    def attribute(self, text: str, document: AttributeMappingDocument) -> AttributeMapping | None:
        at = self.entry.position("attributes", text)
        path = self._path(text, at)
        expression, is_compiled = self._expression(document, text, at)
        if path is None or not is_compiled:
            return None
        return AttributeMapping(
            AttributeDefinition(path),
            expression,
            at,
            document.match,
            Apply(document.apply),
            _value(document.default),
            document.sensitive,
            document.case_exact,
        )

    def _path(self, text: str, at: Position) -> AttributePath | None:
        try:
            return parse_target(text)
        except PathError as error:
            excerpt = Excerpt(text, error.column)
            self.problems.append(
                Problem("attribute-path", error.message, at, hint=error.hint, excerpt=excerpt)
            )
            return None

    def _expression(
        self, document: AttributeMappingDocument, path: str, at: Position
    ) -> tuple[Expression | None, bool]:
        """Return the expression, None where nothing flows, and whether all of this is sound."""
        text = document.expression
        is_constant = document.constant is not None
        if text is not None and is_constant:
            message = f"'{path}' has both an expression and a constant"
            self.problems.append(Problem("wrong-value", message, at, hint="Keep one of them."))
            return None, False
        if text is None:
            return (constant(document.constant) if is_constant else None), True
        if text.strip().isidentifier():
            self.problems.append(_bare_word(text, path, at))
            return None, False
        try:
            expression = compile_expression(text)
        except ExpressionError as error:
            self.problems.append(_malformed(error, text, path, at))
            return None, False
        self._check_reads(expression, at)
        self.problems.extend(_remark(item, text, path, at) for item in expression.remarks)
        if (refusal := _unsteady(expression, document, path, at)) is not None:
            self.problems.append(refusal)
            return None, False
        return expression, True

    def _check_reads(self, expression: Compiled, at: Position) -> None:
        known = self.names.readable(self.kind)
        for name in sorted(expression.reads - known):
            hint = did_you_mean(name, known) or "Declare it in the section 'attributes'."
            message = f"'{name[:60]}' is no source attribute of a {self.kind}"
            excerpt = _excerpt(expression.text, expression.columns[name])
            self.problems.append(
                Problem("unknown-attribute", message, at, hint=hint, excerpt=excerpt)
            )


def _unsteady(
    expression: Compiled, document: AttributeMappingDocument, path: str, at: Position
) -> Problem | None:
    """Refuse a value that would be another one at every run, and one that identifies so."""
    what = _UNSTEADY.get(expression.varies, "")
    if expression.selects:
        what = "SelectUniqueValue gives what is free at the time"
    identifies = document.match > 0 or path.strip().casefold() == "externalid"
    if not what or (document.apply == "create" and not identifies):
        return None
    hint = "Set apply: create, so that it flows once."
    if identifies:
        hint = "What identifies an account must be the same at every run: use another attribute."
    message = f"'{path[:60]}': {what}, so it would change at every run"
    return Problem("expression", message, at, hint=hint, excerpt=Excerpt(expression.text, 0))


_UNSTEADY: Mapping[str, str] = {
    "time": "Now flows into it",
    "chance": "Guid or RandomString flows into it",
}


def _remark(remark: Remark, text: str, path: str, at: Position) -> Problem:
    return Problem(
        "expression",
        f"'{path[:60]}': {remark.message}",
        at,
        hint=remark.hint,
        severity="warning",
        excerpt=_excerpt(text, remark.column),
    )


def _bare_word(text: str, path: str, at: Position) -> Problem:
    """Refuse a lone word: the language would read it as the name of an option."""
    word = text.strip()
    hint = f'Write [{word}] for the attribute, or "{word}" in double quotes for the text.'
    message = f"'{path[:60]}': a lone word is no expression"
    return Problem("expression", message, at, hint=hint, excerpt=Excerpt(word, 0))


def _malformed(error: ExpressionError, text: str, path: str, at: Position) -> Problem:
    message = f"'{path[:60]}': {error.message}"
    excerpt = _excerpt(text, error.column)
    return Problem("expression", message, at, hint=error.hint, excerpt=excerpt)


def _excerpt(text: str, column: int) -> Excerpt:
    """Point at *column* of *text*, within the line that it falls on."""
    start = text.rfind("\n", 0, column) + 1
    return Excerpt(text[start:].partition("\n")[0], column - start)


def _value(written: AttributeValue) -> Value:
    return tuple(written) if isinstance(written, list) else written
