"""The engines behind patterns: google-re2 where groups are needed, the regex crate to match."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import re2
from pydantic_core import SchemaError, SchemaValidator, core_schema

from reconciler.errors import EvaluationError, ExpressionError
from reconciler.expr.patterns import translate

_MEMORY = 8 << 20
"""Bytes that one compiled pattern may take; what needs more is refused."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern with groups; *numbers* gives the engine's number of each of .NET's groups."""

    engine: Any
    numbers: Mapping[int, int]
    ascii_only: bool

    def require(self, text: str) -> None:
        """Raise `EvaluationError` where the engine would read *text* otherwise than .NET."""
        if self.ascii_only and not text.isascii():
            raise EvaluationError(
                r"the pattern has \b or \B, which Replace knows for ASCII text only",
                hint=r"Write the signs that end a word, for example [\s-].",
            )


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> Pattern:
    """Compile a .NET pattern for Replace; raise `EvaluationError` where that cannot be done."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        translated = translate(pattern)
        return Pattern(
            re2.compile(translated.text, options), translated.numbers, translated.ascii_only
        )
    except ExpressionError as error:
        at = f" (character {error.column + 1} of the pattern)"
        raise EvaluationError(error.message + at, hint=error.hint) from None
    except re2.error as error:
        cause = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        raise EvaluationError(f"the pattern cannot be used: {cause}") from None


def compile_test(pattern: str, anchor: Literal["whole", "anywhere"]) -> Callable[[str], bool]:
    """Compile a .NET pattern to a test of a value; raise `ExpressionError` for none."""
    text = translate(pattern).text
    whole = rf"\A(?:{text})\z" if anchor == "whole" else text
    schema = core_schema.str_schema(pattern=whole, regex_engine="rust-regex")
    try:
        return SchemaValidator(schema).isinstance_python
    except SchemaError as error:
        cause = str(error).splitlines()[-1].strip()
        raise ExpressionError(f"the pattern cannot be used: {cause}", hint=None) from None
