"""The synchronization schema of Microsoft Graph as it is written, tolerantly.

Keys may be missing or null; keys that nobody knows are kept, so that they can be named.
"""

from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

_T = TypeVar("_T")


def _absent_as_empty(value: Any) -> Any:
    return [] if value is None else value


def _text(value: Any) -> Any:
    """Take numbers and booleans as text: exports differ in this."""
    if value is None:
        return ""
    return str(value) if isinstance(value, bool | int | float) else value


Many: TypeAlias = Annotated[list[_T], BeforeValidator(_absent_as_empty), Field(default=[])]
Word: TypeAlias = Annotated[str, BeforeValidator(_text)]
Text: TypeAlias = Annotated[Word, Field(default="")]
Flag: TypeAlias = bool | None


class Form(BaseModel):
    """A JSON object of the export."""

    model_config = ConfigDict(extra="allow", frozen=True, alias_generator=to_camel)


class Reference(Form):
    """What a reference attribute refers to."""

    referenced_object_name: Text
    referenced_property: Text


class Attribute(Form):
    """The definition of one attribute of a directory's object."""

    name: Text
    type: Text
    anchor: Flag = None
    case_exact: Flag = None
    default_value: Text
    flow_null_values: Flag = None
    multivalued: Flag = None
    mutability: Text
    required: Flag = None
    referenced_objects: Many[Reference]
    metadata: Many[Any]
    api_expressions: Many[Any]


class DirectoryObject(Form):
    """A kind of object in a directory."""

    name: Text
    attributes: Many[Attribute]
    metadata: Many[Any]
    supported_apis: Many[Any]


class Directory(Form):
    """A source or target directory."""

    id: Text
    name: Text
    objects: Many[DirectoryObject]
    metadata: Many[Any]
    version: Text
    discovery_date_time: Text
    discoverabilities: Text
    read_only: Flag = None


class Parameter(Form):
    """One argument of a function, under the key that Graph gives it."""

    key: Text
    value: "Source | None" = None


class Source(Form):
    """Where the value of an attribute comes from."""

    type: Text
    name: Text
    expression: Text
    parameters: Many[Parameter]


class AttributeMapping(Form):
    """One target attribute and its source."""

    target_attribute_name: Text
    source: Source | None = None
    matching_priority: int | None = None
    flow_type: Text
    flow_behavior: Text
    default_value: Text
    export_missing_references: Flag = None


class Operand(Form):
    """What a clause compares with."""

    values: Many[Word]


class Clause(Form):
    """One condition on a source attribute."""

    source_operand_name: Text
    operator_name: Text
    target_operand: Operand | None = None


class FilterGroup(Form):
    """A scoping filter: AND between its clauses."""

    name: Text
    clauses: Many[Clause]


class Filter(Form):
    """The scope of an object mapping: OR between its groups."""

    groups: Many[FilterGroup]
    input_filter_groups: Many[FilterGroup]
    category_filter_groups: Many[FilterGroup]


class ObjectMapping(Form):
    """What flows from one kind of object to another."""

    name: Text
    enabled: Flag = None
    flow_types: Text
    source_object_name: Text
    target_object_name: Text
    scope: Filter | None = None
    metadata: Many[Any]
    attribute_mappings: Many[AttributeMapping]


class Rule(Form):
    """What flows from one directory to another."""

    id: Text
    name: Text
    editable: Flag = None
    priority: int | None = None
    source_directory_name: Text
    target_directory_name: Text
    metadata: Many[Any]
    object_mappings: Many[ObjectMapping]
    container_filter: Any = None
    group_filter: Any = None


class Schema(Form):
    """The synchronization schema of one job."""

    id: Text
    version: Text
    provisioning_task_identifier: Text
    directories: Many[Directory]
    synchronization_rules: Many[Rule]


class Secret(Form):
    """One pair of the list that Graph calls secrets; most are settings."""

    key: Text
    value: Text


class JobSetting(Form):
    """One setting of the job."""

    name: Text
    value: Text


class Schedule(Form):
    """When the job runs."""

    interval: Text
    state: Text
    expiration: Text


class Job(Form):
    """The synchronization job, as far as it says how to provision."""

    id: Text
    template_id: Text
    schedule: Schedule | None = None
    status: Any = None
    synchronization_job_settings: Many[JobSetting]
