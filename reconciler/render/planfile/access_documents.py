"""The access view of the plan file: what it means for people (format `reconciler.plan/1`)."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from reconciler.model.access import Thing, Turn
from reconciler.model.origin import Origin


class View(BaseModel):
    """A part of the view; additions by later versions are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class EffectDocument(View):
    """One thing that somebody gains or loses, by the operation with the id *change*.

    *change* is empty for a role that is assigned here and that the app is not told of.
    *at* is the line that says so; *line* tells whether the base lacks it (`added`) or only the base
    has it (`removed`). *through* are the nested groups on the way, *rule* the scope that computes
    the membership, *until* the last day. *unheard*: a role by assignment
    alone, as no mapping carries roles.
    """

    thing: Thing
    key: str
    name: str
    turn: Turn
    gains: bool
    change: str
    at: str | None = None
    line: Literal["added", "removed", ""] = ""
    why: str = ""
    through: tuple[str, ...] = ()
    rule: str = ""
    until: date | None = None
    privileged: bool = False
    origin: Origin
    held_by: tuple[str, ...] = ()
    unheard: bool = False


class PersonDocument(View):
    """What one person gains and loses at the target; *name* is the key, or `id:…`."""

    name: str
    display: str
    privileged: bool
    departs: bool
    effects: tuple[EffectDocument, ...]


class GroupDocument(View):
    """Who joins and who leaves one group; *held* are those of both who are held back."""

    key: str
    display: str
    joins: tuple[str, ...]
    leaves: tuple[str, ...]
    held: tuple[str, ...]
    owner: str | None
    privileged: bool


class AccessDocument(View):
    """The access view of one target, by person and by group."""

    people: tuple[PersonDocument, ...]
    groups: tuple[GroupDocument, ...]


class EndingDocument(View):
    """Access that ends by its window; *until* is the last day, *at* the line that says so."""

    target: str
    key: str
    display: str
    thing: Thing
    name: str
    until: date
    at: str | None
    privileged: bool


class ReviewerDocument(View):
    """Whoever answers for groups or people that the plan touches."""

    owner: str
    groups: tuple[str, ...]
    people: tuple[str, ...]
