"""Functions between types, and on numbers (reference §2.2 and §2.4)."""

from collections.abc import Mapping

from reconciler.errors import EvaluationError
from reconciler.expr.signature import Arguments, Function
from reconciler.expr.values import whole_number
from reconciler.values import Result


def bit_and(arguments: Arguments) -> Result:
    if None in (arguments.text(0), arguments.text(1)):
        return None
    return arguments.number(0, "value1") & arguments.number(1, "value2")


def c_bool(arguments: Arguments) -> Result:
    """Return whether it is true, or a number other than 0; null is false."""
    text = arguments.text(0)
    if text is None or text == "":
        return False
    if text.casefold() in _TRUTH:
        return _TRUTH[text.casefold()]
    try:
        return whole_number(text, "the expression") != 0
    except EvaluationError:
        return False


_TRUTH = {"true": True, "false": False}


def c_str(arguments: Arguments) -> Result:
    return arguments.text(0)


FUNCTIONS: Mapping[str, Function] = {
    "BitAnd": Function(
        bit_and,
        "BitAnd(value1, value2)",
        "The bits that both numbers have; null where one is null.",
        2,
        2,
        2,
        takes={0: "integer", 1: "integer"},
        gives="integer",
        examples=(("BitAnd(&HF, &HF7)", "7"),),
    ),
    "CBool": Function(
        c_bool,
        "CBool(expression)",
        "True for True and for a number other than 0, else False; null is False.",
        1,
        1,
        gives="boolean",
        examples=(('CBool([country] = "US")', "True"), ("CBool(0)", "False")),
    ),
    "CStr": Function(
        c_str,
        "CStr(value)",
        "The value as text; null stays null.",
        1,
        1,
        gives="text",
        examples=(("CStr([accountEnabled])", "True"),),
    ),
}
