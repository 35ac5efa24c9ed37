"""The parameter tree of a source: Graph's second way to write an expression (reference §2.0).

It names its arguments by key and leaves omitted ones out, so positions are put together again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler.entra.forms import Parameter, Source
from reconciler.expr.tree import Attribute, Call, Comparison, Concatenation, Node, Number, Text

_KEYS: Mapping[str, tuple[str, ...]] = {
    "Append": ("source", "suffix"),
    "FormatDateTime": ("source", "dateTimeStyles", "inputFormat", "outputFormat"),
    "Join": ("separator", "source*"),
    "Mid": ("source", "start", "length"),
    "Prepend": ("prefix", "source"),
    "Replace": (
        "source",
        "Find",
        "RegularExpression",
        "RegularExpressionGroupName",
        "Replacement",
        "ReplacementPropertyName",
        "Template",
    ),
    "Split": ("source", "delimiter"),
    "Switch": ("source", "defaultValue", "switchValue*"),
}
"""The key of each position; `*` takes every further argument of that key."""

_ALIASES: Mapping[str, str] = {
    "oldvalue": "find",
    "regexpattern": "regularexpression",
    "regexgroupname": "regularexpressiongroupname",
    "replacementvalue": "replacement",
    "replacementattributename": "replacementpropertyname",
}
"""The names that Microsoft's page gives to the arguments of Replace."""


def tree_of(source: Source) -> "Node | None":
    """Return the tree that name and parameters give; None where they give none."""
    match source.type.casefold():
        case "attribute":
            return Attribute(source.name) if source.name else None
        case "constant":
            return Text(source.name)
        case "function" if source.name:
            return _call(source)
    return None


def guessed_order(node: Node) -> list[str]:
    """Return the functions within *node* whose keys are not known: they keep the order given."""
    if not isinstance(node, Call):
        return []
    own = [node.name] if len(node.arguments) > 1 and node.name not in _KEYS else []
    return own + [name for item in node.arguments if item for name in guessed_order(item)]


def same(one: Node, other: Node) -> bool:
    """Tell whether two trees mean the same: a number is its text, omitted ends do not count."""
    return _canonical(one) == _canonical(other)


def _call(source: Source) -> "Node | None":
    keys = _KEYS.get(source.name)
    ordered = source.parameters if keys is None else _placed(source.parameters, keys)
    arguments: list[Node | None] = []
    for parameter in ordered:
        value = parameter.value if parameter is not None else None
        argument = tree_of(value) if value is not None else None
        if value is not None and argument is None:
            return None
        arguments.append(argument)
    return Call(source.name, tuple(arguments))


def _placed(parameters: Sequence[Parameter], keys: tuple[str, ...]) -> list[Parameter | None]:
    """Put every argument where its key belongs; an unknown key goes to the end."""
    left = list(parameters)
    placed: list[Parameter | None] = []
    for key in keys:
        name = key.rstrip("*").casefold()
        fitting = [item for item in left if _name(item) == name]
        taken = fitting if key.endswith("*") else fitting[:1]
        placed += taken or ([] if key.endswith("*") else [None])
        left = [item for item in left if not any(item is one for one in taken)]
    placed += left
    if "Template" not in keys:  # Replace keeps its commas: Entra prints them too
        while placed and placed[-1] is None:
            placed.pop()
    return placed


def _name(parameter: Parameter) -> str:
    folded = parameter.key.casefold()
    return _ALIASES.get(folded, folded)


def _canonical(node: Node) -> Node:
    match node:
        case Number():
            return Text(str(node.value))
        case Call():
            found = [None if item is None else _canonical(item) for item in node.arguments]
            while found and found[-1] is None:
                found.pop()
            return Call(node.name, tuple(found))
        case Concatenation():
            return Concatenation(tuple(_canonical(part) for part in node.parts))
        case Comparison():
            return replace(node, left=_canonical(node.left), right=_canonical(node.right))
        case _:
            return node
