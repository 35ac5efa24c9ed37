"""Take arguments: evaluated when asked for, None where omitted."""

from reconciler.errors import EvaluationError
from reconciler.expr.signature import Arguments
from reconciler.expr.values import Value, as_text


def value(arguments: Arguments, index: int) -> Value:
    """Return argument *index*, null where it is omitted."""
    argument = arguments[index] if index < len(arguments) else None
    return None if argument is None else argument()


def text(arguments: Arguments, index: int) -> str | None:
    """Return argument *index* as text, None for null or omitted."""
    return as_text(value(arguments, index))


def is_given(arguments: Arguments, index: int) -> bool:
    """Tell whether argument *index* was written; an empty string literal was."""
    return index < len(arguments) and arguments[index] is not None


def number(arguments: Arguments, index: int, name: str) -> int:
    """Return argument *index* as a whole number; *name* is for the message."""
    found = text(arguments, index)
    try:
        return int(found or "")
    except ValueError:
        msg = f"{name} must be a whole number, and it is '{found or 'null'}'"
        raise EvaluationError(msg, hint="Write digits, such as 1.") from None
