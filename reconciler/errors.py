"""Every foreseen failure of the world, as one tree.

A person's mistake in the YAML is no exception: it is a `Problem`, collected and shown with the
others. A bug is no `ReconcilerError`: it keeps its traceback and ends with exit code 70.

    ReconcilerError          foreseen; one line for people; has an exit code
    ├── InputError           1   usage, a file that cannot be read, a plan file of another format
    │   ├── PathError            an attribute path that does not parse; has a column
    │   └── ExpressionError      an expression that does not parse; has a column
    ├── EvaluationError      1   an expression that has no value for one user or group
    ├── TargetError          4   a target did not do what was asked
    │   ├── TransportError       no usable answer came back
    │   │   └── OutOfTimeError       it was not sent: the time is up, or the server's wait too long
    │   └── ScimError            the answer was a refusal: status, scimType, detail
    ├── LedgerError          4   the ledger cannot be read or written
    │   └── LockedError          another apply holds the target
    ├── UnsentError              a notice could not be sent; said, and never ends a run
    └── StalePlan            5   the approved plan no longer fits
"""

from typing import ClassVar


class ReconcilerError(Exception):
    """A foreseen failure: *message* is one sentence for people, *hint* the next step."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(ReconcilerError):
    """What was given cannot be used: usage, a file, a plan of another format."""


class PathError(InputError):
    """An attribute path does not parse; *column* counts from 0 within its text."""

    def __init__(self, message: str, *, column: int = 0, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.column = column


class ExpressionError(InputError):
    """An expression does not parse; *column* counts from 0 within its text."""

    def __init__(self, message: str, *, column: int = 0, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.column = column


class EvaluationError(ReconcilerError):
    """An expression has no value for these source attributes; *column* counts from 0.

    It is None until whoever knows the place in the expression fills it in.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.column: int | None = None


class TargetError(ReconcilerError):
    """A target did not do what was asked; *requests* is what the attempt cost, where known."""

    exit_code = 4

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.requests = 0


class TransportError(TargetError):
    """No usable answer came back; *sent* tells whether the request may have taken effect."""

    def __init__(self, message: str, *, sent: bool = False, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.sent = sent


class UnreadableError(TransportError):
    """An answer came, and it is nothing that can be read."""


class OutOfTimeError(TransportError):
    """A request was not sent: its answer would come after the deadline, or its turn would."""


class ScimError(TargetError):
    """The target refused: HTTP *status*, and *scim_type* and *detail* of RFC 7644 §3.12."""

    def __init__(
        self, status: int, detail: str, *, scim_type: str | None = None, hint: str | None = None
    ) -> None:
        kind = f" {scim_type}" if scim_type else ""
        super().__init__(f"{status}{kind}: {detail}", hint=hint)
        self.status = status
        self.scim_type = scim_type
        self.detail = detail


class LedgerError(ReconcilerError):
    """The ledger cannot be read or written."""

    exit_code = 4


class LockedError(LedgerError):
    """Another apply holds the target."""


class UnsentError(ReconcilerError):
    """A notice could not be sent; *is_dead* where others would not get through either."""

    def __init__(self, message: str, *, is_dead: bool = False, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.is_dead = is_dead


class StalePlan(ReconcilerError):  # noqa: N818 -- a state of the plan, not an error of the program
    """The approved plan no longer fits the target or the desired state."""

    exit_code = 5
