"""Parse an expression: text → tree with columns (Entra's syntax, reference §2.0)."""

from reconciler.errors import ExpressionError
from reconciler.expr.tokens import Token, tokenize
from reconciler.expr.tree import (
    Attribute,
    Call,
    Comparison,
    Concatenation,
    Node,
    Number,
    Text,
    Word,
)

LONGEST = 10_000
"""Entra's limit of characters in one expression."""
DEEPEST = 60
"""Calls and brackets inside each other; far beyond what people write."""

_COMPARISONS = ("=", "<>", ">", ">=", "<", "<=")


def parse_expression(text: str) -> Node:
    """Return the tree of *text*; raise `ExpressionError` with the column where it breaks."""
    if len(text) > LONGEST:
        raise ExpressionError(
            f"an expression of {len(text):,} characters is too long",
            column=LONGEST,
            hint=f"The limit is {LONGEST:,}.",
        )
    parser = _Parser(list(tokenize(text)))
    node = parser.expression(0)
    rest = parser.peek()
    if rest.kind != "end":
        raise ExpressionError(
            f"the expression ends before '{rest.text}'",
            column=rest.column,
            hint="One expression is one call, attribute or constant; calls may nest.",
        )
    return node


class _Parser:
    """Recursive descent over tokens; the depth is bounded, so it cannot overflow the stack."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def peek(self) -> Token:
        return self._tokens[self._at]

    def expression(self, depth: int) -> Node:
        """Read `concat [comparison concat]`."""
        if depth > DEEPEST:
            raise ExpressionError(
                "this is nested too deeply",
                column=self.peek().column,
                hint=f"At most {DEEPEST} calls may stand inside each other.",
            )
        left = self._concatenation(depth)
        token = self.peek()
        if token.kind != "operator" or token.text not in _COMPARISONS:
            return left
        self._take()
        return Comparison(token.text, left, self._concatenation(depth), token.column)

    def _concatenation(self, depth: int) -> Node:
        parts = [self._term(depth)]
        while self.peek().text == "&" and self.peek().kind == "operator":
            self._take()
            parts.append(self._term(depth))
        return parts[0] if len(parts) == 1 else Concatenation(tuple(parts), parts[0].column)

    def _term(self, depth: int) -> Node:
        token = self._take()
        match token.kind:
            case "attribute" if token.text:
                return Attribute(token.text, token.column)
            case "string":
                return Text(token.text, token.column)
            case "number":
                return _number(token, 10)
            case "hex":
                return _number(token, 16)
            case "name" if self.peek().text == "(" and self.peek().kind == "mark":
                return self._call(token, depth)
            case "name":
                return Word(token.text, token.column)
            case "mark" if token.text == "(":
                inner = self.expression(depth + 1)
                self._expect(")", token)
                return inner
        raise _unexpected(token)

    def _call(self, name: Token, depth: int) -> Call:
        opening = self._take()
        arguments: list[Node | None] = []
        if self.peek().text == ")":
            self._take()
            return Call(name.text, (), name.column)
        while True:
            omitted = self.peek().kind == "mark" and self.peek().text in (",", ")")
            arguments.append(None if omitted else self.expression(depth + 1))
            if self.peek().kind == "mark" and self.peek().text == ",":
                self._take()
                continue
            self._expect(")", opening)
            return Call(name.text, tuple(arguments), name.column)

    def _expect(self, mark: str, opening: Token) -> None:
        token = self._take()
        if token.kind == "mark" and token.text == mark:
            return
        if token.kind == "end":
            raise ExpressionError(
                "this bracket is not closed", column=opening.column, hint="Close it with )."
            )
        raise ExpressionError(
            f"a comma or ) belongs before '{token.text}'", column=token.column, hint=None
        )

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token


def _number(token: Token, base: int) -> Number:
    digits = token.text.upper().removeprefix("&H")
    if len(digits) > _MOST_DIGITS:
        raise ExpressionError("this number has more than 64 bits", column=token.column)
    return Number(int(digits, base), token.column)


_MOST_DIGITS = 40
"""Digits of a number; one of 64 bits has 20 at most, with its sign."""


def _unexpected(token: Token) -> ExpressionError:
    what = "the expression ends too early" if token.kind == "end" else "a value belongs here"
    if token.kind == "attribute":
        what = "an attribute needs a name"
    return ExpressionError(
        what,
        column=token.column,
        hint='A value is [attribute], "text", a number or a call such as ToLower([mail]).',
    )
