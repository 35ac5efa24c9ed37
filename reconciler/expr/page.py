"""The tables of docs/expressions.md, written from those that the language is made of."""

import re
from collections.abc import Callable, Iterator, Mapping

from reconciler.expr.functions.table import EXAMPLE, FUNCTIONS, UNSUPPORTED
from reconciler.expr.operators import OPERATORS
from reconciler.values import Value

_BLOCK = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- /\2 -->)", re.DOTALL)


def fill_page(page: str) -> str:
    """Return *page* with every block between markers, `<!-- functions -->`, written anew."""

    def block(found: re.Match[str]) -> str:
        rows = "".join(f"{row}\n" for row in _BLOCKS[found[2]]())
        return f"{found[1]}{rows}{found[3]}"

    return _BLOCK.sub(block, page)


def _functions() -> Iterator[str]:
    yield "| function | gives | example | result |"
    yield "|---|---|---|---|"
    for function in FUNCTIONS.values():
        first = (f"`{_cell(function.signature)}`", _cell(function.meaning))
        for expression, result in function.examples or (("", ""),):
            shown = (_code(expression), _code(result) if expression else "")
            yield f"| {' | '.join((*first, *shown))} |"
            first = ("", "")


def _person() -> Iterator[str]:
    yield "| attribute | value |"
    yield "|---|---|"
    yield from (f"| `{name}` | {_value(value)} |" for name, value in EXAMPLE.items())


def _unsupported() -> Iterator[str]:
    yield from (f"- `{name}`: {reason}." for name, reason in UNSUPPORTED.items())


def _operators() -> Iterator[str]:
    yield "| operator | holds when the attribute |"
    yield "|---|---|"
    yield from (f"| `{name}` | {item.meaning} |" for name, item in OPERATORS.items())


_BLOCKS: Mapping[str, Callable[[], Iterator[str]]] = {
    "functions": _functions,
    "person": _person,
    "unsupported": _unsupported,
    "operators": _operators,
}


def _code(text: str) -> str:
    return f"`{_cell(text)}`" if text else ""


def _cell(text: str) -> str:
    """Keep a pipe from ending the cell."""
    return text.replace("|", "\\|")


def _value(value: Value) -> str:
    items = value if isinstance(value, tuple) else (value,)
    return ", ".join(f"`{item}`" for item in items)
