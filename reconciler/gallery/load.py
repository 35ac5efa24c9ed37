"""Read the packaged profiles; a mistake in one is a mistake of ours, and says where it stands."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import ValidationError

from reconciler.errors import InputError
from reconciler.expr import compile_expression, constant
from reconciler.gallery.schema import (
    AttributeDocument,
    KindDocument,
    MappingDocument,
    ProfileDocument,
)
from reconciler.model.mapping import Apply, AttributeDefinition, AttributeMapping
from reconciler.model.path import parse_path
from reconciler.model.problem import Position
from reconciler.model.target import KindProfile, Profile, Service
from reconciler.model.values import Kind
from reconciler.yamldoc import Document, read_yaml

_Definitions = dict[str, AttributeDefinition]


@cache
def load_gallery() -> Mapping[str, Profile]:
    """Return every packaged profile by key; raise `InputError` for a mistake in one."""
    core = _core()
    folder = files("reconciler.gallery") / "profiles"
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".yaml"))
    profiles = (_profile(name, (folder / name).read_bytes(), core) for name in names)
    return {profile.key: profile for profile in profiles}


def _core() -> dict[str, _Definitions]:
    source = (files("reconciler.gallery") / "core.yaml").read_bytes()
    document = _document("core.yaml", source)
    return {
        kind: {
            parse_path(path).identity: _definition(path, AttributeDocument(**said))
            for path, said in attributes.items()
        }
        for kind, attributes in document.data.items()
    }


def _profile(name: str, source: bytes, core: Mapping[str, _Definitions]) -> Profile:
    document = _document(name, source)
    try:
        found = ProfileDocument.model_validate(document.data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        at = document.position(document.resolve(first["loc"]))
        raise InputError(f"{at}: {first['msg']}") from None
    reader = _Reader(document, core)
    service = found.service
    return Profile(
        key=found.key,
        title=found.title,
        docs=tuple(found.docs),
        verified=found.verified,
        url=found.url,
        url_hint=found.url_hint,
        notes=tuple(found.notes),
        service=Service(
            page_size=service.page_size,
            members_per_request=service.members_per_request,
            concurrency=service.concurrency,
            timeout_seconds=service.timeout_seconds,
            stores_external_id={
                Kind.USER: found.users.stores_external_id,
                Kind.GROUP: found.groups.stores_external_id if found.groups else True,
            },
            quirks=frozenset(service.quirks),
        ),
        users=reader.kind("users", found.users),
        groups=reader.kind("groups", found.groups),
        delete_is_irreversible=found.delete_is_irreversible,
    )


def _document(name: str, source: bytes) -> Document:
    document, problems = read_yaml(source, file=name)
    if document is None or problems:
        first = problems[0]
        raise InputError(f"{first.at}: {first.message}", hint=first.hint)
    return document


class _Reader:
    """Compile the parts of one profile, so that every mistake names its line."""

    def __init__(self, document: Document, core: Mapping[str, _Definitions]) -> None:
        self._document = document
        self._core = core

    def kind(self, section: str, said: KindDocument | None) -> KindProfile:
        if said is None:
            return KindProfile(False, {}, (), frozenset())
        core = self._core["user" if section == "users" else "group"]
        attributes: _Definitions = {}
        for path in said.attributes:
            identity = parse_path(path).identity
            if identity not in core:
                raise self._mistake((section, "attributes"), f"{path} is not in core.yaml")
            attributes[identity] = core[identity]
        for path, own in said.own_attributes.items():
            definition = _definition(path, own, core.get(parse_path(path).identity))
            attributes[definition.path.identity] = definition
        mapping = tuple(
            self._mapping(section, path, item, attributes) for path, item in said.mapping.items()
        )
        return KindProfile(True, attributes, mapping, frozenset(said.actions))

    def _mapping(
        self, section: str, path: str, said: MappingDocument, attributes: _Definitions
    ) -> AttributeMapping:
        place = (section, "mapping", path)
        definition = attributes.get(parse_path(path).identity)
        if definition is None:
            raise self._mistake(place, f"{path} is not among the attributes of {section}")
        expression = None
        if said.expression is not None:
            try:
                expression = compile_expression(said.expression)
            except InputError as error:
                raise self._mistake(place, error.message) from None
        elif said.constant is not None:
            expression = constant(said.constant)
        at = self._position(place)
        return AttributeMapping(
            definition, expression, at, said.match, Apply(said.apply), said.default
        )

    def _position(self, path: tuple[str, ...]) -> Position:
        at = self._document.position(path)
        return Position(f"gallery/{at.file}", at.line, at.column)

    def _mistake(self, path: tuple[str, ...], message: str) -> InputError:
        return InputError(f"{self._position(path)}: {message}")


def _definition(
    path: str, said: AttributeDocument, core: AttributeDefinition | None = None
) -> AttributeDefinition:
    """Return the definition that *said* gives, over what the core schema says of the path."""
    known: dict[str, Any] = {
        name: getattr(core, name)
        for name in ("type", "case_exact", "multi_valued", "required", "read_only", "stored")
        if core is not None
    }
    return AttributeDefinition(parse_path(path), **known | said.model_dump(exclude_none=True))
