"""Functions that say whether and how a value flows (reference §2.2, §2.4, §2.6)."""

from collections.abc import Mapping

from reconciler.errors import EvaluationError
from reconciler.expr.signature import Arguments, Function
from reconciler.expr.values import is_empty
from reconciler.values import Candidates, Flow, Result


def ignore_flow_if_null_or_empty(arguments: Arguments) -> Result:
    value = arguments.value(0)
    return Flow.IGNORE if is_empty(value) else value


def redact(arguments: Arguments) -> Result:
    return arguments.value(0)


def select_unique_value(arguments: Arguments) -> Result:
    """Return every rule's value in order; which one is free is only known at the target."""
    texts = (arguments.text(index) for index in range(len(arguments)))
    return Candidates(tuple(dict.fromkeys(text for text in texts if text)))


def error(arguments: Arguments) -> Result:
    raise EvaluationError(arguments.text(0) or "Error() was reached")


FUNCTIONS: Mapping[str, Function] = {
    "Error": Function(
        error,
        "Error(message)",
        "No value: the user is reported with the message.",
        1,
        1,
        examples=(
            ('IIF(IsPresent([mail]), [mail], Error("mail is required"))', "ada@contoso.example"),
        ),
    ),
    "IgnoreFlowIfNullOrEmpty": Function(
        ignore_flow_if_null_or_empty,
        "IgnoreFlowIfNullOrEmpty(expression)",
        "The value; where it is null or empty, the attribute is neither sent nor cleared.",
        1,
        1,
        examples=(("IgnoreFlowIfNullOrEmpty([department])", "Engineering"),),
    ),
    "Redact": Function(
        redact,
        "Redact(value)",
        "The value, masked in every plan, report and log.",
        1,
        1,
        redacts=True,
        examples=(("Redact([employeeId])", "1815"),),
    ),
    "SelectUniqueValue": Function(
        select_unique_value,
        "SelectUniqueValue(rule1, rule2, …)",
        "The first value that nobody at the target has; only with `apply: create`.",
        2,
        None,
        2,
        outermost=True,
        examples=(('SelectUniqueValue([mailNickname], Append([mailNickname], "2"))', "ada"),),
    ),
}
