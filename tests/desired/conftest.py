from datetime import date

import pytest

from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.expr import compile_expression
from reconciler.model.mapping import AttributeDefinition, AttributeMapping
from reconciler.model.path import parse_path
from reconciler.model.problem import Position
from reconciler.model.service import Quirk, Service
from reconciler.model.target import KindProfile, Profile

_USER = {
    "userName": {},
    "externalId": {"case_exact": True},
    "active": {"type": "boolean"},
    "name.givenName": {},
    "name.familyName": {},
    "title": {},
    'emails[type eq "work"].value': {},
}
_GROUP = {
    "displayName": {},
    "externalId": {"case_exact": True},
    "members": {"type": "complex", "multi_valued": True},
}


def _definitions(attributes):
    found = [AttributeDefinition(parse_path(path), **more) for path, more in attributes.items()]
    return {definition.path.identity: definition for definition in found}


def _mapping(definitions, path, expression, match=0):
    definition = definitions[parse_path(path).identity]
    at = Position("gallery/envoy.yaml", 1)
    return AttributeMapping(definition, compile_expression(expression), at, match)


@pytest.fixture(scope="session")
def profiles():
    """One app, as the gallery would give it."""
    users, groups = _definitions(_USER), _definitions(_GROUP)
    user_mapping = (
        _mapping(users, "userName", "[userPrincipalName]", 1),
        _mapping(users, "title", "[jobTitle]"),
    )
    group_mapping = (
        _mapping(groups, "displayName", "[displayName]", 1),
        _mapping(groups, "members", "[members]"),
    )
    envoy = Profile(
        key="envoy",
        title="Envoy",
        docs=(),
        verified=date(2026, 8, 1),
        url="https://app.envoy.com/scim/v2",
        url_hint="It is the same for every company.",
        notes=(),
        service=Service(page_size=50, quirks=frozenset({Quirk.NO_PUT})),
        users=KindProfile(
            True, users, user_mapping, frozenset({"create", "update", "disable", "delete"})
        ),
        groups=KindProfile(True, groups, group_mapping, frozenset({"create", "update"})),
    )
    return {"envoy": envoy}


@pytest.fixture
def load(profiles):
    """Load YAML given as text: one file, or several by name."""

    def _load(text="", **files):
        named = {"a": text, **files} if text else files
        sources = [SourceFile(f"{name}.yaml", found.encode()) for name, found in named.items()]
        return load_desired(sources, profiles)

    return _load
