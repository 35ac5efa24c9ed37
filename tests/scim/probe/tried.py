"""Probe servers by writing: the embedded one in the manners of a profile, and what it is left."""

from contextlib import contextmanager
from dataclasses import dataclass, field

from reconciler.cli.sandboxes import manners_of
from reconciler.model.problem import Position
from reconciler.model.service import Service
from reconciler.model.target import OWN_ATTRIBUTES, KindRules, Target
from reconciler.model.values import Kind
from reconciler.sandbox import open_sandbox
from reconciler.scim.probe.bodies import names_for
from reconciler.scim.probe.cleaning import clean
from reconciler.scim.probe.editing import Editor, Footprints
from reconciler.scim.probe.trial import trial_facts
from reconciler.scim.reader import ScimReader
from tests.scim.probe.asked import way_to

MARK = "0badcafe"
DOMAIN = "probe.invalid"


def target_with(profile):
    """Return a target that says nothing beyond its profile."""
    rules = {
        kind: KindRules(
            profile.of(kind).mapping, profile.of(kind).attributes, profile.of(kind).actions
        )
        for kind in Kind
    }
    return Target(
        "app",
        Position("app.yaml", 1, 1),
        profile,
        "http://app.localhost/scim",
        None,
        profile.service,
        rules[Kind.USER],
        rules[Kind.GROUP],
    )


@contextmanager
def sandbox_of(profile):
    """Open an embedded server with the manners of *profile*."""
    with open_sandbox(None, target="app", **manners_of(target_with(profile))) as sandbox:
        yield sandbox


@dataclass
class Tried:
    """What a probe learned, what it could not take away, and what it noted at each step."""

    facts: tuple = ()
    left: tuple = ()
    noted: list = field(default_factory=list)


def definitions_of(profile):
    return list({**OWN_ATTRIBUTES, **profile.users.attributes}.values())


@contextmanager
def editor_for(app, noted, service=None, mark=MARK):
    """Open an editor on a WSGI application; waits take no time."""
    service = service or Service()
    with way_to(app, service.headers) as way:
        reader = ScimReader(way, service)

        def everybody(kind):
            return reader.list_all(kind).resources

        yield Editor(way, Footprints(noted.append), mark, lambda _: None, everybody)


def names_of(profile):
    return names_for(definitions_of(profile), MARK, DOMAIN)


def tried(app, profile):
    """Probe *app* as *profile* has it, and clean up."""
    found = Tried()
    with editor_for(app, found.noted, profile.service) as editor:
        definitions = definitions_of(profile)
        trial = trial_facts(editor, None, profile.service, definitions, names_of(profile))
        found.facts = tuple(trial)
        found.left = clean(editor)
    return found
