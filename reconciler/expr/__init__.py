"""The expression language of Entra's attribute mappings; it knows nothing of people."""

from reconciler.expr.check import Remark
from reconciler.expr.compile import Compiled, compile_expression, constant
from reconciler.expr.operators import OPERATORS, compile_operator

__all__ = ["OPERATORS", "Compiled", "Remark", "compile_expression", "compile_operator", "constant"]
