"""The source of an attribute mapping: Graph's JSON to an expression or a constant of ours."""

from dataclasses import dataclass

from reconciler.entra.attributes import SourceAttributes
from reconciler.entra.forms import Source
from reconciler.entra.parameters import guessed_order, same, tree_of
from reconciler.entra.place import at
from reconciler.entra.remarks import Remarks
from reconciler.errors import ExpressionError
from reconciler.expr import Compiled, compile_expression
from reconciler.expr.parse import parse_expression
from reconciler.expr.tree import Call, Node, Text, Word, print_expression
from reconciler.model.values import Kind


@dataclass(frozen=True, slots=True)
class Flow:
    """What flows: *constant*, or else *expression* with what is known of it."""

    constant: str | None = None
    expression: str | None = None
    compiled: Compiled | None = None


def flow_of(
    source: Source, kind: Kind, place: str, attributes: SourceAttributes, remarks: Remarks
) -> Flow | None:
    """Return what *source* says; None, with a remark, where it cannot be expressed."""
    chosen = _chosen(source, place, remarks)
    if chosen is None:
        return None
    tree, text = chosen
    if isinstance(tree, Text):
        return Flow(constant=tree.value)
    renamed = attributes.rename(tree, kind, place)
    if renamed is None:
        return None
    text = text if renamed == tree else print_expression(renamed)
    try:
        return Flow(expression=text, compiled=compile_expression(text))
    except ExpressionError as error:
        remarks.lost(place, f"the expression cannot be used: {error.message}", error.hint)
        return None


def text_of(source: Source) -> str:
    """Return the source as a person would read it, for what cannot be imported."""
    if source.expression:
        return source.expression
    tree = tree_of(source)
    return print_expression(tree) if tree is not None else source.name


def _chosen(source: Source, place: str, remarks: Remarks) -> tuple[Node, str] | None:
    """Return the tree and its text: the expression's, else that of name and parameters."""
    tree = tree_of(source)
    written = source.expression.strip()
    if not written:
        return _from_parameters(source, tree, place, remarks)
    try:
        parsed = _read(written)
    except ExpressionError as error:
        if tree is None:
            what = f"the expression cannot be read: {error.message}"
            remarks.lost(at(place, "expression"), what, error.hint)
            return None
        remarks.differs(
            at(place, "expression"),
            f"the expression cannot be read ({error.message}); name and parameters are used",
        )
        return _from_parameters(source, tree, place, remarks)
    if tree is not None and not _agrees(parsed, tree, source):
        remarks.differs(
            place,
            f"expression and parameters disagree; the expression is used, the parameters say "
            f"{print_expression(tree)}",
            "Look at the mapping in the portal, and correct the YAML where it shows the other.",
        )
    return parsed, written


def _read(written: str) -> Node:
    """Parse; a bare word, as a constant without its quotes, is no expression."""
    parsed = parse_expression(written)
    if isinstance(parsed, Word):
        raise ExpressionError("a lone word is no expression", hint='Text stands in "quotes".')
    return parsed


def _agrees(parsed: Node, tree: Node, source: Source) -> bool:
    """Compare; a function without any parameters gives only its name to compare."""
    if isinstance(parsed, Call) and isinstance(tree, Call) and not source.parameters:
        return parsed.name == tree.name
    return same(parsed, tree)


def _from_parameters(
    source: Source, tree: "Node | None", place: str, remarks: Remarks
) -> tuple[Node, str] | None:
    if tree is None:
        kind = source.type or "none"
        message = f"the source has no expression, and its type ({kind}) gives none"
        remarks.lost(place, message, "Write the mapping by hand.")
        return None
    if guessed := guessed_order(tree):
        names = " and ".join(dict.fromkeys(guessed))
        message = f"there is no expression; the parameters of {names} are taken in their order"
        remarks.differs(place, message, "Compare it with the portal.")
    return tree, print_expression(tree)
