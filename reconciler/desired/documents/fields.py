"""The small forms that many keys of the desired state share, for pydantic and for JSON Schema."""

import re
from datetime import date
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError


class Section(BaseModel):
    """A mapping whose keys are all known."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        allow_inf_nan=False,
        field_title_generator=lambda name, field: field.alias or name,
        model_title_generator=lambda form: form.__name__.removesuffix("Document"),
    )


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _read_day(value: Any) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("day", "must be a day that exists, written like 2027-01-31")


Day: TypeAlias = Annotated[
    date,
    BeforeValidator(_read_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2027-01-31"]}),
]
"""A UTC day."""

Key: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[^\s/]+$", max_length=200)]
"""The name of an entry: no spaces and slashes, for it stands in ids."""

Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]

Scalar: TypeAlias = str | bool | int
AttributeValue: TypeAlias = Scalar | list[Scalar] | None
"""Text, a whole number, true or false, or a list of them; null means that there is none."""


def short_form(key: str, form: type["Section"], *, may_be_empty: bool = False) -> BeforeValidator:
    """Accept plain text where *form* is meant: `ada` for `{user: ada}`, perhaps nothing for {}."""

    def expand(value: Any) -> Any:
        if value is None and may_be_empty:
            return {}
        return {key: value} if isinstance(value, str) else value

    written = str | form | None if may_be_empty else str | form
    return BeforeValidator(expand, json_schema_input_type=written)
