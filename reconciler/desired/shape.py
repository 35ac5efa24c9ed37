"""Translate pydantic's findings into problems: our words, our lines, and no secret repeated."""

from collections.abc import Iterable, Mapping, Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from reconciler.desired.suggest import did_you_mean
from reconciler.model.problem import Position, Problem
from reconciler.yamldoc import Document

Steps = tuple[str | int, ...]

_ATTRIBUTE_VALUE = "must be text, a whole number, true or false, or a list of these"

_MESSAGES: Mapping[str, str] = {
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "string_pattern_mismatch": "has characters that may not stand here",
}


def describe(error: ValidationError, base: Steps, form: Any, document: Document) -> list[Problem]:
    """Return the problems of the entry at *base*, one for every place that is wrong."""
    by_place: dict[Steps, list[ErrorDetails]] = {}
    for item in error.errors(include_url=False, include_context=True):
        by_place.setdefault(_place(item, base, document), []).append(item)
    return [
        _problem(found, base, form, document)
        for place, found in by_place.items()
        # Where a list is one of several forms, only the item within it is wrong.
        if not any(place == other[: len(place)] for other in by_place if len(other) > len(place))
        or found[0]["type"] in ("missing", "extra_forbidden")
    ]


def unknown_key(name: str, known: Iterable[str], at: Position, what: str = "key") -> Problem:
    """Return the problem of a key that is not known, with what was probably meant."""
    hint = did_you_mean(name, known) or f"Known are {', '.join(sorted(known))}."
    return Problem("unknown-key", f"'{name[:60]}' is no known {what}", at, hint=hint)


def _place(item: ErrorDetails, base: Steps, document: Document) -> Steps:
    place = document.resolve((*base, *item["loc"]))
    return (*place, item["loc"][-1]) if item["type"] == "missing" else place


def _problem(found: Sequence[ErrorDetails], base: Steps, form: Any, document: Document) -> Problem:
    item = found[0]
    location = item["loc"]
    if base[0] == "targets" and location[:1] == ("auth",) and _may_be_secret(item):
        return _literal_secret(document.position((*base, "auth")))
    if base[0] == "targets" and location[:2] == _WEBHOOK and location[2:] != ("format",):
        return _literal_url(document.position((*base, *_WEBHOOK)))
    at = document.position((*base, *location))
    if item["type"] == "extra_forbidden":
        return unknown_key(str(location[-1]), _keys(form, location[:-1]), at)
    name = _name(document.resolve((*base, *location)))
    if item["type"] == "missing":
        return Problem("missing-key", f"'{location[-1]}' is missing in {name}", at)
    if len(found) > 1:
        return Problem("wrong-value", f"{name} {_ATTRIBUTE_VALUE}", at, hint=_QUOTE)
    return Problem("wrong-value", f"{name} {_message(item)}", at, hint=_choice(item))


def _may_be_secret(item: ErrorDetails) -> bool:
    """Tell whether what is wrong under `auth` may be the secret itself, written down."""
    return item["type"] != "missing" and item["loc"][-1] not in _NO_SECRETS


_NO_SECRETS = frozenset({"username", "name", "token_url", "client_id", "scope"})


def _name(place: Steps) -> str:
    """Name a place by its key; an item of a list by the list's key and its number."""
    key, last = place[-2:]
    return f"Item {last + 1} of '{key}'" if isinstance(last, int) else f"'{last}'"


_QUOTE = "Put other values in quotes."


def _literal_secret(at: Position) -> Problem:
    return Problem(
        "literal-secret",
        "'auth' must say where the token is read from; the token itself must not stand in a file",
        at,
        hint="Write {bearer: {env: NAME}} or {bearer: {file: PATH}}. "
        "If a token stood here, it is known to whoever reads the repository: replace it.",
    )


_WEBHOOK = ("notify", "webhook")


def _literal_url(at: Position) -> Problem:
    return Problem(
        "literal-secret",
        "'webhook' must say where its URL is read from; the URL is a secret, for whoever has it "
        "can write there",
        at,
        hint="Write {url: {env: NAME}} or {url: {file: PATH}}. "
        "If a URL stood here, it is known to whoever reads the repository: replace it.",
    )


def _message(item: ErrorDetails) -> str:
    expected = item.get("ctx", {}).get("expected")
    if item["type"] in ("literal_error", "enum") and expected is not None:
        return f"must be {expected}"
    known = _MESSAGES.get(item["type"])
    return known or item["msg"].replace("Input should", "must").replace("Value should", "must")


def _choice(item: ErrorDetails) -> str | None:
    """Suggest one of the words that are allowed."""
    expected, given = str(item.get("ctx", {}).get("expected", "")), item["input"]
    if not isinstance(given, str) or item["type"] not in ("literal_error", "enum"):
        return None
    return did_you_mean(given, expected.replace(" or ", ", ").replace("'", "").split(", "))


def _keys(form: Any, location: Steps) -> list[str]:
    """Return the keys that the form at *location* knows."""
    for step in location:
        form = _within(_plain(form), step)
    form = _plain(form)
    if isinstance(form, type) and issubclass(form, BaseModel):
        return [field.alias or name for name, field in form.model_fields.items()]
    return []


def _within(form: Any, step: str | int) -> Any:
    if isinstance(form, type) and issubclass(form, BaseModel):
        fields = {field.alias or name: field for name, field in form.model_fields.items()}
        return fields[step].annotation if step in fields else None
    arguments = get_args(form)
    return arguments[-1] if arguments else None


def _plain(form: Any) -> Any:
    """Take off `Annotated` and `| None`."""
    while get_origin(form) in (Union, UnionType) or hasattr(form, "__metadata__"):
        form = get_args(form)[0]
    return form
