"""The expression language of Entra's attribute mappings; it knows nothing of people."""

from reconciler.expr.check import Remark
from reconciler.expr.compile import Compiled, compile_expression, constant
from reconciler.expr.operators import OPERATORS, compile_operator
from reconciler.expr.trace import Step, Trace, trace

__all__ = [
    "OPERATORS",
    "Compiled",
    "Remark",
    "Step",
    "Trace",
    "compile_expression",
    "compile_operator",
    "constant",
    "trace",
]
