"""Read the packaged profiles; a mistake in one is a mistake of ours, and says where it stands."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import ValidationError

from reconciler.errors import ExpressionError, InputError, PathError
from reconciler.expr import compile_expression, constant
from reconciler.gallery.schema import (
    AttributeDocument,
    KindDocument,
    MappingDocument,
    ProfileDocument,
)
from reconciler.gallery.service import build_service
from reconciler.model.mapping import (
    Apply,
    AttributeDefinition,
    AttributeMapping,
    Expression,
)
from reconciler.model.path import AttributePath, parse_path
from reconciler.model.target import KindProfile, Profile
from reconciler.model.values import Kind
from reconciler.yamldoc import Document, read_yaml

_Definitions = dict[str, AttributeDefinition]


@cache
def load_gallery() -> Mapping[str, Profile]:
    """Return every packaged profile by key; raise `InputError` for a mistake in one."""
    folder = files("reconciler.gallery") / "profiles"
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".yaml"))
    profiles = (read_profile((folder / name).read_bytes(), file=name) for name in names)
    return {profile.key: profile for profile in profiles}


def profile_data(key: str) -> Mapping[str, Any]:
    """Return what the packaged profile *key* says, as it stands in its file."""
    folder = files("reconciler.gallery") / "profiles"
    data: Mapping[str, Any] = _document((folder / f"{key}.yaml").read_bytes(), f"{key}.yaml").data
    return data


def read_profile(source: bytes, *, file: str) -> Profile:
    """Compile one profile; raise `InputError` with file and line for a mistake in it."""
    document = _document(source, file)
    try:
        found = ProfileDocument.model_validate(document.data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        at = document.position(document.resolve(first["loc"]))
        raise InputError(f"{at}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if f"{found.key}.yaml" != file:
        at = document.position(("key",))
        raise InputError(f"{at}: the file of '{found.key}' must be named {found.key}.yaml")
    return _profile(found, _Reader(document, _core()))


@cache
def _core() -> Mapping[str, _Definitions]:
    document = _document((files("reconciler.gallery") / "core.yaml").read_bytes(), "core.yaml")
    return {
        kind: {
            parse_path(path).identity: _definition(path, AttributeDocument(**said))
            for path, said in attributes.items()
        }
        for kind, attributes in document.data.items()
    }


def _profile(found: ProfileDocument, reader: "_Reader") -> Profile:
    return Profile(
        key=found.key,
        title=found.title,
        docs=tuple(found.docs),
        sources=found.sources,
        verified=found.verified,
        url=found.url,
        url_hint=found.url_hint,
        hosts=tuple(found.hosts),
        notes=tuple(found.notes),
        service=build_service(
            found.service,
            {
                Kind.USER: found.users.stores_external_id,
                Kind.GROUP: found.groups.stores_external_id if found.groups else True,
            },
        ),
        users=reader.kind("users", found.users),
        groups=reader.kind("groups", found.groups),
        delete_is_irreversible=found.delete_is_irreversible,
    )


def _document(source: bytes, file: str) -> Document:
    document, problems = read_yaml(source, file=f"gallery/{file}")
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
        for index, text in enumerate(said.attributes):
            place = (section, "attributes", index)
            identity = self._path(text, place).identity
            if identity not in core:
                raise self._mistake(place, f"{text} is not in core.yaml; see own_attributes")
            attributes[identity] = core[identity]
        for text, own in said.own_attributes.items():
            identity = self._path(text, (section, "own_attributes", text)).identity
            attributes[identity] = _definition(text, own, core.get(identity))
        mapping = tuple(
            self._mapping((section, "mapping", text), item, attributes)
            for text, item in said.mapping.items()
        )
        untouchable = tuple(said.untouchable)
        return KindProfile(True, attributes, mapping, frozenset(said.actions), untouchable)

    def _mapping(
        self, place: tuple[str, ...], said: MappingDocument, attributes: _Definitions
    ) -> AttributeMapping:
        definition = attributes.get(self._path(place[-1], place).identity)
        if definition is None:
            raise self._mistake(place, f"{place[-1]} is not among the attributes of {place[0]}")
        at = self._document.position(place)
        expression = self._expression(said, place)
        return AttributeMapping(
            definition, expression, at, said.match, Apply(said.apply), said.default
        )

    def _expression(self, said: MappingDocument, place: tuple[str, ...]) -> Expression | None:
        """Return what flows, None where nothing does."""
        if said.expression is None:
            return None if said.constant is None else constant(said.constant)
        try:
            return compile_expression(said.expression)
        except ExpressionError as error:
            raise self._mistake(place, error.message) from None

    def _path(self, text: str, place: tuple[str | int, ...]) -> AttributePath:
        try:
            return parse_path(text)
        except PathError as error:
            raise self._mistake(place, error.message) from None

    def _mistake(self, place: tuple[str | int, ...], message: str) -> InputError:
        return InputError(f"{self._document.position(place)}: {message}")


def _definition(
    path: str, said: AttributeDocument, core: AttributeDefinition | None = None
) -> AttributeDefinition:
    """Return the definition that *said* gives, over what the core schema says of the path."""
    known: dict[str, Any] = {
        name: getattr(core, name) for name in AttributeDocument.model_fields if core is not None
    }
    return AttributeDefinition(parse_path(path), **known | said.model_dump(exclude_none=True))
