"""Explain one user or group at every chosen target, with a look at the app where it is wanted."""

from dataclasses import dataclass

from reconciler.cli.connect import open_reader
from reconciler.cli.options.names import read_name
from reconciler.cli.options.settings import Settings
from reconciler.cli.plan.plan import sentence
from reconciler.cli.workspace.workspace import require_desired
from reconciler.errors import InputError, TargetError
from reconciler.explain.explanation import explain_object
from reconciler.explain.reading import reading_of, references_of, referred_ids, trials_for
from reconciler.explain.scene import Scene, set_scene
from reconciler.ledger.ledger import Ledger
from reconciler.model.explanation import Explanation, Reading
from reconciler.model.resource import Live, Snapshot
from reconciler.model.target import Standing
from reconciler.model.values import Kind, Ref
from reconciler.scim.reader import ScimReader
from reconciler.scim.reading.single import read_by_id, read_one


@dataclass(frozen=True, slots=True)
class Explained:
    """One explanation a target, and the targets that could not be read, with the reason."""

    explanations: tuple[Explanation, ...]
    failures: tuple[tuple[str, str], ...]


def explain_everywhere(name: str, settings: Settings, ledger: Ledger, *, live: bool) -> Explained:
    """Explain who is called *name*; raise `InputError` where nobody is.

    A target that cannot be read is explained from the YAML alone.
    """
    desired, targets = require_desired(settings)
    if not targets:
        raise InputError("there is no target", hint="Add one under `targets`.")
    memories = {target.key: ledger.memory(target.key, target.url) for target in targets}
    written = {Ref(Kind.USER, key) for key in desired.users}
    written |= {Ref(Kind.GROUP, key) for key in desired.groups}
    recorded = {
        key: {Ref(link.kind, link.key) for link in memory.links} for key, memory in memories.items()
    }
    ref = read_name(name, frozenset(written.union(*recorded.values())))
    explanations, failures = [], []
    for target in targets:
        if ref not in written and ref not in recorded[target.key]:
            continue
        scene = set_scene(desired, target, memories[target.key], settings.now)
        reading = None
        if live and target.provisioning:
            try:
                with open_reader(target, settings) as reader:
                    reading = read_object(ref, scene, reader)
            except TargetError as error:
                failures.append((target.key, sentence(error)))
        explanations.append(explain_object(ref, scene, reading))
    return Explained(tuple(explanations), tuple(failures))


def read_object(ref: Ref, scene: Scene, reader: ScimReader) -> Reading:
    """Read *ref* and those it refers to: a few requests, however many accounts there are."""
    trials = read_one(reader, ref.kind, trials_for(ref, scene))
    found = [live for trial in trials for live in trial.found or ()]
    others = _referred(ref, scene, reader, found)
    scoped = scene.scoped.get(ref)
    may_go = ref.kind is Kind.USER and (scoped is None or scoped.standing is not Standing.ACTIVE)
    self_id = reader.me() if found and may_go else None
    empty = Snapshot(scene.now, (), (), True, self_id=self_id, requests=reader.requests)
    return reading_of(ref, scene, trials, others, empty)


def _referred(ref: Ref, scene: Scene, reader: ScimReader, found: list[Live]) -> list[Live]:
    """Read the managers: whom it should refer to, and whom it refers to now."""
    others = [
        live
        for other in references_of(ref, scene)
        for trial in read_one(reader, Kind.USER, trials_for(other, scene))
        for live in trial.found or ()
    ]
    known = {live.id for live in (*found, *others)}
    strange = [item for item in referred_ids(ref, scene, found) if item not in known]
    read = (read_by_id(reader, Kind.USER, live_id) for live_id in strange)
    return others + [live for live in read if live is not None]
