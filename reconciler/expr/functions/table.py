"""The table of all functions: adding one is a small function and a line in its theme's file."""

from collections.abc import Mapping

from reconciler.expr.functions import logic, replace, text
from reconciler.expr.signature import Function

FUNCTIONS: Mapping[str, Function] = {**text.FUNCTIONS, **logic.FUNCTIONS, **replace.FUNCTIONS}
