"""Probe a target by writing: nothing is sent whose name is not noted on disk before."""

import json
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from reconciler.cli.connect import open_client
from reconciler.cli.console import say
from reconciler.cli.environment import now, process, trigger
from reconciler.cli.ledger import ledger_to_write
from reconciler.cli.options.settings import Settings
from reconciler.cli.probe.reading import probed, stranger_for
from reconciler.errors import InputError, ReconcilerError
from reconciler.ledger.place import Place
from reconciler.model.probe import Fact, Leftover, Names, Probe, Subject, Thing
from reconciler.model.target import OWN_ATTRIBUTES, Target
from reconciler.model.values import Kind
from reconciler.render.safe import shorten
from reconciler.scim.client import ScimClient
from reconciler.scim.http.retry import PAUSE
from reconciler.scim.probe.bodies import names_for
from reconciler.scim.probe.cleaning import clean
from reconciler.scim.probe.editing import Editor, Footprints
from reconciler.scim.probe.trial import Definitions, trial_facts

Notes = dict[str, tuple[Thing, ...]]
"""What each probe made and did not take away, by its mark."""

_MARK: Final = 8


def try_target(target: Target, settings: Settings, domain: str) -> Probe:
    """Learn what reading and writing tell of *target*; everything made is taken away again.

    What an earlier probe left behind goes first. No apply works on the target meanwhile.
    """
    try:
        with _held(target, settings), open_client(target, settings) as client:
            return _try(target, settings, client, domain)
    except ReconcilerError as error:
        told = f"{error.message} {error.hint or ''}".strip()
        return probed(target, (Fact(Subject.DISCOVERY, "connection", told, failed=True),))


def names_of(target: Target, domain: str) -> Names:
    """Return names for one probe of *target* that nobody has."""
    return names_for(_definitions(target), uuid.uuid4().hex[:_MARK], domain)


@contextmanager
def _held(target: Target, settings: Settings) -> Iterator[None]:
    place, holder = Place(target.key, target.url), f"{trigger()}, {process()}"
    with ledger_to_write(settings) as ledger, ledger.holding(place, holder, now()):
        yield


def _try(target: Target, settings: Settings, client: ScimClient, domain: str) -> Probe:
    book = _Notebook(_file_of(target, settings), target.url)
    pause: Callable[[float], object] = (lambda _: None) if settings.sandbox else PAUSE

    def editor_for(mark: str) -> Editor:
        footprints = Footprints(lambda things: book.note(mark, things))
        return Editor(
            client.transport, footprints, mark, pause, lambda k: client.reader.list_all(k).resources
        )

    left = [
        item for mark, things in book.read().items() for item in _again(editor_for(mark), things)
    ]
    names = names_of(target, domain)
    editor, facts = editor_for(names.mark), list[Fact]()
    with stranger_for(target, settings) as stranger:
        trial = trial_facts(editor, stranger, target.service, _definitions(target), names)
        with _told_if_interrupted(editor):
            try:
                facts.extend(trial)
            finally:
                left += clean(editor)
    return probed(target, tuple(facts), client.requests, wrote=True, leftovers=tuple(left))


def _again(editor: Editor, things: tuple[Thing, ...]) -> tuple[Leftover, ...]:
    for thing in things:
        editor.footprints.add(thing)
    return clean(editor)


@contextmanager
def _told_if_interrupted(editor: Editor) -> Iterator[None]:
    """Say what is still there when a probe ends before its report."""
    try:
        yield
    except BaseException:
        for thing in editor.footprints.things:
            where = f"id {shorten(thing.live_id)}" if thing.live_id else "perhaps, its id unknown"
            say(f"Left behind: {thing.kind} {shorten(thing.name)}, {where}.")
        if editor.footprints.things:
            say("The next `reconciler check --probe --write` takes it away.")
        raise


def _definitions(target: Target) -> Definitions:
    return list({**OWN_ATTRIBUTES, **target.users.attributes}.values())


def _file_of(target: Target, settings: Settings) -> Path:
    folder = settings.state_dir / ("sandbox" if settings.sandbox else "") / "probes"
    return folder / f"{quote(target.key, safe='')}.json"


class _Notebook:
    """Keeps on disk what probes of one URL made and did not take away yet."""

    def __init__(self, file: Path, url: str) -> None:
        self._file = file
        self._url = url
        self._notes: dict[str, Notes] = self._load()

    def read(self) -> Notes:
        """Return what earlier probes left at this URL."""
        return dict(self._notes.get(self._url, {}))

    def note(self, mark: str, things: tuple[Thing, ...]) -> None:
        """Write down *things*; raise `InputError` where something is to be made and cannot be."""
        notes = self._notes.setdefault(self._url, {})
        notes[mark] = things
        if not things:
            del notes[mark]
        try:
            self._store()
        except OSError as error:
            if things and things[-1].live_id is None:
                raise InputError(
                    f"cannot write '{self._file}': {error.strerror}; nothing more is made",
                    hint="What a probe makes is noted there, so that it can be taken away.",
                ) from error

    def _store(self) -> None:
        if not any(self._notes.values()):
            self._file.unlink(missing_ok=True)
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(
            {
                url: {mark: [_plain(thing) for thing in things] for mark, things in notes.items()}
                for url, notes in self._notes.items()
                if notes
            }
        )
        fresh = self._file.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self._file)

    def _load(self) -> dict[str, Notes]:
        with suppress(FileNotFoundError):
            try:
                data = json.loads(self._file.read_text(encoding="utf-8"))
                return {
                    url: {mark: tuple(map(_thing, things)) for mark, things in notes.items()}
                    for url, notes in data.items()
                }
            except (ValueError, KeyError, TypeError, AttributeError):
                raise InputError(
                    f"'{self._file}' is not what a probe wrote",
                    hint="It names what earlier probes made: look, remove that, then the file.",
                ) from None
        return {}


def _plain(thing: Thing) -> dict[str, Any]:
    return {"kind": str(thing.kind), "name": thing.name, "id": thing.live_id}


def _thing(data: dict[str, Any]) -> Thing:
    return Thing(Kind(data["kind"]), data["name"], data["id"])
