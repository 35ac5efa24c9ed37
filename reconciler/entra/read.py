"""Read exports of Entra: bytes to the forms of `forms.py`, every mistake with its place."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError

from reconciler.entra.forms import Form, Job, Schema, Secret
from reconciler.entra.place import at
from reconciler.errors import InputError

LARGEST = 16 * 1024 * 1024
"""Bytes of one export; large ones have some megabytes."""

DEEPEST = 160
"""Values inside each other: expressions nest at three levels for each call."""

_F = TypeVar("_F", bound=Form)


@dataclass(frozen=True, slots=True)
class Export:
    """What was read, each part with the place it stands at."""

    schema: Schema
    schema_at: str = ""
    secrets: tuple[tuple[Secret, str], ...] = ()
    job: Job | None = None
    job_at: str = "job:"
    beside: tuple[str, ...] = field(default=())
    """Places of what stands beside these parts and is none of them."""


def read_export(
    schema: bytes, *, file: str, secrets: bytes | None = None, job: bytes | None = None
) -> Export:
    """Read a schema, alone or in one object with `secrets` and the job; raise `InputError`.

    *secrets* and *job* are further files: the answers of Graph to `…/secrets` and `…/jobs/{id}`.
    """
    root = _object(_json(schema, file), file)
    found, place = _schema(root, file)
    beside = [key for key in root if root is not found and key not in _PARTS]
    if root is found:
        found = {key: value for key, value in root.items() if key == "id" or key not in _PARTS}
    parts = {"secrets": _list_of(root.get("secrets")), "job": _job_within(root)}
    places = {"secrets": "/secrets", "job": "/job" if "job" in root else ""}
    if secrets is not None:
        document = _json(secrets, "secrets")
        parts["secrets"] = _list_of(document, strict=True)
        places["secrets"] = "secrets:/value" if isinstance(document, dict) else "secrets:"
    if job is not None:
        parts["job"], places["job"] = _only_job(_json(job, "job"))
    return Export(
        _form(Schema, found, place, file),
        place,
        _secrets(parts["secrets"], places["secrets"]),
        None if parts["job"] is None else _form(Job, parts["job"], places["job"], file),
        places["job"],
        tuple(at("", key) for key in beside),
    )


_WRAPPED = ("schema", "synchronizationSchema")
_JOB_KEYS = ("schedule", "synchronizationJobSettings", "templateId", "status", "id")
_PARTS = frozenset((*_WRAPPED, *_JOB_KEYS, "secrets", "job"))


def _schema(root: dict[str, Any], file: str) -> tuple[dict[str, Any], str]:
    """Return the object that holds the rules: the root, or what is wrapped in it."""
    holders = [(root, ""), *((root[key], at("", key)) for key in _WRAPPED if key in root)]
    job = root.get("job")
    if isinstance(job, dict) and "schema" in job:
        holders.append((job["schema"], "/job/schema"))
    for holder, place in holders:
        if isinstance(holder, dict) and "synchronizationRules" in holder:
            return holder, place
    raise InputError(
        f"{file} is no synchronization schema: it has no 'synchronizationRules'",
        hint="Export it in the portal (Provisioning → Edit attribute mappings → Show advanced "
        "options → Review your schema here), or from Microsoft Graph: GET …/jobs/{id}/schema.",
    )


def _job_within(root: dict[str, Any]) -> Any:
    if "job" in root:
        return root["job"]
    has_job = any(key in root for key in ("schedule", "synchronizationJobSettings"))
    return {key: root[key] for key in _JOB_KEYS if key in root} if has_job else None


def _only_job(document: Any) -> tuple[Any, str]:
    """Return the job of an answer of Graph, which may be a list of one."""
    if isinstance(document, dict) and isinstance(document.get("value"), list):
        jobs = document["value"]
        if len(jobs) != 1:
            raise InputError(
                f"job: there are {len(jobs)} jobs in this file, and one is needed",
                hint="Keep the job whose schema is imported: GET …/synchronization/jobs/{id}.",
            )
        return jobs[0], "job:/value/0"
    return document, "job:"


def _list_of(document: Any, *, strict: bool = False) -> list[Any]:
    found = document.get("value") if isinstance(document, dict) else document
    if isinstance(found, list):
        return found
    if strict:
        raise InputError(
            "secrets: this is no list of pairs with 'key' and 'value'",
            hint="Take the answer of Graph: GET …/servicePrincipals/{id}/synchronization/secrets.",
        )
    return []


def _secrets(pairs: list[Any], place: str) -> tuple[tuple[Secret, str], ...]:
    try:
        found = TypeAdapter(list[Secret]).validate_python(pairs)
    except ValidationError as error:
        _refuse(error, place, "secrets")
    return tuple((secret, at(place, index)) for index, secret in enumerate(found))


def _form(form: type[_F], data: Any, place: str, file: str) -> _F:
    try:
        return form.model_validate(data)
    except ValidationError as error:
        _refuse(error, place, place.partition(":")[0] if ":" in place else file)


def _refuse(error: ValidationError, place: str, file: str) -> NoReturn:
    """Name the first place that has another form; never what stands there: it may be a secret."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = at(place, *first["loc"]) or "/"
    raise InputError(
        f"{file}: {where} cannot be read: {first['msg'].replace('Input should', 'it must')}",
        hint="Export it again, and import it unchanged.",
    ) from None


