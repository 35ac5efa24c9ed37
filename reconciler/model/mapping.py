"""Mappings and scope rules: what flows to a target, and who."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, Protocol, TypeAlias

from reconciler.model.path import AttributePath
from reconciler.model.problem import Position
from reconciler.values import Context, Result, Value


class Apply(StrEnum):
    """When a mapping flows (Entra: «Apply this mapping»)."""

    ALWAYS = "always"
    CREATE = "create"
    ADD = "add"
    """Values are added to those that are live, and never taken away (Entra: MultiValueAddOnly)."""


class Expression(Protocol):
    """A compiled expression; `reconciler.expr` makes them, and this file does not know how."""

    @property
    def text(self) -> str:
        """The expression as it was written."""
        ...

    @property
    def reads(self) -> frozenset[str]:
        """The names of the source attributes it reads."""
        ...

    @property
    def varies(self) -> str:
        """Say whether the value is another one at every run: "" if not, "time" or "chance"."""
        ...

    @property
    def redacts(self) -> bool:
        """Tell whether the value must be masked wherever it is shown."""
        ...

    @property
    def only_adds(self) -> bool:
        """Tell whether values are added to those that are live, and never taken away."""
        ...

    def evaluate(self, attributes: Mapping[str, Value], context: Context) -> Result:
        """Return its value for *attributes*; raise `EvaluationError` where there is none."""
        ...


AttributeType: TypeAlias = Literal[
    "string", "boolean", "integer", "dateTime", "reference", "complex"
]


@dataclass(frozen=True, slots=True)
class AttributeDefinition:
    """What a target attribute is (RFC 7643 §2.2 and §7).

    *case_exact* false: values that differ only by case are equal. *stored* false: the target is
    known to drop the value, so it is neither compared nor sent. *immutable*: it is set once, by
    the create. *never_null*: a value may be changed, but not be taken away. *max_length* counts
    characters; the target refuses those in *forbidden*.
    """

    path: AttributePath
    type: AttributeType = "string"
    case_exact: bool = False
    multi_valued: bool = False
    required: bool = False
    read_only: bool = False
    stored: bool = True
    immutable: bool = False
    never_null: bool = False
    max_length: int | None = None
    forbidden: str = ""

    def refused(self, before: object, after: object) -> str | None:
        """Return what the target refuses to do from *before* to *after*: `changes` or `clears`."""
        if before is None:
            return None
        if self.immutable:
            return "changes"
        return "clears" if self.never_null and after is None else None

    @property
    def holds_many(self) -> bool:
        """Tell whether the path stands for a list, and not for one element or part of it."""
        return self.multi_valued and self.path.element is None and self.path.sub is None

    @property
    def takes_complex(self) -> bool:
        """Tell whether values may have sub-attributes: elements of lists, and complex ones."""
        whole = self.path.sub is None and self.type != "reference"
        return whole and (
            self.type == "complex" or self.multi_valued or self.path.element is not None
        )


@dataclass(frozen=True, slots=True)
class AttributeMapping:
    """One target attribute and where its value comes from.

    *expression* None means that nothing flows: *default* fills the attribute where it is empty.
    A constant is an expression that reads nothing. *match* is the precedence, 1 first, 0 for an
    attribute that matches nothing.
    """

    definition: AttributeDefinition
    expression: Expression | None
    at: Position
    match: int = 0
    apply: Apply = Apply.ALWAYS
    default: Value = None
    sensitive: bool = False
    case_exact: bool | None = None
    """Whether case counts when changes are looked for; None leaves it to *definition*."""

    @property
    def compared(self) -> AttributeDefinition:
        """The attribute as changes are looked for in it; matching goes by *definition* alone."""
        if self.case_exact is None:
            return self.definition
        return replace(self.definition, case_exact=self.case_exact)

    @property
    def is_masked(self) -> bool:
        """Tell whether the value must be masked wherever it is shown."""
        return self.sensitive or (self.expression is not None and self.expression.redacts)


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition on a source attribute; *test* is the operator applied to *value*."""

    attribute: str
    operator: str
    value: Value
    test: Callable[[Value], bool]
    at: Position

    def holds(self, attributes: Mapping[str, Value]) -> bool:
        """Tell whether the attribute passes; one that is not given is null."""
        return self.test(attributes.get(self.attribute))

    def __str__(self) -> str:
        operand = "" if self.value is None else f" {self.value}"
        return f"{self.attribute} {self.operator}{operand}"


@dataclass(frozen=True, slots=True)
class Filter:
    """A named filter: every clause must hold."""

    name: str
    clauses: tuple[Clause, ...]

    def first_failure(self, attributes: Mapping[str, Value]) -> Clause | None:
        """Return the first clause that does not hold, or None where all do."""
        return next((clause for clause in self.clauses if not clause.holds(attributes)), None)


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """A named scope: it admits whoever passes one of its filters."""

    key: str
    filters: tuple[Filter, ...]
    at: Position

    def admits(self, attributes: Mapping[str, Value]) -> bool:
        """Tell whether one of the filters holds in every clause."""
        return any(item.first_failure(attributes) is None for item in self.filters)
