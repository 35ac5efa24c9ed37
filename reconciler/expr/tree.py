"""The tree of an expression. Columns count from 0 and do not count when trees are compared."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Attribute:
    """`[mail]`: a source attribute."""

    name: str
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """`"text"`: a string constant."""

    value: str
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Number:
    """`12`, `-3` or `&HF`."""

    value: int
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Word:
    """`vbTextCompare`: a bare word, an enumeration's member."""

    name: str
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`Name(a, , b)`: None stands for an omitted argument, which is not an empty string."""

    name: str
    arguments: "tuple[Node | None, ...]"
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Concatenation:
    """`a & b & c`, flat: however many there are, the tree does not get deeper."""

    parts: "tuple[Node, ...]"
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`a = b`: `=  <>  >  >=  <  <=`."""

    operator: str
    left: "Node"
    right: "Node"
    column: int = field(default=0, compare=False)


Node: TypeAlias = "Attribute | Text | Number | Word | Call | Concatenation | Comparison"


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes right below *node*, in the order of the text."""
    match node:
        case Call():
            yield from (item for item in node.arguments if item is not None)
        case Concatenation():
            yield from node.parts
        case Comparison():
            yield from (node.left, node.right)
        case _:
            return


def walk(node: Node) -> Iterator[Node]:
    """Yield *node* and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def print_expression(node: Node) -> str:
    """Return *node* in Entra's canonical form: `Replace([a], "-", , , "_", , )`."""
    match node:
        case Attribute():
            return f"[{node.name}]"
        case Text():
            escaped = node.value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case Number():
            return str(node.value)
        case Word():
            return node.name
        case Call():
            printed = ("" if item is None else print_expression(item) for item in node.arguments)
            return f"{node.name}({', '.join(printed)})"
        case Concatenation():
            return " & ".join(_operand(part) for part in node.parts)
        case Comparison():
            left, right = (_operand(side) for side in (node.left, node.right))
            return f"{left} {node.operator} {right}"


def _operand(node: Node) -> str:
    text = print_expression(node)
    return f"({text})" if isinstance(node, Concatenation | Comparison) else text