def _object(document: Any, file: str) -> dict[str, Any]:
    if isinstance(document, dict):
        return document
    raise InputError(
        f"{file} is no synchronization schema: it is no JSON object",
        hint="Give the file that the portal or Microsoft Graph wrote.",
    )


def _json(source: bytes, file: str) -> Any:
    if len(source) > LARGEST:
        raise InputError(
            f"{file} is larger than {LARGEST // 2**20} MiB", hint="Is it a synchronization schema?"
        )
    try:
        # A text editor on Windows may have put a mark in front.
        text = source.decode(_encoding(source))
        found = json.loads(text, parse_constant=_no_number, object_pairs_hook=_once)
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise InputError(
            f"{file} is not JSON: {_cause(error)}", hint="Export it again, and import it unchanged."
        ) from None
    _check(found, file)
    return found


def _encoding(source: bytes) -> Literal["utf-8-sig", "utf-16"]:
    return "utf-16" if source[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _cause(error: Exception) -> str:
    match error:
        case json.JSONDecodeError():
            return f"{error.msg} at line {error.lineno}, column {error.colno}"
        case UnicodeDecodeError():
            return f"it is not UTF-8 at byte {error.start}"
        case RecursionError():
            return "it is nested too deeply"
        case _:
            return "a number in it cannot be read"


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that stands twice: one of both would be dropped in silence."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    double, _ = Counter(key for key, _ in pairs).most_common(1)[0]
    raise InputError(
        f"the key {double[:60]!r} stands twice in one object", hint="Keep one of them."
    )


def _check(root: Any, file: str) -> None:
    """Refuse what nobody can write on: values nested too deeply, half a character."""
    level, depth = [root], 0
    while level:
        if depth > DEEPEST:
            raise InputError(
                f"{file} is nested too deeply",
                hint=f"At most {DEEPEST} values may stand inside each other.",
            )
        if not all(_is_whole(value) for value in level if isinstance(value, str)):
            place = next(
                place
                for value, place in _places(root, "")
                if isinstance(value, str) and not _is_whole(value)
            )
            raise InputError(
                f"{file}: {place} holds half a character (a lone surrogate)",
                hint="Correct the text in Entra, and export again.",
            )
        level = [item for value in level for item in _within(value)]
        depth += 1


def _within(value: Any) -> Iterable[Any]:
    """Return what *value* holds; the keys of an object are texts like any other."""
    if isinstance(value, dict):
        return (*value, *value.values())
    return value if isinstance(value, list) else ()


def _places(value: Any, place: str) -> Iterator[tuple[Any, str]]:
    yield value, place
    if isinstance(value, dict):
        for key, item in value.items():
            yield key, at(place, "…")
            yield from _places(item, at(place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, at(place, index))


def _is_whole(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)
